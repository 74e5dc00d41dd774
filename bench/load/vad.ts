/** `load --only vad`: streams per core of voice activity alone, every window judged. */
import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AudioFrame } from '../../src/audio/frame.ts'
import type { VoiceActivity } from '../../src/engines/voice-activity.ts'
import { silentLog } from '../../src/log.ts'
import { loadSettings } from '../../src/server/config.ts'
import { openEngines } from '../../src/server/engines.ts'
import { Queue } from '../../src/streams/queue.ts'
import { figure, progress, progressDone, type Table } from '../report.ts'
import { type Spread, spread } from '../statistics.ts'
import { cut, soundLoop } from './audio.ts'
import { chunkDone, chunkMs, sampleRate } from './chunks.ts'

const settleMs = 1500
const kept = 64

export const vad = async (options: {
  readonly streams: readonly number[]
  readonly seconds: number
}): Promise<Table> => {
  const settings = loadSettings()
  const engines = openEngines(settings, silentLog)
  const chunks = cut(await soundLoop('speech'))
  const results = []
  try {
    const engine = await engines.registry.get('voiceActivity', settings.models.voiceActivity)
    for (const count of options.streams) {
      progress(`vad: ${count} streams`)
      results.push(await measure(engine, chunks, count, options.seconds))
    }
  } finally {
    progressDone()
    await engines.close()
  }
  return {
    title: `Voice activity alone: ${settings.models.voiceActivity}`,
    columns: ['streams', 'streams per core', 'cores', 'p50 ms', 'p99 ms', 'windows/s', 'windows due/s'],
    rows: results.map((one) => [
      String(one.streams),
      figure(one.streamsPerCore, 0),
      figure(one.cores, 2),
      figure(one.latencyMs.p50),
      figure(one.latencyMs.p99),
      figure(one.windowsPerSecond, 0),
      figure(one.windowsDuePerSecond, 0),
    ]),
    method: [
      `The engine by itself, without the energy gate: 100 ms of speech per stream every 100 ms, evenly spread in time, ${options.seconds} s per row.`,
      'Cores: CPU time of the whole process (the inference thread and the thread that feeds and reads) by wall time; streams per core is streams by that. With more streams batches are larger and each stream is cheaper.',
      'Latency: from giving a chunk to the likelihood of its last whole window. Where windows/s stays below windows due/s the engine has fallen behind, and streams per core is of what it did.',
      'Aim: at least 500 streams per core.',
    ],
    data: results,
  }
}

interface Stream {
  readonly audio: Queue<AudioFrame>
  readonly offset: number
  readonly givenAt: Float64Array
  given: number
}

const measure = async (
  engine: VoiceActivity,
  chunks: readonly Float32Array[],
  count: number,
  seconds: number,
): Promise<{
  readonly streams: number
  readonly streamsPerCore: number
  readonly cores: number
  readonly latencyMs: Spread
  readonly windowsPerSecond: number
  readonly windowsDuePerSecond: number
}> => {
  const cancel = new AbortController()
  setMaxListeners(0, cancel.signal)
  let latencies: number[] = []
  let windows = 0
  const streams = Array.from(
    { length: count },
    (_, index): Stream => ({
      audio: new Queue(5000),
      offset: Math.floor((index * chunks.length) / count),
      givenAt: new Float64Array(kept),
      given: 0,
    }),
  )
  const reading = streams.map(async ({ audio, givenAt }) => {
    let done = -1
    for await (const { endMs } of engine.detect(audio, { signal: cancel.signal, log: silentLog })) {
      windows += 1
      const chunk = chunkDone(endMs)
      if (chunk === done) continue
      done = chunk
      latencies.push(performance.now() - givenAt[chunk % kept]!)
    }
  })
  const begun = performance.now()
  const everyMs = chunkMs / count
  let next = 0
  const feed = setInterval(() => {
    for (; begun + next * everyMs <= performance.now(); next += 1) {
      const stream = streams[next % count]!
      stream.givenAt[stream.given % kept] = performance.now()
      const samples = chunks[(stream.offset + stream.given) % chunks.length]!
      stream.audio.push({ samples, sampleRate, startMs: stream.given * chunkMs })
      stream.given += 1
    }
  }, 2)
  await sleep(settleMs)
  latencies = []
  windows = 0
  const since = performance.now()
  const cpu = process.cpuUsage()
  await sleep(seconds * 1000)
  const { user, system } = process.cpuUsage(cpu)
  const wall = (performance.now() - since) / 1000
  const judged = windows
  clearInterval(feed)
  for (const { audio } of streams) audio.abort()
  cancel.abort()
  await Promise.all(reading)
  const windowsDuePerSecond = (count * engine.sampleRate) / engine.windowSamples
  const windowsPerSecond = judged / wall
  const cores = (user + system) / 1e6 / wall
  return {
    streams: count,
    streamsPerCore: (count * Math.min(1, windowsPerSecond / windowsDuePerSecond)) / cores,
    cores,
    latencyMs: spread(latencies),
    windowsPerSecond,
    windowsDuePerSecond,
  }
}
