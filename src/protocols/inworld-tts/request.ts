/** Inworld text-to-speech over HTTP: the body of a request, read and checked. */
import { VoiceError } from '../../errors.ts'
import { camelKeys, isObject, type JsonObject, parseObject } from '../wire-json.ts'

const encodings = ['LINEAR16', 'MP3', 'OGG_OPUS', 'ALAW', 'MULAW', 'FLAC', 'PCM', 'WAV'] as const

export type SpeechEncoding = (typeof encodings)[number]

/** Most characters of a request that is answered as a whole, and of one that is answered as a stream. */
export const maxCharacters = { whole: 2000, stream: 4000 } as const

/** How a client wants its texts spoken. */
export interface SpeechConfig {
  readonly voiceId: string
  readonly modelId: string
  /** BCP-47; empty: the voice's own. */
  readonly language: string
  readonly encoding: SpeechEncoding
  /** Hz. */
  readonly sampleRate: number
  /** Bits in a second. */
  readonly bitRate: number
  readonly speed: number
  /** How strongly instructions are followed: 1 as they ask. */
  readonly expression: number
  readonly timestamps: 'none' | 'words' | 'characters'
  /** Whether times come in messages of their own, behind the audio. */
  readonly timesBehind: boolean
  /** Whether words come with the spaces and marks between them. */
  readonly everyToken: boolean
  /** Fields that were set and that no voice here can follow. */
  readonly ignored: readonly string[]
}

/** What a client asked for. */
export interface SynthesizeCall extends SpeechConfig {
  /** With its tags. */
  readonly text: string
  /** How to begin, in words; empty: as the voice is. */
  readonly instruction: string
}

/** Of a longer one the beginning counts. */
const longestInstruction = 2000

const refuse = (message: string, param: string): VoiceError => new VoiceError('invalid_request', message, { param })

const string = (fields: JsonObject, name: string): string => {
  const value = fields[name]
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw refuse(`${name} must be a string.`, name)
  return value
}

/** A number within its range; zero and absence are the default, as everywhere in this wire. */
export const number = (fields: JsonObject, name: string, least: number, most: number, byDefault: number): number => {
  const raw = fields[name]
  if (raw === undefined || raw === null || raw === '' || raw === 0 || raw === '0') return byDefault
  const value = typeof raw === 'string' ? Number(raw) : raw
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw refuse(`${name} must be a number from ${least} to ${most}.`, name)
  return value
}

/** One of the names, also with its type before it (`AUDIO_ENCODING_MP3`); undefined for none and for `…_UNSPECIFIED`. */
const choice = <Name extends string>(
  fields: JsonObject,
  field: string,
  names: readonly Name[],
  prefix: string,
): Name | undefined => {
  const raw = string(fields, field).toUpperCase()
  const value = raw.startsWith(`${prefix}_`) ? raw.slice(prefix.length + 1) : raw
  if (value === '' || value === 'UNSPECIFIED') return undefined
  const found = names.find((name) => name === value)
  if (!found) throw refuse(`${field} must be one of ${names.join(', ')}.`, field)
  return found
}

const aboutStyle = ['temperature', 'synthesisContext', 'applyTextNormalization'] as const

/** How strongly instructions are followed in each mode of delivery. */
export const expressions = { STABLE: 0.6, BALANCED: 1, CREATIVE: 1.4 } as const
const deliveries = ['STABLE', 'BALANCED', 'CREATIVE'] as const satisfies readonly (keyof typeof expressions)[]

/** Whether a model tells the times of all that stands between words too. */
export const isTts2 = (modelId: string): boolean => modelId.replace(/^inworld\//, '').startsWith('inworld-tts-2')

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== '' && value !== 0

/** Reads the body of `POST /tts/v1/voice` (`whole`) or `/tts/v1/voice:stream`. Throws `invalid_request` with the field at fault. */
export const readSynthesize = (body: string, answer: 'whole' | 'stream'): SynthesizeCall => {
  const fields = camelKeys(parseObject(body)) as JsonObject
  const text = string(fields, 'text')
  if (text.trim() === '') throw refuse('text is required and must not be empty.', 'text')
  const characters = [...text].length
  if (characters > maxCharacters[answer])
    throw refuse(
      `text has ${characters} characters; ${maxCharacters[answer]} are the most that one request may have.`,
      'text',
    )
  return {
    ...readSpeechConfig(fields),
    text,
    instruction: string(fields, 'instruction').trim().slice(0, longestInstruction),
  }
}

/** Reads what requests and contexts have in common, in camelCase. Throws `invalid_request` with the field at fault. */
export const readSpeechConfig = (fields: JsonObject): SpeechConfig => {
  const voiceId = string(fields, 'voiceId').trim()
  if (voiceId === '') throw refuse('voiceId is required.', 'voiceId')
  const modelId = string(fields, 'modelId').trim()
  if (modelId === '') throw refuse('modelId is required.', 'modelId')
  const { audioConfig = {} } = fields
  if (audioConfig !== null && !isObject(audioConfig)) throw refuse('audioConfig must be an object.', 'audioConfig')
  const audio: JsonObject = audioConfig ?? {}
  const encoding = choice(audio, 'audioEncoding', encodings, 'AUDIO_ENCODING') ?? 'MP3'
  const sampleRate = Math.round(number(audio, 'sampleRateHertz', 8000, 48_000, 48_000))
  const phone = encoding === 'MULAW' || encoding === 'ALAW'
  number(fields, 'temperature', 0, 2, 1)
  const delivery = choice(fields, 'deliveryMode', deliveries, 'DELIVERY_MODE') ?? 'BALANCED'
  choice(fields, 'applyTextNormalization', ['ON', 'OFF'], 'APPLY_TEXT_NORMALIZATION')
  const timestamps = choice(fields, 'timestampType', ['WORD', 'CHARACTER'], 'TIMESTAMP_TYPE')
  const transport = choice(fields, 'timestampTransportStrategy', ['SYNC', 'ASYNC'], 'TIMESTAMP_TRANSPORT_STRATEGY')
  return {
    voiceId,
    modelId,
    language: string(fields, 'language').trim(),
    encoding,
    sampleRate: phone ? 8000 : sampleRate,
    // Some clients write it in one word.
    bitRate: number(audio, audio.bitRate === undefined ? 'bitrate' : 'bitRate', 1, 1_000_000, 128_000),
    speed: number(audio, 'speakingRate', 0.5, 1.5, 1),
    expression: expressions[delivery],
    timestamps: timestamps === 'WORD' ? 'words' : timestamps === 'CHARACTER' ? 'characters' : 'none',
    timesBehind: transport === 'ASYNC',
    everyToken: isTts2(modelId),
    ignored: aboutStyle.filter((name) => isSet(fields[name])),
  }
}
