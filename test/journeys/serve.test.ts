/** `parley serve` as a process of its own: what it prints, how it is asked, how it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { cacheDir, need, pocketsphinx, projectUrl, recordings } from '../support/needs.ts'

vi.setConfig({ testTimeout: 90_000 })

let folder: string
let server: ChildProcess | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-serve-'))
})
afterEach(async () => {
  server?.kill('SIGKILL')
  server = undefined
  await rm(folder, { recursive: true, force: true })
})

interface Running {
  /** What was printed so far. */
  readonly printed: () => string
  /** Resolves once this was printed; rejects when the process ends first. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>
  readonly ended: Promise<number | null>
  readonly child: ChildProcess
}

const start = (flags: readonly string[], env: Readonly<Record<string, string>> = {}): Running => {
  const code = `const { main } = await import(${JSON.stringify(new URL('src/cli/main.ts', projectUrl).href)})
process.exitCode = await main(process.argv.slice(1))`
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', code, 'serve', '--port', '0', '--models', 'never', ...flags],
    { cwd: projectUrl, env: { ...process.env, PARLEY_CACHE_DIR: join(folder, 'cache'), NO_COLOR: '1', ...env } },
  )
  server = child
  let printed = ''
  const watchers = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      for (const watch of watchers) watch()
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const until = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        const found = pattern.exec(printed)
        if (!found) return
        watchers.delete(watch)
        resolve(found)
      }
      watchers.add(watch)
      watch()
      void ended.then(() => reject(new Error(`It ended, and printed:\n${printed}`)))
    })
  return { printed: () => printed, until, ended, child }
}

const works = ['--set', 'models.speechToText=pocketsphinx/en-us']

it('serves with a key that it made, warms up with a real clip, and ends at SIGTERM', async (context) => {
  need(context, pocketsphinx, recordings)
  const running = start(works, { PARLEY_CACHE_DIR: cacheDir })
  const [, url = ''] = await running.until(/Parley serves on (http:\/\/127\.0\.0\.1:\d+)/)
  await running.until(/Heard “\w.+” \(\d+\.\d s of speech\) in \d/)
  const [, key = ''] = await running.until(/#key=([\w-]{32})\n/)
  await running.until(/npx parley transcribe \S+\.wav\n/)
  expect((await readFile(join(cacheDir, 'key'), 'utf8')).trim()).toBe(key)
  expect((await stat(join(cacheDir, 'key'))).mode & 0o777).toBe(0o600)
  expect((await fetch(`${url}/readyz`)).status).toBe(200)

  const [line = ''] = await running.until(/curl .*/)
  expect(line).toContain(`Bearer ${key}`)
  const form = new FormData()
  for (const [, name = '', value = ''] of line.matchAll(/-F (\w+)=(\S+)/g)) {
    const file = value.startsWith('@') ? value.slice(1) : undefined
    form.set(name, file === undefined ? value : new Blob([await readFile(file)]))
  }
  const answer = await fetch(`${url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: form,
  })
  expect(answer.status).toBe(200)
  const heard = /Heard “(.+)”/.exec(running.printed())?.[1]
  expect({ status: answer.status, body: await answer.json() }).toMatchObject({ status: 200, body: { text: heard } })

  running.child.kill('SIGTERM')
  expect(await running.ended).toBe(0)
})

it('says what is missing, answers 503 on /readyz, and never shows a key of the environment', async () => {
  const running = start(['--set', 'models.speechToText=sherpa/kroko-en'], { PARLEY_API_KEYS: 'key-of-the-operator' })
  const [, url = ''] = await running.until(/Open (http:\/\/127\.0\.0\.1:\d+)\//)
  await running.until(/missing: .*parley models pull kroko-en/)
  await running.until(/Not ready/)
  const ready = await fetch(`${url}/readyz`)
  expect(ready.status).toBe(503)
  expect(await ready.text()).toContain('parley models pull kroko-en')
  running.child.kill('SIGINT')
  expect(await running.ended).toBe(0)
  expect(running.printed()).not.toContain('key-of-the-operator')
  await expect(stat(join(folder, 'cache', 'key'))).rejects.toThrow()
})

it('takes two signals in a row for one, as npm passes them on, and still ends in order', async () => {
  const running = start(works, { PARLEY_API_KEYS: 'k' })
  await running.until(/Open http/)
  running.child.kill('SIGTERM')
  running.child.kill('SIGTERM')
  expect(await running.ended).toBe(0)
})

it('says in one line that the port is taken', async () => {
  const deaf = ['--set', 'models.speechToText=sherpa/kroko-en']
  const first = start(deaf, { PARLEY_API_KEYS: 'k' })
  const [, port = ''] = await first.until(/Open http:\/\/127\.0\.0\.1:(\d+)/)
  const second = start([...deaf, '--port', port], { PARLEY_API_KEYS: 'k' })
  expect(await second.ended).toBe(1)
  expect(second.printed()).toMatch(/^error: Port \d+ on 127\.0\.0\.1 is taken[^\n]*\n$/)
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
})
