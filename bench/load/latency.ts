/** `load --only latency`: what the server adds to a chunk of audio, and what a stream costs, by the number of streams. */
import { setTimeout as sleep } from 'node:timers/promises'
import { figure, progress, progressDone, type Table } from '../report.ts'
import type { Sound } from './audio.ts'
import type { ClientMethods } from './clients.ts'
import { Remote } from './remote.ts'
import type { ServeMethods } from './serve.ts'

const settleMs = 3000

export const latency = async (options: {
  readonly streams: readonly number[]
  readonly seconds: number
  /** Folder for CPU profiles of the server's threads. */
  readonly profile?: string | undefined
}): Promise<Table> => {
  const most = Math.max(...options.streams)
  const loads: readonly { readonly count: number; readonly sound: Sound }[] = [
    ...options.streams.map((count) => ({ count, sound: 'speech' as const })),
    { count: most, sound: 'conversation' },
    { count: most, sound: 'quiet' },
  ]
  const results = []
  const server = new Remote<ServeMethods>(
    'serve',
    options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [],
  )
  const clients = new Remote<ClientMethods>('clients')
  try {
    const { url } = await server.call('start', { recognizer: 'free', set: [] })
    for (const { count, sound } of loads) {
      progress(`latency: ${count} streams, ${sound}`)
      await clients.call('open', { url, count, sound })
      await sleep(settleMs)
      await Promise.all([clients.call('begin', null), server.call('begin', null)])
      await sleep(options.seconds * 1000)
      const [heard, used] = await Promise.all([clients.call('end', null), server.call('end', null)])
      await clients.call('close', null)
      results.push({
        streams: count,
        sound,
        ...heard,
        eventLoopMs: used.eventLoopMs,
        cores: used.cpuSeconds / used.seconds,
        cpuSecondsPerStreamHour: (used.cpuSeconds * 3600) / (used.seconds * count),
      })
      await sleep(1000)
    }
  } finally {
    progressDone()
    await Promise.all([server.close(), clients.close()])
  }
  const failures = [...new Set(results.flatMap((one) => one.failures))]
  return {
    title: 'Added latency per chunk, and cost per stream',
    columns: [
      'streams',
      'sound',
      'p50 ms',
      'p99 ms',
      'chunks',
      'event loop p99 ms',
      'clients late p99 ms',
      'cores',
      'CPU s per stream-hour',
    ],
    rows: results.map((one) => [
      String(one.streams),
      one.sound,
      figure(one.latencyMs.p50),
      figure(one.latencyMs.p99),
      String(one.latencyMs.count),
      figure(one.eventLoopMs.p99),
      figure(one.clientLateMs.p99),
      figure(one.cores, 2),
      figure(one.cpuSecondsPerStreamHour, 2),
    ]),
    method: [
      `The whole server in one process, ${options.seconds} s per row; its clients in another, on loopback sockets of the Inworld wire, 100 ms of 16 kHz audio per message at the pace of speech, evenly spread in time.`,
      'Voice activity by Silero with the energy gate as set; a recognizer that costs nothing and answers each chunk with an interim result.',
      'Latency: from sending a chunk to receiving the interim that comes of its last whole 32 ms window (socket, JSON, base64, voice activity, gate, recognizer, JSON, socket). The first 600 ms of a turn, which the gate holds back on purpose, are not counted.',
      'Sound: `speech` is read on without pause (the worst case), `conversation` 5 s of it and 9 s of a quiet room, `quiet` the room alone.',
      'Event loop: delay of timers of the server’s main thread beyond their 10 ms. Clients late: how late the clients themselves sent; where this is not small, they had too little of the processor and the row says little.',
      'Cores and CPU: of the server’s process with all its threads, without the clients. Aim: at most 6 CPU seconds per stream-hour. A row whose latency or event loop is late by hundreds of milliseconds has fallen behind, and its CPU figure covers less audio than was sent.',
      ...failures.map((failure) => `Failures seen: ${failure}`),
    ],
    data: results,
  }
}
