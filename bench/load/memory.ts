/** `load --only memory`: what a streaming session holds, and what sessions leave behind. */
import { setTimeout as sleep } from 'node:timers/promises'
import { figure, progress, progressDone, type Table } from '../report.ts'
import { slope } from '../statistics.ts'
import type { ClientMethods } from './clients.ts'
import { Remote } from './remote.ts'
import type { ServeMethods } from './serve.ts'

const streaming = 200
const warmUpSessions = 500
const samples = 10
const parallel = 20
const streamMs = 8000

const kilobytes = (bytes: number): number => bytes / 1024

export const memory = async (options: { readonly sessions: number }): Promise<Table> => {
  const server = new Remote<ServeMethods>('serve', ['--expose-gc'])
  const clients = new Remote<ClientMethods>('clients')
  try {
    const { url } = await server.call('start', { recognizer: 'free', set: [] })
    const settled = async () => {
      await sleep(500)
      return server.call('memory', null)
    }
    const failures = { count: 0 }
    const churn = async (count: number): Promise<void> => {
      failures.count += (await clients.call('churn', { url, count, parallel })).failed
    }
    progress('memory: warming up')
    await churn(warmUpSessions)
    const idle = await settled()
    progress(`memory: ${streaming} streams`)
    await clients.call('open', { url, count: streaming, sound: 'conversation' })
    await sleep(streamMs)
    const busy = await server.call('memory', null)
    await clients.call('close', null)

    const points: { sessions: number; heapBytes: number; residentBytes: number }[] = []
    const begun = performance.now()
    for (let done = 0; done <= options.sessions; done += options.sessions / samples) {
      if (done > 0) await churn(options.sessions / samples)
      progress(`memory: ${done} sessions`)
      points.push({ sessions: done, ...(await settled()) })
    }
    const seconds = (performance.now() - begun) / 1000
    // The first sample still holds what the streams before it left to be collected.
    const later = points.slice(1)
    const heapSlope = slope(later.map((point) => [point.sessions, kilobytes(point.heapBytes)]))
    const residentSlope = slope(later.map((point) => [point.sessions, kilobytes(point.residentBytes)]))
    const perSession = {
      heapKilobytes: kilobytes(busy.heapBytes - idle.heapBytes) / streaming,
      residentKilobytes: kilobytes(busy.residentBytes - idle.residentBytes) / streaming,
    }
    return {
      title: 'Memory per session',
      columns: ['what', 'JavaScript heap and buffers', 'resident'],
      rows: [
        ['idle, MB', figure(kilobytes(idle.heapBytes) / 1024), figure(kilobytes(idle.residentBytes) / 1024)],
        ['a streaming session, KB', figure(perSession.heapKilobytes), figure(perSession.residentKilobytes)],
        ['left behind by a session, KB', figure(heapSlope, 3), figure(residentSlope, 3)],
      ],
      method: [
        `The server's process alone, after garbage collection; recognizer that costs nothing, clients elsewhere, after ${warmUpSessions} sessions to warm up.`,
        `A streaming session: ${streaming} sockets that stream a conversation (5 s of speech, 9 s of quiet) for ${streamMs / 1000} s, what they add divided by their number. Aim: at most 400 KB.`,
        `Left behind: slope of the straight line through ${later.length} samples over ${options.sessions} whole sessions (connect, 1 s of speech, close), ${parallel} at a time, ${figure(options.sessions / seconds, 0)} sessions a second. Aim: at most 0.2 KB. Resident memory goes up and down by megabytes with the allocator, so its slope is coarse.`,
        ...(failures.count > 0 ? [`${failures.count} sessions did not end as they should.`] : []),
      ],
      data: { idle, busy, streaming, perSession, points, heapSlope, residentSlope, failed: failures.count },
    }
  } finally {
    progressDone()
    await Promise.all([server.close(), clients.close()])
  }
}
