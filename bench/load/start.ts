/** `load --only start`: from `npm start` to the first answer, and to engines that are warm. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { figure, progress, progressDone, projectDir, type Table } from '../report.ts'
import { percentile } from '../statistics.ts'
import { benchKey } from './key.ts'

const limitMs = 60_000

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Status of a GET; undefined while nobody listens. */
const status = (url: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', () => resolve(undefined))
  })

const once200 = async (url: string, begun: number, isOver: () => boolean): Promise<number> => {
  while (performance.now() - begun < limitMs && !isOver()) {
    if ((await status(url)) === 200) return performance.now() - begun
    await sleep(5)
  }
  return Number.NaN
}

const coldStart = async (script: string, args: readonly string[]) => {
  const port = await freePort()
  const begun = performance.now()
  const child = spawn(process.execPath, [join(projectDir, script), ...args, '--port', String(port)], {
    cwd: projectDir,
    env: { ...process.env, PARLEY_API_KEYS: benchKey, PARLEY_MODELS_DOWNLOAD: 'never' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let over = false
  const ended = once(child, 'exit').then(() => {
    over = true
  })
  const url = `http://127.0.0.1:${port}`
  const aliveMs = await once200(`${url}/healthz`, begun, () => over)
  const readyMs = await once200(`${url}/readyz`, begun, () => over)
  const stopped = performance.now()
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
  return { aliveMs, readyMs, stopMs: performance.now() - stopped }
}

export const start = async (options: { readonly runs: number }): Promise<Table> => {
  const runs = []
  // Once without counting, so that files are in memory and the build is there.
  await coldStart('scripts/start.mjs', [])
  for (let run = 0; run < options.runs; run += 1) {
    progress(`start: ${run + 1} of ${options.runs}`)
    runs.push(await coldStart('scripts/start.mjs', []))
  }
  progressDone()
  const row = (name: string, values: readonly number[]): readonly string[] => [
    name,
    figure(percentile(values, 0.5), 0),
    figure(Math.min(...values), 0),
    figure(Math.max(...values), 0),
  ]
  return {
    title: 'Cold start',
    columns: ['to …', 'median ms', 'least ms', 'most ms'],
    rows: [
      row(
        'the first answer of /healthz',
        runs.map(({ aliveMs }) => aliveMs),
      ),
      row(
        '/readyz says ready',
        runs.map(({ readyMs }) => readyMs),
      ),
      row(
        'the end of the process after SIGTERM',
        runs.map(({ stopMs }) => stopMs),
      ),
    ],
    method: [
      `A new process of scripts/start.mjs each time (what npm start runs, its check of the set-up included, npm itself not), ${options.runs} times after one that does not count; asked over HTTP every 5 ms.`,
      'Ready: all engines loaded and a real recording transcribed. Aims: 400 ms to the first answer, 1500 ms to ready.',
      ...(runs.some(({ readyMs }) => Number.isNaN(readyMs)) ? ['Some runs never became ready.'] : []),
    ],
    data: runs,
  }
}
