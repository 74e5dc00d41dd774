/** The server of the realtime bench, in a process of its own: the real one, with engines that cost nothing where wanted. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { z } from 'zod'
import { defineProvider } from '../../src/engines/registry.ts'
import { silentLog } from '../../src/log.ts'
import { loadSettings } from '../../src/server/config.ts'
import { createServer, type ParleyServer } from '../../src/server/server.ts'
import { freeRecognizer } from '../load/free-recognizer.ts'
import { benchKey } from '../load/key.ts'
import { answer } from '../load/remote.ts'
import { modelOf, voiceOf } from './free-engines.ts'

const resolutionMs = 10
let server: ParleyServer | undefined
let delay: IntervalHistogram | undefined
let cpu = process.cpuUsage()
let begunMs = 0

const bench = defineProvider({
  settings: z.unknown(),
  speechToText: () => freeRecognizer,
  languageModel: modelOf,
  textToSpeech: voiceOf,
})

const delayMs = (share: number): number => Math.max(0, (delay?.percentile(share * 100) ?? 0) / 1e6 - resolutionMs)

const methods = {
  /** Starts the server with these engines (`bench/…` costs nothing, `auto` is what a user gets). Gives its address. */
  async start(engines: { speechToText: string; languageModel: string; textToSpeech: string }) {
    const set = Object.entries(engines).map(([kind, id]) => `models.${kind}=${id}`)
    const settings = loadSettings({ flags: { port: '0', set } })
    const limits = { ...settings.limits, sessionsPerKey: 100_000, requestsPerSecondPerKey: 100_000 }
    server = await createServer({ ...settings, limits, apiKeys: [benchKey] }, { log: silentLog, providers: { bench } })
    const { engines: states } = await server.ready
    return { url: server.url, problems: states.flatMap(({ problem }) => problem ?? []) }
  },
  begin(_: null) {
    delay?.disable()
    delay = monitorEventLoopDelay({ resolution: resolutionMs })
    delay.enable()
    cpu = process.cpuUsage()
    begunMs = performance.now()
  },
  /** Of this process, all its threads, since `begin`. */
  end(_: null) {
    delay?.disable()
    const { user, system } = process.cpuUsage(cpu)
    return {
      seconds: (performance.now() - begunMs) / 1000,
      cpuSeconds: (user + system) / 1e6,
      eventLoopMs: { p50: delayMs(0.5), p99: delayMs(0.99) },
    }
  },
  /** After a collection of garbage; needs `--expose-gc`. */
  memory(_: null) {
    globalThis.gc?.()
    globalThis.gc?.()
    const { heapUsed, external, rss } = process.memoryUsage()
    return { heapBytes: heapUsed + external, residentBytes: rss }
  },
}

/** What the server's process can be asked. */
export type ServeMethods = typeof methods

answer(methods, async () => server?.close())
