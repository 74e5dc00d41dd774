/**
 * `node scripts/offline.mjs`: `parley serve --offline` where there is no network but loopback, and `parley check` against it.
 * Needs Linux with `unshare` and `ip`; run by root, or where users may make namespaces.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { root } from './setup/paths.mjs'
import { setUpOrExit } from './setup/setup.mjs'

const self = fileURLToPath(import.meta.url)
const parley = fileURLToPath(new URL('parley.mjs', import.meta.url))
const key = 'offline'
const wires = ['openai-realtime', 'inworld-stt']

/** The same script again, in a namespace of its own. */
const isolated = () => {
  const inside = `ip link set lo up && exec '${process.execPath}' '${self}' inside`
  const { status, error } = spawnSync('unshare', ['-rn', 'sh', '-c', inside], { cwd: root, stdio: 'inherit' })
  if (error) console.error(`There is no unshare here (${error.message}): apt-get install util-linux iproute2`)
  return status ?? 1
}

/** Resolves to the error with which an address of nobody (RFC 5737) cannot be reached. */
const unreachable = () =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '192.0.2.1', port: 443, timeout: 2000 })
    socket.once('error', ({ code }) => resolve(code))
    for (const event of ['connect', 'timeout'])
      socket.once(event, () => {
        socket.destroy()
        reject(new Error('There is a network here.'))
      })
  })

const serving = async (run) => {
  const server = spawn(process.execPath, [parley, 'serve', '--offline', '--port', '0'], {
    cwd: root,
    env: { ...process.env, PARLEY_API_KEYS: key, OPENAI_API_KEY: 'never used', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(server, 'exit')
  try {
    let printed = ''
    for await (const chunk of server.stdout.setEncoding('utf8')) {
      printed += chunk
      const address = /Open (http:\/\/\S+?)\//.exec(printed)?.[1]
      if (address) return await run(address)
    }
    throw new Error('The server ended before it was ready.')
  } finally {
    server.kill('SIGTERM')
    await ended
  }
}

const inside = async () => {
  console.log(`Outside this machine: ${await unreachable()}`)
  return serving(async (address) => {
    let worst = 0
    for (const wire of wires) {
      const args = [parley, 'check', address, '--wire', wire, '--key', key, '--fast']
      const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
      worst = Math.max(worst, status ?? 1)
    }
    return worst
  })
}

if (process.argv[2] === 'inside') process.exitCode = await inside()
else {
  await setUpOrExit()
  process.exitCode = isolated()
}
