/** Realtime: the fields of `providerData` that something acts on: how each is read, and the change that it means. */
import type { ConfigPatch, Interruption, SessionConfig, TurnOverrides } from '../../conversation/config.ts'
import { plainRendering, type Rendering } from '../../speaking/rendering.ts'
import { expressions } from '../inworld-tts/request.ts'
import { camelKeys, clamp, isObject, type JsonObject } from '../wire-json.ts'
import type { Dialect } from './dialect.ts'
import { usualInterruption } from './interruption.ts'

/** One field of a branch; the branch `''` is `providerData` itself. */
export interface ProviderField {
  readonly branch: string
  readonly name: string
  /** Undefined: the value makes no sense. */
  readonly read: (value: unknown) => ConfigPatch | undefined
  /** What null means. */
  readonly reset: (dialect: Dialect) => ConfigPatch
}

type Parse<T> = (value: unknown) => T | undefined

const flag: Parse<boolean> = (value) => (typeof value === 'boolean' ? value : undefined)
const text: Parse<string> = (value) => (typeof value === 'string' ? value : undefined)
const texts: Parse<readonly string[]> = (value) =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined
/** A number, held within what makes sense. */
const number =
  (least: number, most: number): Parse<number> =>
  (value) =>
    typeof value === 'number' && Number.isFinite(value) ? clamp(value, least, most) : undefined
const whole =
  (least: number, most: number): Parse<number> =>
  (value) => {
    const read = number(least, most)(value)
    return read === undefined ? undefined : Math.round(read)
  }
/** One of the names, in capitals or not. */
const oneOf =
  <T>(names: Readonly<Record<string, T>>): Parse<T> =>
  (value) => {
    const name = typeof value === 'string' ? value.toLowerCase() : ''
    return Object.hasOwn(names, name) ? names[name] : undefined
  }

/** Tokens of the model's own, with what is added to their likelihood. */
const logitBias: Parse<readonly { readonly token: string; readonly bias: number }[]> = (value) => {
  if (!Array.isArray(value)) return undefined
  const read = value.flatMap((entry) => {
    const { tokenId, biasValue } = isObject(entry) ? (camelKeys(entry) as JsonObject) : {}
    if (!/^\d{1,9}$/.test(String(tokenId)) || typeof biasValue !== 'number') return []
    return [{ token: String(tokenId), bias: clamp(biasValue, -100, 100) }]
  })
  return read.length === value.length ? read : undefined
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }
/** A length of time in seconds: `300`, `300s`, `5m`. */
const seconds: Parse<number> = (value) => {
  const [, count, unit = 's'] = /^(\d{1,9}(?:\.\d+)?)\s*([smh])?$/.exec(String(value)) ?? []
  return count === undefined ? undefined : Number(count) * units[unit]!
}

const longestSilenceMs = 30_000
const mostTokens = 1_000_000

/** A field that stands for one value. */
const field = <T>(
  branch: string,
  name: string,
  parse: Parse<T>,
  patch: (value: T) => ConfigPatch,
  byDefault: T | ((dialect: Dialect) => T),
): ProviderField => ({
  branch,
  name,
  read: (value) => {
    const read = parse(value)
    return read === undefined ? undefined : patch(read)
  },
  reset: (dialect) => patch(byDefault instanceof Function ? byDefault(dialect) : byDefault),
})

type Sampled = SessionConfig['samplingOverrides']

const override = (name: string, key: keyof TurnOverrides, parse: Parse<number>): ProviderField =>
  field<number | null>('stt', name, parse, (value) => ({ input: { turnOverrides: { [key]: value } } }), null)

const sampled = <Key extends keyof Sampled>(name: string, key: Key, parse: Parse<Sampled[Key]>): ProviderField =>
  field<Sampled[Key] | null>(
    'text_generation_config',
    name,
    parse,
    (value) => ({ samplingOverrides: { [key]: value } }),
    null,
  )

const rendered = <Key extends keyof Rendering>(
  name: string,
  key: Key,
  names: Readonly<Record<string, Rendering[Key]>>,
): ProviderField =>
  field('tts', name, oneOf(names), (value) => ({ output: { rendering: { [key]: value } } }), plainRendering[key])

const cached = (name: string, key: string, parse: Parse<boolean | number>): ProviderField =>
  field<boolean | number | null>('caching', name, parse, (value) => ({ caching: { [key]: value } }), null)

/** Ours: how much must be said before it counts. */
const interrupted = (name: string, key: keyof Interruption, most: number): ProviderField =>
  field(
    'interruption',
    name,
    whole(0, most),
    (value) => ({ input: { interruption: { [key]: value } } }),
    (dialect) => usualInterruption[dialect][key],
  )

