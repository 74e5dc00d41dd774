/** reply(request, engines) → AsyncIterable<Progress>: a language model writes, a voice speaks while it does. */
import { durationMs } from '../audio/frame.ts'
import type { ReplyRequest } from '../conversation/effects.ts'
import type { Progress } from '../conversation/inputs.ts'
import type { Work } from '../engines/engine.ts'
import type { GenerationEvent, LanguageModel } from '../engines/language-model.ts'
import type { TextToSpeech } from '../engines/text-to-speech.ts'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { SpeakInput } from '../speaking/speak.ts'
import { forEach } from '../streams/for-each.ts'
import { orAborted } from '../streams/or-aborted.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import { Filler, type FillerLength, type FillerPlan } from './filler.ts'
import { Stall } from './stall.ts'
import { type Voiced, voiced } from './voiced.ts'

/** Where a reply's engines come from, by the names that clients gave. */
export interface ReplyEngines {
  languageModel(name: string): Promise<LanguageModel>
  voice(wish: {
    readonly voice: string
    readonly model: string
    readonly language: string
  }): Promise<{ readonly engine: TextToSpeech; readonly voice: string }>
  /** How long a model may be silent before the reply fails. */
  readonly stallMs: number
}

/** What may wait for the session, in milliseconds of audio; what is not audio counts as one. */
const waitingLimitMs = 2_000

/** Pieces of text that may wait for the voice. */
const textLimit = 1000

type Write = (progress: Unnamed) => Promise<void> | undefined
type Unnamed = Progress extends infer One ? (One extends Progress ? Omit<One, 'replyId'> : never) : never

/**
 * How the reply is going, until `reply.ended` or `reply.failed`; an aborted signal just ends it. A voice begins with the
 * first clause; until the model does, `filler` may fill the silence. Takes no more from the engines than its reader takes
 * from it, give or take some seconds of audio.
 */
export async function* reply(
  request: ReplyRequest,
  engines: ReplyEngines,
  { signal, log }: Work,
  filler?: FillerPlan,
): AsyncGenerator<Progress> {
  const { replyId } = request
  const tasks = new Tasks(signal)
  const line = new Queue<Progress>(waitingLimitMs, (item) => (item.type === 'reply.audio' ? durationMs(item.frame) : 1))
  tasks.signal.addEventListener('abort', () => line.abort(), { once: true })
  if (tasks.signal.aborted) return
  const write: Write = (progress) => (line.push({ ...progress, replyId } as Progress) ? undefined : line.drained())

  tasks.start(async () => {
    try {
      const work = { signal: tasks.signal, log }
      const ends = await (request.speech ? spoken : written)(request, engines, work, write, filler)
      for (const end of ends) void write(end)
    } catch (error) {
      if (tasks.signal.aborted) return
      const failure = asVoiceError(error)
      if (failure.code === 'internal') log.error({ replyId, err: failure.cause }, 'reply failed')
      else log.warn({ replyId, code: failure.code, err: failure.cause }, 'reply failed')
      void write({ type: 'reply.failed', code: failure.code, message: failure.message })
    }
    line.close()
  })
  try {
    yield* line
  } finally {
    tasks.abort()
    await tasks.settled()
  }
}

interface Takers {
  readonly text: (delta: string) => Promise<void> | undefined
  readonly call: (call: Unnamed) => Promise<void> | undefined
}

/** Gives text and calls to their takers; resolves with what is to be said at the end. */
const generate = async (
  request: ReplyRequest,
  engines: ReplyEngines,
  { signal, log }: Work,
  write: Write,
  takers: Takers,
): Promise<readonly Unnamed[]> => {
  const { messages, tools, toolChoice, parallelTools, sampling, caching, maxTokens, metadata } = request
  const asked = request.say === undefined ? engines.languageModel(request.model) : saying(request.say)
  const model = await orAborted(asked, signal)
  if (!model) return []
  const options = { signal, log, tools, toolChoice, parallelTools, sampling, metadata, ...(caching && { caching }) }
  const events = model.generate(messages, maxTokens === null ? options : { ...options, maxTokens })
  let began = false
  let usage: Unnamed | undefined
  let end: Unnamed | undefined
  const take = (event: GenerationEvent): Promise<void> | undefined => {
    if (!began && (event.type === 'text' || event.type === 'tool-call')) {
      began = true
      void write({ type: 'reply.generating' })
    }
    switch (event.type) {
      case 'text':
        return event.delta === '' ? undefined : takers.text(event.delta)
      case 'tool-call': {
        const { callId, name, arguments: json } = event
        return takers.call({ type: 'reply.call', callId, name, arguments: json })
      }
      case 'usage':
        usage = { ...event, type: 'reply.usage' }
        return undefined
      case 'finish':
        end = { type: 'reply.ended', reason: endOf[event.reason] }
        return undefined
      default:
        return event satisfies never
    }
  }
  const stall = new Stall(engines.stallMs, 'The language model did not answer in time.')
  stall.arm()
  try {
    await Promise.race([stall.promise, forEach(events, signal, (event) => stall.resting(() => take(event)))])
  } finally {
    stall.end()
  }
  if (!end && !signal.aborted) throw new VoiceError('provider_failed', 'The language model broke off.')
  return [...(usage ? [usage] : []), ...(end ? [end] : [])]
}

