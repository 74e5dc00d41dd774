/** Realtime: what clients send, all dialects in one. Unknown fields are passed over; null counts as missing where it means nothing. */
import { z } from 'zod'
import { decodeBase64 } from '../../audio/base64.ts'
import type { WireFormat } from '../../conversation/config.ts'
import { clamp, isObject } from '../wire-json.ts'
import { faultOfServer } from './server-faults.ts'

/** Longest audio in one message. */
export const maxAppendBytes = 15 * 1024 * 1024

/** Hz of raw audio that is taken; G.711 is always 8 kHz. */
const rates = { least: 8000, most: 48_000, usual: 24_000 } as const

const encodings: Readonly<Record<string, WireFormat['encoding']>> = {
  'audio/pcm': 'pcm16',
  pcm16: 'pcm16',
  pcm: 'pcm16',
  'audio/float32': 'float32',
  float32: 'float32',
  'audio/pcmu': 'mulaw',
  g711_ulaw: 'mulaw',
  'audio/pcma': 'alaw',
  g711_alaw: 'alaw',
}

/** A format by any of its names, as an object or a bare string. */
const format = z.unknown().transform((raw, context): WireFormat => {
  const fields = isObject(raw) ? raw : { type: raw }
  const name = fields.type ?? 'audio/pcm'
  const encoding = typeof name === 'string' && Object.hasOwn(encodings, name) ? encodings[name] : undefined
  const rate = fields.rate ?? rates.usual
  if (encoding === undefined || typeof rate !== 'number') {
    context.addIssue(`expected one of ${Object.keys(encodings).join(', ')}, with a rate in Hz`)
    return z.NEVER
  }
  if (encoding === 'mulaw' || encoding === 'alaw') return { encoding, sampleRate: 8000 }
  return { encoding, sampleRate: clamp(Math.round(rate), rates.least, rates.most) }
})

/** Wire numbers are held within what makes sense rather than refused: some clients end at any error. */
const within = (least: number, most: number) => z.number().transform((value) => clamp(value, least, most))
const wholeWithin = (least: number, most: number) => within(least, most).transform(Math.round)

const loose = z.looseObject({})
const strings = z.array(z.string())

const turnDetection = z.object({
  type: z.enum(['server_vad', 'semantic_vad', 'none']).nullish(),
  threshold: within(0, 1).nullish(),
  prefix_padding_ms: wholeWithin(0, 10_000).nullish(),
  silence_duration_ms: wholeWithin(0, 30_000).nullish(),
  idle_timeout_ms: wholeWithin(5000, 30_000).nullish(),
  eagerness: z.enum(['low', 'medium', 'high', 'auto']).nullish(),
  create_response: z.boolean().nullish(),
  interrupt_response: z.boolean().nullish(),
})

/** Kept whole, for it is given back as it came. */
const transcription = z.looseObject({
  model: z.string().nullish(),
  language: z.string().nullish(),
  languages: strings.nullish(),
  prompt: z.string().nullish(),
  keywords: strings.nullish(),
})

const noiseReduction = z.looseObject({ type: z.enum(['near_field', 'far_field']).nullish() })

const voice = z.union([z.string(), z.looseObject({ id: z.string() })], { error: 'expected a string or {id}' })

/** A function is flat here; the shape of chat completions, nested under `function`, is taken too. */
export const toolSchema = loose.superRefine((tool, context) => {
  const [field, message] = (tool.type === 'mcp' && faultOfServer(tool)) || []
  if (field !== undefined) context.addIssue({ code: 'custom', path: [field], message })
  if ((tool.type ?? 'function') !== 'function') return
  const { name, parameters } = isObject(tool.function) ? tool.function : tool
  if (typeof name !== 'string' || name === '')
    context.addIssue({ code: 'custom', path: ['name'], message: 'expected a name' })
  if (parameters !== undefined && parameters !== null && !isObject(parameters))
    context.addIssue({ code: 'custom', path: ['parameters'], message: 'expected a JSON Schema' })
})