/** What is settled by the first value. */
const settled = (name: string, parse: Parse<unknown>): ProviderField => ({
  branch: 'tts',
  name,
  read: (value) => (parse(value) === undefined ? undefined : { fixed: { [name]: value } }),
  reset: () => ({}),
})

/** What is read elsewhere: it is here so that nonsense in it is noticed. */
const elsewhere = (branch: string, name: string, parse: Parse<unknown>): ProviderField =>
  field(branch, name, parse, () => ({}), null)

/** How the text is cut, and whether its pieces belong together. */
const segmenters = {
  auto: { cut: 'clauses', context: 'speech' },
  balanced: { cut: 'clauses', context: 'speech' },
  sentence: { cut: 'sentences', context: 'speech' },
  full_turn: { cut: 'whole', context: 'speech' },
  fast_start: { cut: 'quick', context: 'speech' },
  per_segment_context: { cut: 'sentences', context: 'piece' },
} as const satisfies Readonly<Record<string, Pick<Rendering, 'cut' | 'context'>>>

/** Every name that clients may use for a kind of times. */
export const timestampTypes = { word: 'words', character: 'characters' } as const

/** Every field that something acts on, apart from the branches of the attendants. */
export const providerFields: readonly ProviderField[] = [
  field(
    '',
    'auto_tool_response',
    flag,
    (answerToolResults) => ({ answerToolResults }),
    (dialect) => dialect === 'inworld',
  ),
  interrupted('min_speech_ms', 'minSpeechMs', 5000),
  interrupted('min_words', 'minWords', 20),
  field('', 'early_start', flag, (earlyStart) => ({ earlyStart }), null),
  field('', 'user_id', text, (user) => ({ user }), ''),
  field<SessionConfig['voiceProfile']>(
    'stt',
    'voice_profile',
    (value) => (value === true ? 'told' : value === false ? 'off' : undefined),
    (voiceProfile) => ({ voiceProfile }),
    'used',
  ),
  elsewhere('stt', 'prompt', text),
  elsewhere('stt', 'language_hints', texts),
  override('vad_threshold', 'threshold', number(0, 1)),
  override('end_of_turn_confidence_threshold', 'confidence', number(0, 1)),
  override('min_end_of_turn_silence', 'minSilenceMs', whole(0, longestSilenceMs)),
  override('max_turn_silence', 'maxSilenceMs', whole(0, longestSilenceMs)),
  field('tts', 'language', text, (language) => ({ output: { language } }), ''),
  field<Pick<Rendering, 'cut' | 'context'>>(
    'tts',
    'segmenter_strategy',
    oneOf<Pick<Rendering, 'cut' | 'context'>>(segmenters),
    (rendering) => ({ output: { rendering } }),
    segmenters.auto,
  ),
  rendered('steering_handling', 'steering', { repeat_each_chunk: 'repeated', emit_once: 'once' }),
  rendered('delivery_mode', 'expression', {
    stable: expressions.STABLE,
    balanced: expressions.BALANCED,
    creative: expressions.CREATIVE,
  }),
  settled('conversational', flag),
  settled('user_turn_mode', oneOf({ both: true, audio_only: true, text_only: true, none: true })),
  elsewhere('tts', 'timestamp_type', oneOf(timestampTypes)),
  elsewhere('tts', 'timestamp_transport_strategy', oneOf({ sync: true, async: true })),
  elsewhere('tts', 'expose_steering', flag),
  cached('enabled', 'enabled', flag),
  cached('cache_instructions', 'instructions', flag),
  cached('cache_tools', 'tools', flag),
  cached('ttl', 'seconds', seconds),
  sampled('maxNewTokens', 'maxTokens', whole(1, mostTokens)),
  sampled('temperature', 'temperature', number(0, 2)),
  sampled('topP', 'topP', number(0, 1)),
  sampled('frequencyPenalty', 'frequencyPenalty', number(-2, 2)),
  sampled('presencePenalty', 'presencePenalty', number(-2, 2)),
  sampled('repetitionPenalty', 'repetitionPenalty', number(0, 2)),
  sampled('stopSequences', 'stop', texts),
  sampled('seed', 'seed', whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
  sampled('logitBias', 'logitBias', logitBias),
  sampled('reasoning.effort', 'reasoningEffort', (value) => text(value)?.toLowerCase()),
  sampled('reasoning.maxTokens', 'reasoningTokens', whole(1, mostTokens)),
  sampled('reasoning.exclude', 'reasoningHidden', flag),
]