/** A model that has learned one text by heart. */
const saying = async (text: string): Promise<LanguageModel> => ({
  card: { name: 'Given words' },
  async *generate() {
    yield { type: 'text', delta: text }
    yield { type: 'finish', reason: 'stop' }
  },
})

const endOf = { stop: 'finished', 'tool-calls': 'finished', length: 'length', filtered: 'filtered' } as const

const written = (request: ReplyRequest, engines: ReplyEngines, work: Work, write: Write): Promise<readonly Unnamed[]> =>
  generate(request, engines, work, write, { text: (delta) => write({ type: 'reply.text', delta }), call: write })

/** The model writes while the voice speaks; whichever breaks stops the other. */
const spoken = async (
  request: ReplyRequest,
  engines: ReplyEngines,
  { signal, log }: Work,
  write: Write,
  plan?: FillerPlan,
): Promise<readonly Unnamed[]> => {
  const { voice, model, language, speed, rendering, sampleRate, instruction = '' } = request.speech!
  const tasks = new Tasks(signal)
  const texts = new Queue<SpeakInput>(plan?.maxBuffered ?? textLimit)
  tasks.signal.addEventListener('abort', () => texts.abort(), { once: true })
  // Asked for while the model thinks; a failure counts once there is something to say.
  const speaker = engines.voice({ voice, model, language })
  speaker.catch(() => {})
  /** Calls wait here until what was written before them has been spoken. */
  const calls = new Map<number, Unnamed>()
  let flushes = 0
  let speaking = false
  let ends: readonly Unnamed[] = []

  const filler = plan && new Filler(plan, { sampleRate, write, signal: tasks.signal })

  /** The voice may be silent while it waits for text, but not once it has all of it. */
  const stall = new Stall(engines.stallMs, 'The voice did not answer in time.')

  const speakAll = async (signal: AbortSignal): Promise<void> => {
    const head = await filler?.end()
    const found = await orAborted(speaker, signal)
    if (!found || signal.aborted) return
    const settings = { ...found, ...rendering, speed, instruction, ...(language === '' ? {} : { language }) }
    const take = (event: Voiced): Promise<void> | undefined => {
      if (event.type === 'reply.word' && head) return write(behind(event, head))
      if (event.type !== 'flushed') return write(event)
      const call = calls.get(event.flush)
      calls.delete(event.flush)
      return call && write(call)
    }
    const speech = voiced(texts, { ...settings, sampleRate, signal, log })
    try {
      await Promise.race([stall.promise, forEach(speech, signal, (event) => stall.resting(() => take(event)))])
    } finally {
      stall.end()
    }
  }

  tasks.start(async (signal) => {
    ends = await generate(request, engines, { signal, log }, write, {
      text: (delta) => {
        if (!speaking) tasks.start(speakAll)
        speaking = true
        return texts.push(delta) ? undefined : texts.drained()
      },
      call: (call) => {
        if (!speaking) return filler ? filler.end().then(() => write(call)) : write(call)
        flushes += 1
        calls.set(flushes, call)
        texts.push({ type: 'flush', flush: flushes })
        return undefined
      },
    })
    if (!speaking) await filler?.end()
    texts.close()
    if (speaking) stall.arm()
  })
  try {
    await tasks.settled()
  } finally {
    await filler?.end()
  }
  return ends
}

/** A word of what follows a filler, on the clock of the whole reply. */
const behind = (
  { from, to, startMs, endMs, ...word }: Extract<Voiced, { type: 'reply.word' }>,
  { characters, ms }: FillerLength,
): Extract<Voiced, { type: 'reply.word' }> => ({
  ...word,
  from: from + characters,
  to: to + characters,
  startMs: startMs + ms,
  endMs: endMs + ms,
})
