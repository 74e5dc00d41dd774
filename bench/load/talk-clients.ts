/** Talkers, in a process of their own: each says one recording after the other and waits for none of the finals. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import type { AudioFrame } from '../../src/audio/frame.ts'
import { joined } from '../../src/audio/joined.ts'
import { listen } from '../../src/listening/listen.ts'
import { defaultGate, defaultTurns } from '../../src/listening/settings.ts'
import { silentLog } from '../../src/log.ts'
import { loadSettings } from '../../src/server/config.ts'
import { openEngines } from '../../src/server/engines.ts'
import { silence } from '../noise.ts'
import { asMessages, cut, type Saying, sayings } from './audio.ts'
import { chunkMs, sampleRate } from './chunks.ts'
import { freeRecognizer } from './free-recognizer.ts'
import { answer } from './remote.ts'
import { closeMessage, connect, read } from './wire.ts'

/** Quiet after each recording: longer than the silence that ends a turn. */
const quietSeconds = 1.2
/** How long finals may take after the last recording, before they count as lost. */
const patienceMs = 60_000

/** A recording that is one turn. */
interface Line {
  readonly messages: readonly string[]
  /** The chunk at which its turn is over, counted from its first. */
  readonly dueChunk: number
}

interface Talker {
  readonly socket: WebSocket
  /** When each chunk was sent. */
  readonly sentAt: number[]
  /** For each recording that was said: the chunk at which its final is due. */
  readonly due: number[]
  readonly finals: { readonly at: number; readonly words: number }[]
  error: string | undefined
}

let lines: readonly Line[] = []

/** Where the turns of a recording end, by voice activity alone and in audio time. */
const turnsOf = async (
  samples: Float32Array,
  voiceActivity: Parameters<typeof listen>[1]['engines']['voiceActivity'],
) => {
  async function* audio(): AsyncGenerator<AudioFrame> {
    yield { samples, sampleRate, startMs: 0 }
  }
  const ends: number[] = []
  const events = listen(audio(), {
    engines: { speechToText: freeRecognizer, voiceActivity },
    gate: defaultGate,
    turns: defaultTurns,
    languages: [],
    terms: [],
    partials: false,
    finalBudgetMs: 0,
    alternatives: 0,
    signal: new AbortController().signal,
    log: silentLog,
  })
  for await (const event of events) if (event.type === 'turn.ended') ends.push(event.endMs + event.silenceMs)
  return ends
}

const asLine = async ({ samples }: Saying, voiceActivity: Parameters<typeof turnsOf>[1]): Promise<readonly Line[]> => {
  const all = joined(Float32Array, [samples, silence(quietSeconds)])
  const ends = await turnsOf(all, voiceActivity)
  if (ends.length !== 1) return []
  return [{ messages: asMessages(cut(all)), dueChunk: Math.ceil(ends[0]! / chunkMs) - 1 }]
}

const hear = (talker: Talker): void => {
  talker.socket.on('message', (data) => {
    const { transcript, isFinal, error } = read(data)
    if (error) talker.error ??= error
    if (transcript !== undefined && isFinal)
      talker.finals.push({ at: performance.now(), words: transcript.split(' ').filter((word) => word !== '').length })
  })
  talker.socket.on('error', (error) => {
    talker.error ??= error.message
  })
}

/** Says recordings until `untilMs` on this process's clock; the last one to its end. */
const talk = async (talker: Talker, first: number, untilMs: number): Promise<void> => {
  const begun = performance.now()
  for (let turn = first; performance.now() < untilMs; turn += 1) {
    const { messages, dueChunk } = lines[turn % lines.length]!
    const from = talker.sentAt.length
    for (const message of messages) {
      await sleep(Math.max(0, begun + (talker.sentAt.length + 1) * chunkMs - performance.now()))
      if (talker.socket.readyState !== talker.socket.OPEN) return
      talker.sentAt.push(performance.now())
      talker.socket.send(message)
      if (talker.sentAt.length === from + dueChunk + 1) talker.due.push(from + dueChunk)
    }
  }
}

const methods = {
  /** Loads the recordings and finds where their turns end. Gives how many there are. */
  async prepare(_: null) {
    const settings = loadSettings()
    const engines = openEngines(settings, silentLog)
    try {
      const engine = await engines.registry.get('voiceActivity', settings.models.voiceActivity)
      const all = await sayings()
      lines = (await Promise.all(all.map((saying) => asLine(saying, engine)))).flat()
    } finally {
      await engines.close()
    }
    const chunks = lines.reduce((sum, { messages }) => sum + messages.length, 0)
    return { lines: lines.length, meanSeconds: (chunks * chunkMs) / 1000 / lines.length }
  },
  /** So many talkers for so long. Each final is compared with when it was due. */
  async talk({ url, count, seconds }: { url: string; count: number; seconds: number }) {
    const refused: string[] = []
    const talkers: Talker[] = []
    for (let index = 0; index < count; index += 1) {
      try {
        const talker: Talker = { socket: await connect(url), sentAt: [], due: [], finals: [], error: undefined }
        hear(talker)
        talkers.push(talker)
      } catch (error) {
        refused.push(error instanceof Error ? error.message : String(error))
      }
    }
    const untilMs = performance.now() + seconds * 1000
    await Promise.all(
      talkers.map(async (talker, index) => {
        // They do not begin at the same time, nor with the same words.
        await sleep((index * 3000) / count)
        await talk(talker, index, untilMs)
      }),
    )
    const silentSince = performance.now()
    const owing = (): boolean => talkers.some((one) => one.finals.length < one.due.length && one.error === undefined)
    while (owing() && performance.now() - silentSince < patienceMs) await sleep(50)
    await Promise.all(
      talkers.map(async ({ socket }) => {
        if (socket.readyState !== socket.OPEN) return
        const closed = new Promise((resolve) => socket.once('close', resolve))
        socket.send(closeMessage)
        await Promise.race([closed, sleep(5000)])
        socket.terminate()
      }),
    )
    const whole = talkers.filter(({ error }) => error === undefined)
    return {
      refused: [...refused, ...talkers.flatMap(({ error, due }) => (due.length === 0 && error ? [error] : []))],
      brokenOff: talkers.flatMap(({ error, due }) => (due.length > 0 && error ? [error] : [])),
      turns: whole.reduce((sum, { due }) => sum + due.length, 0),
      finals: whole.reduce((sum, { finals, due }) => sum + Math.min(finals.length, due.length), 0),
      empty: whole.reduce((sum, { finals }) => sum + finals.filter(({ words }) => words === 0).length, 0),
      spokenSeconds: talkers.reduce((sum, { sentAt }) => sum + sentAt.length, 0) * (chunkMs / 1000),
      lateMs: whole.flatMap(({ due, finals, sentAt }) =>
        due.flatMap((chunk, index) => {
          const final = finals[index]
          return final ? [final.at - sentAt[chunk]!] : []
        }),
      ),
    }
  },
}

/** What the talkers' process can be asked. */
export type TalkMethods = typeof methods

answer(methods, async () => {})
