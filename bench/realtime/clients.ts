/** The clients of the realtime bench, in a process of their own: people who talk and listen, and sessions one after another. */
import type { WebSocket } from 'ws'
import { churn, pace, terminate } from '../load/crowd.ts'
import { answer } from '../load/remote.ts'
import { spread } from '../statistics.ts'
import { appends, chunkMs, connect, read, type Told } from './wire.ts'

/** One round of the loop: 5 s of speech, 9 s of a quiet room. */
const roundChunks = 140

interface Talker {
  readonly socket: WebSocket
  /** Where in the loop it began. */
  readonly offset: number
  sent: number
  /** When its last stretch of speech began. */
  onsetAt: number
  committedAt: number | undefined
  reply: string | undefined
  /** A reply that speech should have ended, and the audio of it that came afterwards. */
  interrupted: { readonly id: string; readonly at: number; staleBytes: number; lastAudioAt: number } | undefined
}

const measured = {
  answerMs: [] as number[],
  doneMs: [] as number[],
  lastAudioMs: [] as number[],
  onsetMs: [] as number[],
  lateMs: [] as number[],
  staleBytes: 0,
  replies: 0,
  cancelled: 0,
}
const failures: string[] = []
let talkers: Talker[] = []
let messages: readonly string[] = []
let stop = (): void => {}

const take = (talker: Talker, told: Told, now: number): void => {
  switch (told.type) {
    case 'error':
      failures.push(told.error?.message ?? '')
      break
    case 'input_audio_buffer.speech_started':
      if (talker.onsetAt > 0) measured.onsetMs.push(now - talker.onsetAt)
      talker.onsetAt = 0
      if (talker.reply) talker.interrupted = { id: talker.reply, at: now, staleBytes: 0, lastAudioAt: now }
      break
    case 'input_audio_buffer.committed':
      talker.committedAt = now
      break
    case 'response.created':
      talker.reply = told.response?.id
      break
    case 'response.output_audio.delta': {
      if (talker.committedAt !== undefined) measured.answerMs.push(now - talker.committedAt)
      talker.committedAt = undefined
      const { interrupted } = talker
      if (interrupted && interrupted.id === told.response_id) {
        interrupted.staleBytes += ((told.delta?.length ?? 0) * 3) / 4
        interrupted.lastAudioAt = now
      }
      break
    }
    case 'response.done': {
      measured.replies += 1
      if (told.response?.status === 'failed') failures.push('a response failed')
      talker.reply = undefined
      const { interrupted } = talker
      if (interrupted?.id === told.response?.id) {
        measured.cancelled += 1
        measured.doneMs.push(now - interrupted!.at)
        measured.lastAudioMs.push(interrupted!.lastAudioAt - interrupted!.at)
      }
      break
    }
    default:
  }
}

/** What came of an interrupted reply after its end counts too: it is settled when the next round begins. */
const settle = (talker: Talker): void => {
  measured.staleBytes += talker.interrupted?.staleBytes ?? 0
  talker.interrupted = undefined
}

const send = (talker: Talker, now: number): void => {
  const place = (talker.offset + talker.sent) % messages.length
  if (place % roundChunks === 0) {
    settle(talker)
    // The first sample of this message was spoken when the message before it was sent.
    talker.onsetAt = now - chunkMs
  }
  talker.socket.send(messages[place]!)
  talker.sent += 1
}

const textTurn = [
  { type: 'session.update', session: { type: 'realtime', output_modalities: ['audio'] } },
  {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] },
  },
  { type: 'response.create' },
].map((message) => JSON.stringify(message))

const methods = {
  /** Opens conversations and talks from then on: 5 s of speech, then 9 s of quiet, each at another place of the loop. */
  async open({ url, count }: { url: string; count: number }) {
    messages = await appends('conversation')
    talkers = []
    for (let i = 0; i < count; i += 1) {
      const offset = Math.floor((i * messages.length) / count)
      const socket = await connect(url)
      const talker: Talker = {
        ...{ socket, offset, sent: 0, onsetAt: 0 },
        ...{ committedAt: undefined, reply: undefined, interrupted: undefined },
      }
      socket.on('message', (data) => take(talker, read(data), performance.now()))
      socket.on('error', (error) => failures.push(error.message))
      talkers.push(talker)
    }
    stop = pace(talkers, chunkMs, { send, late: (ms) => measured.lateMs.push(ms) })
  },
  begin(_: null) {
    for (const list of Object.values(measured)) if (Array.isArray(list)) list.length = 0
    Object.assign(measured, { staleBytes: 0, replies: 0, cancelled: 0 })
  },
  /** What was measured since `begin`. */
  end(_: null) {
    for (const talker of talkers) settle(talker)
    return {
      answerMs: spread(measured.answerMs),
      doneMs: spread(measured.doneMs),
      lastAudioMs: spread(measured.lastAudioMs),
      onsetMs: spread(measured.onsetMs),
      clientLateMs: spread(measured.lateMs),
      staleBytes: measured.staleBytes,
      replies: measured.replies,
      cancelled: measured.cancelled,
      open: talkers.filter(({ socket }) => socket.readyState === socket.OPEN).length,
      failures: [...new Set(failures)].slice(0, 5),
    }
  },
  async close(_: null) {
    stop()
    await terminate(talkers)
    talkers = []
    failures.length = 0
  },
  /** Whole sessions, so many at a time: connects, has one written question answered in speech, closes. */
  async churn({ url, count, parallel }: { url: string; count: number; parallel: number }) {
    return churn({ count, parallel }, async () => {
      const socket = await connect(url)
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      let answered = false
      socket.on('message', (data) => {
        if (read(data).type !== 'response.done') return
        answered = true
        socket.close()
      })
      for (const message of textTurn) socket.send(message)
      await closed
      return answered
    })
  },
}

/** What the clients' process can be asked. */
export type ClientMethods = typeof methods

answer(methods, async () => {
  stop()
  for (const { socket } of talkers) socket.terminate()
})
