/** OpenAI's speech route: the body of a request, and what comes back, as values. */
import { z } from 'zod'
import { VoiceError } from '../../errors.ts'
import { parseObject } from '../wire-json.ts'

/** How the audio may be written. */
export const speechFormats = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const

export type SpeechFormat = (typeof speechFormats)[number]

/** Most characters of one request. */
export const maxInputCharacters = 4096

/** A request, read and checked. */
export interface SpeechCall {
  readonly model: string
  readonly input: string
  /** Empty: the default one. */
  readonly voice: string
  readonly format: SpeechFormat
  readonly speed: number
  /** Hz. */
  readonly sampleRate: number
  /** BCP-47; empty: the voice's own. */
  readonly language: string
  /** Empty: none. */
  readonly instructions: string
  /** Whether the audio comes as server-sent events. */
  readonly events: boolean
}

const absent = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === null ? undefined : value), schema.optional())

const name = z.string().trim().min(1)
const schema = z.object({
  model: name,
  input: z.string().refine((text) => text.trim() !== '', 'must not be empty'),
  voice: absent(z.union([z.string(), z.object({ id: z.string() })])),
  response_format: absent(z.enum(speechFormats)),
  speed: absent(z.number().min(0.25).max(4)),
  instructions: absent(z.string()),
  stream_format: absent(z.enum(['audio', 'sse'])),
  sample_rate: absent(z.int().min(8000).max(48_000)),
  language: absent(z.string().trim()),
})

/** What is wrong with a field, in words. */
const complaint = (path: string, issue: z.core.$ZodIssue): string => {
  switch (path) {
    case 'model':
    case 'input':
      return `${path} is required and must not be empty.`
    case 'voice':
      return 'voice must be a name, or an object with an id.'
    case 'response_format':
      return `response_format must be one of ${speechFormats.join(', ')}.`
    case 'speed':
      return 'speed must be a number from 0.25 to 4.'
    case 'stream_format':
      return 'stream_format must be audio or sse.'
    case 'sample_rate':
      return 'sample_rate must be a whole number from 8000 to 48000.'
    default:
      return `${path}: ${issue.message}.`
  }
}

/** Reads the body of `POST /v1/audio/speech`. Throws `invalid_request` with the field at fault. */
export const readSpeech = (body: string): SpeechCall => {
  const parsed = schema.safeParse(parseObject(body))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    const param = String(issue.path[0] ?? '')
    throw new VoiceError('invalid_request', complaint(param, issue), { param })
  }
  const { data } = parsed
  const characters = [...data.input].length
  if (characters > maxInputCharacters)
    throw new VoiceError(
      'invalid_request',
      `input has ${characters} characters; ${maxInputCharacters} are the most that one request may have.`,
      { param: 'input' },
    )
  return {
    model: data.model,
    input: data.input,
    voice: (typeof data.voice === 'string' ? data.voice : data.voice?.id) ?? '',
    format: data.response_format ?? 'mp3',
    speed: data.speed ?? 1,
    sampleRate: data.sample_rate ?? 24_000,
    language: data.language ?? '',
    instructions: data.instructions ?? '',
    events: data.stream_format === 'sse',
  }
}

/** Type of a body that is the audio itself. */
export const speechTypes: Readonly<Record<SpeechFormat, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
}

const serverSent = (body: unknown): string => `data: ${JSON.stringify(body)}\n\n`

/** A piece of the audio as a server-sent event. */
export const speechDelta = (bytes: Uint8Array): string =>
  serverSent({
    type: 'speech.audio.delta',
    audio: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
  })

/** Tokens do not exist here; readers get what the same speech would be about. */
const charactersPerToken = 4
const tokensPerSecond = 20

/** The last event. */
export const speechDone = (call: SpeechCall, audioMs: number): string => {
  const input = Math.ceil([...call.input].length / charactersPerToken)
  const output = Math.ceil((audioMs / 1000) * tokensPerSecond)
  return serverSent({
    type: 'speech.audio.done',
    usage: { input_tokens: input, output_tokens: output, total_tokens: input + output },
  })
}

/** A voice as `GET /v1/audio/voices` lists it. */
export const voicesBody = (voices: readonly { readonly id: string; readonly name: string }[]) => ({
  voices: voices.map(({ id, name: called }) => ({ id, name: called })),
})