export type WireTool = z.infer<typeof toolSchema>

const toolChoice = z.union([z.enum(['auto', 'none', 'required']), z.looseObject({ type: z.string() })], {
  error: 'expected auto, none, required or an object that names a tool',
})

const modalities = z.array(z.enum(['audio', 'text'])).min(1)

/** Null is what it is by default: no limit. */
const maxTokens = z.union([z.literal('inf'), wholeWithin(1, 1_000_000)], { error: 'expected a number or "inf"' })

const truncation = z.union(
  [
    z.enum(['auto', 'disabled']),
    z.object({
      type: z.literal('retention_ratio'),
      retention_ratio: within(0, 1),
      token_limits: z.object({ post_instructions: wholeWithin(0, 10_000_000).nullish() }).nullish(),
    }),
  ],
  { error: 'expected auto, disabled or {type: "retention_ratio", retention_ratio}' },
)

const reasoning = z.looseObject({ effort: z.string().nullish() })
const speed = z.number()
const temperature = within(0, 2)

/** What session and reply have in common, GA names first, then the older ones. */
const common = {
  model: z.string().nullish(),
  instructions: z.string().nullish(),
  output_modalities: modalities.nullish(),
  tools: z.array(toolSchema).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  max_output_tokens: maxTokens.nullish(),
  reasoning: reasoning.nullish(),
  modalities: modalities.nullish(),
  voice: voice.nullish(),
  output_audio_format: format.nullish(),
  max_response_output_tokens: maxTokens.nullish(),
  temperature: temperature.nullish(),
}

/** `session` of `session.update`, of `transcription_session.update` and of a minted secret. */
export const sessionSchema = z.object({
  ...common,
  type: z.string().nullish(),
  audio: z
    .object({
      input: z
        .object({
          format: format.nullish(),
          transcription: transcription.nullish(),
          noise_reduction: noiseReduction.nullish(),
          turn_detection: turnDetection.nullish(),
        })
        .nullish(),
      output: z
        .object({
          format: format.nullish(),
          voice: voice.nullish(),
          model: z.string().nullish(),
          speed: speed.nullish(),
        })
        .nullish(),
      voice: voice.nullish(),
    })
    .nullish(),
  truncation: truncation.nullish(),
  tracing: z.union([z.literal('auto'), loose], { error: 'expected auto or an object' }).nullish(),
  prompt: loose.nullish(),
  include: strings.nullish(),
  speed: speed.nullish(),
  input_audio_format: format.nullish(),
  input_audio_transcription: transcription.nullish(),
  input_audio_noise_reduction: noiseReduction.nullish(),
  turn_detection: turnDetection.nullish(),
  modelId: z.string().nullish(),
  stt: z.object({ model: z.string().nullish() }).nullish(),
  providerData: loose.nullish(),
  provider_data: loose.nullish(),
})

export type WireSession = z.infer<typeof sessionSchema>
export type WireTurnDetection = z.infer<typeof turnDetection>
export type WireTranscription = z.infer<typeof transcription>

/** Base64 as clients write it: padded or not, with line breaks or, nearly always, without. */
export const bytesOf = (text: string): Uint8Array => {
  try {
    return decodeBase64(text)
  } catch {
    return decodeBase64(text.replace(/\s+/g, ''))
  }
}

const audio = z.string().transform((text, context): Uint8Array => {
  try {
    const bytes = bytesOf(text)
    if (bytes.length <= maxAppendBytes) return bytes
    context.addIssue('expected at most 15 MiB of audio')
  } catch {
    context.addIssue('expected base64')
  }
  return z.NEVER
})

