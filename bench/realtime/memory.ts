/** `realtime --only memory`: what a conversation holds, and what conversations leave behind. */
import { setTimeout as sleep } from 'node:timers/promises'
import { figure, progress, progressDone, type Table } from '../report.ts'
import { slope } from '../statistics.ts'
import { freeEngines, withServer } from './pair.ts'

const open = 100
const talkMs = 20_000
const warmUpSessions = 500
const samples = 10
const parallel = 20

const kilobytes = (bytes: number): number => bytes / 1024

export const memory = async (options: { readonly sessions: number }): Promise<Table> => {
  try {
    return await withServer(freeEngines, async ({ url, server, clients }) => {
      const settled = async () => {
        await sleep(500)
        return server.call('memory', null)
      }
      let failed = 0
      const churn = async (count: number): Promise<void> => {
        failed += (await clients.call('churn', { url, count, parallel })).failed
      }
      progress('memory: warming up')
      await churn(warmUpSessions)
      const idle = await settled()
      progress(`memory: ${open} conversations`)
      await clients.call('open', { url, count: open })
      await sleep(talkMs)
      const busy = await server.call('memory', null)
      await clients.call('close', null)
      const points: { sessions: number; heapBytes: number; residentBytes: number }[] = []
      for (let done = 0; done <= options.sessions; done += options.sessions / samples) {
        if (done > 0) await churn(options.sessions / samples)
        progress(`memory: ${done} sessions`)
        points.push({ sessions: done, ...(await settled()) })
      }
      // The first sample still holds what the conversations before it left to be collected.
      const later = points.slice(1)
      const heapSlope = slope(later.map((point) => [point.sessions, kilobytes(point.heapBytes)]))
      const residentSlope = slope(later.map((point) => [point.sessions, kilobytes(point.residentBytes)]))
      const per = (kind: 'heapBytes' | 'residentBytes'): number => kilobytes(busy[kind] - idle[kind]) / open
      return {
        title: 'Memory per conversation',
        columns: ['what', 'JavaScript heap and buffers', 'resident'],
        rows: [
          ['idle, MB', figure(kilobytes(idle.heapBytes) / 1024), figure(kilobytes(idle.residentBytes) / 1024)],
          ['a conversation, KB', figure(per('heapBytes')), figure(per('residentBytes'))],
          ['left behind by a session, KB', figure(heapSlope, 3), figure(residentSlope, 3)],
        ],
        method: [
          `The server's process alone, after garbage collection; engines that cost nothing, clients elsewhere, after ${warmUpSessions} sessions to warm up.`,
          `A conversation: ${open} sockets that talk and are answered for ${talkMs / 1000} s, what they add divided by their number; it holds the audio that clients may ask for again (up to 60 s of it).`,
          `Left behind: slope of the straight line through ${later.length} samples over ${options.sessions} whole sessions (connect, a written question answered in speech, close), ${parallel} at a time.`,
          ...(failed > 0 ? [`${failed} sessions did not end as they should.`] : []),
        ],
        data: { idle, busy, open, points, heapSlope, residentSlope, failed },
      }
    })
  } finally {
    progressDone()
  }
}
