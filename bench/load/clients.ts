/** The clients of the load bench, in a process of their own: streams at the pace of speech, and sessions one after another. */
import type { WebSocket } from 'ws'
import { spread } from '../statistics.ts'
import { asMessages, cut, type Sound, soundLoop } from './audio.ts'
import { chunkMs } from './chunks.ts'
import { churn, pace, terminate } from './crowd.ts'
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
let stop = (): void => {}

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

const send = (stream: Stream, now: number): void => {
  stream.sentAt[stream.sent % kept] = now
  stream.socket.send(messages[(stream.offset + stream.sent) % messages.length]!)
  stream.sent += 1
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
    stop = pace(streams, chunkMs, { send: (stream) => send(stream, performance.now()), late: (ms) => lateMs.push(ms) })
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
    stop()
    await terminate(streams)
    streams = []
    failures.length = 0
  },
  /** Whole sessions, so many at a time: connects, sends a second of sound at once, closes and waits for the end. */
  async churn({ url, count, parallel }: { url: string; count: number; parallel: number }) {
    const second = asMessages(cut(await soundLoop('speech')).slice(0, 10))
    return churn({ count, parallel }, async () => {
      const socket = await connect(url)
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      let over = false
      socket.on('message', (data) => {
        over ||= read(data).usage === true
      })
      for (const message of second) socket.send(message)
      socket.send(closeMessage)
      await closed
      return over
    })
  },
}

/** What the clients' process can be asked. */
export type ClientMethods = typeof methods

answer(methods, async () => {
  stop()
  for (const { socket } of streams) socket.terminate()
})