const part = z
  .object({
    type: z.enum(['input_text', 'output_text', 'text', 'input_audio', 'output_audio', 'audio', 'input_image']),
    text: z.string().nullish(),
    audio: audio.nullish(),
    transcript: z.string().nullish(),
    image_url: z
      .union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)], { error: 'expected a URL' })
      .nullish(),
    detail: z.string().nullish(),
  })
  .superRefine(({ type, image_url }, context) => {
    if (type === 'input_image' && image_url == null)
      context.addIssue({ code: 'custom', path: ['image_url'], message: 'expected a URL' })
  })

export type WirePart = z.infer<typeof part>

const named = { id: z.string().nullish() }

const other = <Type extends string>(type: Type) => z.looseObject({ ...named, type: z.literal(type) })

/** Says of an item what a careless client left out. */
const completed = (raw: unknown): unknown => {
  if (!isObject(raw) || (raw.type !== undefined && raw.type !== null)) return raw
  if (raw.call_id !== undefined)
    return { ...raw, type: raw.output === undefined ? 'function_call' : 'function_call_output' }
  return raw.role === undefined ? raw : { ...raw, type: 'message' }
}

/** An item in the shape of its type; what this server does not act on is kept as it came. */
export const itemSchema = z.preprocess(
  completed,
  z.discriminatedUnion('type', [
    z.object({
      ...named,
      type: z.literal('message'),
      role: z.enum(['system', 'developer', 'user', 'assistant']),
      content: z
        .preprocess((raw) => (typeof raw === 'string' ? [{ type: 'text', text: raw }] : raw), z.array(part))
        .nullish(),
    }),
    z.object({
      ...named,
      type: z.literal('function_call'),
      call_id: z.string(),
      name: z.string(),
      arguments: z.string().nullish(),
    }),
    // Some clients send the value itself instead of its JSON.
    z.object({ ...named, type: z.literal('function_call_output'), call_id: z.string(), output: z.unknown() }),
    z.object({ type: z.literal('item_reference'), id: z.string() }),
    other('mcp_list_tools'),
    other('mcp_call'),
    other('mcp_approval_request'),
    z.object({
      ...named,
      type: z.literal('mcp_approval_response'),
      approval_request_id: z.string(),
      approve: z.boolean(),
      reason: z.string().nullish(),
    }),
  ]),
)

export type WireItem = z.infer<typeof itemSchema>

/** `response` of `response.create`. */
const response = z.object({
  ...common,
  conversation: z.enum(['auto', 'none']).nullish(),
  audio: z.object({ output: z.object({ format: format.nullish(), voice: voice.nullish() }).nullish() }).nullish(),
  input: z.array(itemSchema).nullish(),
  metadata: loose.nullish(),
})

export type WireResponse = z.infer<typeof response>

const message = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), ...shape })

/** Every message that a client may send, by its type. */
export const clientMessages = {
  'session.update': message('session.update', { session: sessionSchema }),
  'transcription_session.update': message('transcription_session.update', { session: sessionSchema }),
  'session.close': message('session.close', {}),
  'input_audio_buffer.append': message('input_audio_buffer.append', { audio }),
  'input_audio_buffer.commit': message('input_audio_buffer.commit', {}),
  'input_audio_buffer.clear': message('input_audio_buffer.clear', {}),
  'output_audio_buffer.clear': message('output_audio_buffer.clear', {}),
  'conversation.item.create': message('conversation.item.create', {
    item: itemSchema,
    previous_item_id: z.string().nullish(),
  }),
  'conversation.item.retrieve': message('conversation.item.retrieve', { item_id: z.string() }),
  'conversation.item.delete': message('conversation.item.delete', { item_id: z.string() }),
  'conversation.item.truncate': message('conversation.item.truncate', {
    item_id: z.string(),
    content_index: wholeWithin(0, 1_000_000).nullish(),
    audio_end_ms: wholeWithin(0, Number.MAX_SAFE_INTEGER),
  }),
  'response.create': message('response.create', { response: response.nullish() }),
  'response.cancel': message('response.cancel', { response_id: z.string().nullish() }),
} as const

export type ClientMessage = z.infer<(typeof clientMessages)[keyof typeof clientMessages]>
