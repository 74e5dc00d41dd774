/** The clients of the load bench, in a process of their own: streams at the pace of speech, and sessions one after another. */
import type { WebSocket } from 'ws'
import { spread } from '../statistics.ts'
import { asMessages, cut, type Sound, soundLoop } from './audio.ts'
import { chunkMs } from './chunks.ts'
import { answer } from './remote.ts'
import { closeMessage, connect, read } from './wire.ts'

/** Chunks whose times of sending are kept: some 100 s. */
const kept = 1024

interface Stream {
  readonly socket: WebSocket
  /** Where in the loop it began. */
  readonly offset: number
  readonly sentAt: Float64Array
  sent: number
}

const latenciesMs: number[] = []
const lateMs: number[] = []
const failures: string[] = []
let streams: Stream[] = []
let messages: readonly string[] = []
let timer: NodeJS.Timeout | undefined

const hear = (stream: Stream): void => {
  stream.socket.on('message', (data) => {
    const now = performance.now()
    const { transcript, isFinal, error } = read(data)
    if (error) failures.push(error)
    if (transcript === undefined || isFinal) return
    const chunk = Number(transcript)
    if (chunk >= 0 && chunk < stream.sent && stream.sent - chunk < kept)
      latenciesMs.push(now - stream.sentAt[chunk % kept]!)
  })
  stream.socket.on('error', (error) => failures.push(error.message))
}

/** All streams in turn, each every 100 ms: sending number n is due n × 100 ms / streams after the start. */
const pace = (): void => {
  const begun = performance.now()
  const everyMs = chunkMs / streams.length
  let next = 0
  const due = (): void => {
    const now = performance.now()
    for (; begun + next * everyMs <= now; next += 1) {
      const stream = streams[next % streams.length]!
      lateMs.push(now - begun - next * everyMs)
      if (stream.socket.readyState !== stream.socket.OPEN) continue
      stream.sentAt[stream.sent % kept] = performance.now()
      stream.socket.send(messages[(stream.offset + stream.sent) % messages.length]!)
      stream.sent += 1
    }
    timer = setTimeout(due, Math.max(1, begun + next * everyMs - performance.now()))
  }
  due()
}

const methods = {
  /** Opens streams, a few at a time, and sends from then on. */
  async open({ url, count, sound }: { url: string; count: number; sound: Sound }) {
    messages = asMessages(cut(await soundLoop(sound)))
    streams = []
    for (let i = 0; i < count; i += 1) {
      const offset = Math.floor((i * messages.length) / count)
      const stream = { socket: await connect(url), offset, sentAt: new Float64Array(kept), sent: 0 }
      hear(stream)
      streams.push(stream)
    }
    pace()
  },
  begin(_: null) {
    latenciesMs.length = 0
    lateMs.length = 0
  },
  /** What was measured since `begin`. */
  end(_: null) {
    return {
      latencyMs: spread(latenciesMs),
      /** How late the clients themselves were in sending. */
      clientLateMs: spread(lateMs),
      open: streams.filter(({ socket }) => socket.readyState === socket.OPEN).length,
      unsentBytes: streams.reduce((sum, { socket }) => sum + socket.bufferedAmount, 0),
      failures: [...new Set(failures)].slice(0, 5),
    }
  },
  async close(_: null) {
    clearTimeout(timer)
    await Promise.all(
      streams.map(async ({ socket }) => {
        if (socket.readyState === socket.CLOSED) return
        const closed = new Promise((resolve) => socket.once('close', resolve))
        socket.terminate()
        await closed
      }),
    )
    streams = []
    failures.length = 0
  },
  /** Whole sessions, so many at a time: connects, sends a second of sound at once, closes and waits for the end. */
  async churn({ url, count, parallel }: { url: string; count: number; parallel: number }) {
    const second = asMessages(cut(await soundLoop('speech')).slice(0, 10))
    let left = count
    let failed = 0
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        try {
          const socket = await connect(url)
          const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
          let over = false
          socket.on('message', (data) => {
            over ||= read(data).usage === true
          })
          for (const message of second) socket.send(message)
          socket.send(closeMessage)
          await closed
          if (!over) failed += 1
        } catch {
          failed += 1
        }
      }
    }
    await Promise.all(Array.from({ length: parallel }, worker))
    return { failed }
  },
}

/** What the clients' process can be asked. */
export type ClientMethods = typeof methods

answer(methods, async () => {
  clearTimeout(timer)
  for (const { socket } of streams) socket.terminate()
})
