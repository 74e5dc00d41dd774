/** Drives a conversation in tests: applies inputs, collects events and effects, and speaks for the other rooms. */
import type { ConfigPatch, Interruption, SessionConfig } from '../../src/conversation/config.ts'
import { merge, noTurnOverrides } from '../../src/conversation/config.ts'
import { Conversation } from '../../src/conversation/conversation.ts'
import type { Effect, ReplyRequest } from '../../src/conversation/effects.ts'
import type { SessionEvent } from '../../src/conversation/events.ts'
import type { Input } from '../../src/conversation/inputs.ts'
import { plainRendering } from '../../src/speaking/rendering.ts'

/** A session as the OpenAI dialect opens it, with transcription on. */
export const defaultConfig: SessionConfig = {
  kind: 'conversation',
  model: '',
  modalities: { audio: true, text: false },
  instructions: '',
  input: {
    format: { encoding: 'pcm16', sampleRate: 24_000 },
    noiseReduction: null,
    transcription: { model: 'whisper-1', languages: [], terms: [] },
    turnDetection: {
      type: 'silence',
      threshold: 0.5,
      prefixMs: 300,
      silenceMs: 500,
      idleMs: null,
      createReply: true,
      interruptReply: true,
    },
    turnOverrides: noTurnOverrides,
    interruption: { minSpeechMs: 0, minWords: 0 },
  },
  output: {
    format: { encoding: 'pcm16', sampleRate: 24_000 },
    voice: 'alloy',
    model: '',
    speed: 1,
    language: '',
    rendering: plainRendering,
  },
  tools: [],
  serverTools: [],
  toolChoice: 'auto',
  parallelTools: true,
  maxTokens: null,
  sampling: {},
  samplingOverrides: {},
  caching: null,
  truncation: { type: 'auto' },
  answerToolResults: false,
  voiceProfile: 'used',
  voiceUse: { notes: true, manner: true, pace: true },
  memory: null,
  backchannel: null,
  responsiveness: null,
  earlyStart: null,
  metadata: {},
  user: '',
  extras: {},
  fixed: {},
}

export interface DriveOptions {
  readonly config?: ConfigPatch & { readonly kind?: SessionConfig['kind'] }
  readonly turnDetection?: object
  readonly manual?: boolean
  readonly answerToolResults?: boolean
  readonly contextTokens?: number
  readonly interruption?: Partial<Interruption>
  readonly paced?: boolean
  readonly canSearch?: boolean
}

/** A conversation with what came of it so far. */
export const drive = (options: DriveOptions = {}) => {
  let ids = 0
  const input = options.manual
    ? { turnDetection: null }
    : options.turnDetection
      ? { turnDetection: options.turnDetection }
      : {}
  const config = merge(defaultConfig, {
    ...options.config,
    input: { ...input, ...(options.interruption && { interruption: options.interruption }) },
    answerToolResults: options.answerToolResults ?? false,
  })
  const conversation = new Conversation({
    config,
    newId: (kind) => {
      ids += 1
      return `${kind}_${ids}`
    },
    ...(options.paced && { paced: true }),
    canSearch: options.canSearch ?? false,
    ...(options.contextTokens === undefined ? {} : { contextTokens: options.contextTokens }),
  })
  const events: SessionEvent[] = []
  const effects: Effect[] = []
  let taken = 0
  const apply = (next: Input): void => {
    const outcome = conversation.apply(next)
    events.push(...outcome.events)
    effects.push(...outcome.effects)
  }
  const requests = (): ReplyRequest[] =>
    effects.flatMap((effect) => (effect.type === 'start-reply' ? [effect.request] : []))
  const final = (utterance: number, text: string): void =>
    apply({ type: 'transcript.final', utterance, text, words: [], startMs: 0, endMs: 0, silenceMs: 500, pass: 'whole' })
  return {
    conversation,
    events,
    effects,
    apply,
    final,
    requests,
    /** The last thing that a model was asked. */
    request: (): ReplyRequest => requests().at(-1)!,
    types: () => events.map(({ type }) => type),
    /** Types of the events since the last call. */
    take: () => {
      const types = events.slice(taken).map(({ type }) => type)
      taken = events.length
      return types
    },
    /** The user writes. */
    say: (text: string): void =>
      apply({
        type: 'item.create',
        item: { id: '', status: 'completed', type: 'message', role: 'user', parts: [{ type: 'text', text }] },
      }),
    result: (callId: string, output: string): void =>
      apply({ type: 'item.create', item: { id: '', status: 'completed', type: 'call-output', callId, output } }),
    /** The user says something, and it is recognised. */
    turn: (utterance: number, text: string): void => {
      const startMs = 1000 + utterance * 3000
      apply({ type: 'audio.received', endMs: startMs + 1700 })
      apply({ type: 'speech.started', utterance, startMs, confidence: 0.9 })
      apply({ type: 'turn.ended', utterance, startMs, endMs: startMs + 1000, silenceMs: 500 })
      final(utterance, text)
    },
    /** The assistant says something; words with start and end in milliseconds. */
    speak: (replyId: string, text: string, words: readonly (readonly [string, number, number])[]): void => {
      apply({ type: 'reply.text', replyId, delta: text })
      let from = 0
      for (const [word, startMs, endMs] of words) {
        const at = text.indexOf(word, from)
        from = at + word.length
        apply({ type: 'reply.word', replyId, from: at, to: from, startMs, endMs })
      }
      const lengthMs = words.at(-1)?.[2] ?? 0
      const samples = new Float32Array((lengthMs * 24_000) / 1000)
      apply({ type: 'reply.audio', replyId, frame: { samples, sampleRate: 24_000, startMs: 0 } })
    },
  }
}
