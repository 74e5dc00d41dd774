/** `parley serve`: runs the server and says where it is, what it can do, and what to try. */
import type { Command } from 'commander'
import { answering } from '../server/answering.ts'
import type { Settings } from '../server/config.ts'
import { generatedKey } from '../server/key-file.ts'
import { keptOffline } from '../server/offline.ts'
import type { ParleyServer } from '../server/server.ts'
import { createLog } from '../telemetry/log.ts'
import { offerBetterModels } from './better-models.ts'
import { type Context, commandWithSettings, interruptible, type SettingsOptions, settingsFor } from './command.ts'
import { describeEngines } from './engine-lines.ts'
import { duration, type Terminal } from './terminal.ts'

interface Options extends SettingsOptions {
  readonly host?: string
  readonly port?: string
  readonly models?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tls?: string
  readonly publicIp?: string
  readonly udpPort?: string
  readonly offline?: boolean
}

/** Where people open it: an address that listens everywhere is reached on this machine by its own. */
const openAt = (url: string): string => url.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]')

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)

/** Lines to paste. A key from the environment is named, not shown. */
const linesToTry = (url: string, key: string | undefined, clip: string, caFile: string | undefined): string => {
  const curl = `curl${caFile === undefined ? '' : ` --cacert ${quoted(caFile)}`} ${url}`
  const bearer = `-H "authorization: Bearer ${key ?? '$' + '{PARLEY_API_KEYS%%,*}'}"`
  const text = `'{"model": "tts-1", "voice": "alloy", "input": "Good morning."}'`
  return [
    `${curl}/v1/audio/transcriptions ${bearer} -F model=inworld/inworld-stt-1 -F file=@${quoted(clip)}`,
    `${curl}/v1/audio/speech ${bearer} -H 'content-type: application/json' -d ${text} -o speech.mp3`,
    `npx parley transcribe ${quoted(clip)}`,
    'npx parley listen',
    'npx parley talk',
  ]
    .map((line) => `  ${line}\n`)
    .join('')
}

/** How clients come to trust a certificate; one of our own making needs to be told to them. */
const trustLines = ({ fingerprint, caFile }: NonNullable<ParleyServer['tls']>): string =>
  [
    `Certificate SHA-256 ${fingerprint}\n`,
    ...(caFile === undefined ? [] : [`Node clients trust it with NODE_EXTRA_CA_CERTS=${quoted(caFile)}\n`]),
  ].join('')

const announce = async (
  server: ParleyServer,
  settings: Settings,
  key: string | undefined,
  { out, paint, ...terminal }: Terminal,
  signal: AbortSignal,
): Promise<void> => {
  const { findClip } = await import('../server/warm-up.ts')
  const url = openAt(server.url)
  out(`Parley serves on ${paint('bold', server.url)}; warming up…\n`)
  if (server.tls) out(trustLines(server.tls))
  const { engines, warmUp } = await server.ready
  if (signal.aborted) return
  if (warmUp) {
    const { words, audioMs, tookMs } = warmUp
    out(`Heard “${words}” (${duration(audioMs)} of speech) in ${duration(tookMs)}.\n`)
  }
  out(`\nOpen ${paint('bold', key === undefined ? `${url}/` : `${url}/#key=${key}`)}\n`)
  out(`\nEngines\n${describeEngines([...engines, ...(await answering(server.engines))], { out, paint, ...terminal })}`)
  const clip = findClip(settings.cacheDir)
  if (engines.every(({ problem }) => problem === undefined)) {
    out(`\nTry\n${linesToTry(url, key, clip ?? 'recording.wav', server.tls?.caFile)}\n`)
  } else out(paint('yellow', '\nNot ready: what is missing is named above.\n'))
}

/** Loads what has just been installed, so that the first new session need not wait for it. */
const greet = async (server: ParleyServer, terminal: Terminal): Promise<void> => {
  const states = (await server.refresh()).engines.filter(({ kind }) => kind === 'speechToText')
  terminal.err(`New sessions listen with:\n${describeEngines(states, terminal)}`)
}

const serve = async (options: Options, { terminal, fail }: Context): Promise<void> => {
  const { host, port, models, tlsCert, tlsKey, tls, publicIp, udpPort, offline = false } = options
  const flags = { host, port, models, tlsCert, tlsKey, tls, publicIp, udpPort }
  const given = settingsFor(options, terminal, flags)
  const settings = offline ? keptOffline(given) : given
  const log = createLog({
    level: settings.log.level,
    content: settings.log.content,
    readable: terminal.errIsTty,
    write: terminal.err,
  })
  const { createServer } = await import('../server/server.ts')
  const key = settings.apiKeys.length > 0 ? undefined : await generatedKey(settings.cacheDir)
  const apiKeys = key === undefined ? settings.apiKeys : [key]
  await interruptible(async (signal) => {
    const server = await createServer({ ...settings, apiKeys }, { log })
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
    try {
      await Promise.race([stopped, announce(server, settings, key, terminal, signal)])
      await Promise.all([
        stopped,
        offerBetterModels(settings, terminal, { signal, installed: () => greet(server, terminal) }),
      ])
    } finally {
      terminal.err('Closing…\n')
      await server.close()
    }
  })
  fail(0)
}

/** `parley serve`. */
export const serveCommand = (context: Context): Command =>
  commandWithSettings('serve', 'run the server', 'parley serve --port 9000 --set limits.sessionsPerKey=50')
    .option('--host <address>', 'address to listen on')
    .option('--port <number>', 'port to listen on')
    .option('--tls-cert <file>', 'serve TLS with this certificate (PEM)')
    .option('--tls-key <file>', 'and its private key (PEM)')
    .option('--tls <which>', 'self-signed: serve TLS with a certificate made here')
    .option('--public-ip <address>', 'address at which calls over WebRTC reach this server, behind a router')
    .option('--udp-port <number>', 'UDP port of all calls; without it the number of --port')
    .option('--models <which>', 'better models at the start: ask, default or never')
    .option('--offline', 'reach nothing outside this machine: no models, providers, tools or recordings from elsewhere')
    .action((options: Options) => serve(options, context))
