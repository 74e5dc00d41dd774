/** Realtime: a session as clients write it → the change that it means; and what a session is before anyone has said anything. */
import {
  type ConfigPatch,
  type Interruption,
  merge,
  noTurnOverrides,
  otherwise,
  type SessionConfig,
  type SessionToolChoice,
  type TranscriptionConfig,
  type Truncation,
  type TurnDetection,
  whole,
} from '../../conversation/config.ts'
import type { Sampling, Tool } from '../../engines/language-model.ts'
import { VoiceError } from '../../errors.ts'
import { plainRendering } from '../../speaking/rendering.ts'
import { termsOf } from '../openai-audio/call.ts'
import { clamp, type JsonObject } from '../wire-json.ts'
import { readAttendants } from './attendants.ts'
import type { Dialect } from './dialect.ts'
import { faultOf } from './faults.ts'
import { usualInterruption } from './interruption.ts'
import {
  sessionSchema,
  type WireSession,
  type WireTool,
  type WireTranscription,
  type WireTurnDetection,
} from './messages.ts'
import { readHints, readProviderData } from './provider-data.ts'
import { readServerChoice, readServerTools, withoutKeys } from './server-tools.ts'
import { usualFormat } from './sound.ts'

/** The same object without what is undefined. */
export const defined = <T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>
  }

/** Null where it means nothing counts as missing. */
const given = <T>(value: T | null | undefined): T | undefined => value ?? undefined

/** Of several names for one thing the first that was used; null is a use. */
const first = <T>(...values: readonly T[]): T | undefined => values.find((value) => value !== undefined)

const defaultTranscriber: Readonly<Record<Dialect, string>> = {
  openai: 'gpt-4o-transcribe',
  beta: 'whisper-1',
  inworld: 'inworld/inworld-stt-1',
}

const defaultVoice: Readonly<Record<Dialect, string>> = { openai: 'alloy', beta: 'alloy', inworld: 'Dennis' }

const noTranscription = (dialect: Dialect): TranscriptionConfig => ({
  model: defaultTranscriber[dialect],
  languages: [],
  terms: [],
})

const reactions = { createReply: true, interruptReply: true } as const

const silence: TurnDetection = {
  type: 'silence',
  threshold: 0.5,
  prefixMs: 300,
  silenceMs: 500,
  idleMs: null,
  ...reactions,
}
const semantic: TurnDetection = { type: 'semantic', eagerness: 'auto', ...reactions }

const readTurnDetection = (wire: WireTurnDetection): NonNullable<ConfigPatch['input']>['turnDetection'] => {
  if (wire.type === 'none') return null
  const reaction = defined({
    createReply: given(wire.create_response),
    interruptReply: given(wire.interrupt_response),
  })
  if (wire.type === 'semantic_vad' || (wire.type == null && wire.eagerness != null))
    return { type: 'semantic', ...defined({ eagerness: given(wire.eagerness) }), ...reaction, [otherwise]: semantic }
  const silent = defined({
    threshold: given(wire.threshold),
    prefixMs: given(wire.prefix_padding_ms),
    silenceMs: given(wire.silence_duration_ms),
    idleMs: wire.idle_timeout_ms,
  })
  // Without a type the reactions go to whichever detection is in force.
  if (wire.type == null && Object.keys(silent).length === 0) return { ...reaction, [otherwise]: silence }
  return { type: 'silence', ...silent, ...reaction, [otherwise]: silence }
}

const readTranscription = (
  wire: WireTranscription,
  extra: Partial<TranscriptionConfig>,
  dialect: Dialect,
): NonNullable<ConfigPatch['input']>['transcription'] => {
  const languages = wire.languages ?? (wire.language === undefined ? undefined : [wire.language ?? []].flat())
  const hints = [...(wire.keywords ?? []).flatMap(termsOf), ...termsOf(wire.prompt ?? '')]
  const said = wire.keywords !== undefined || wire.prompt !== undefined
  return {
    ...defined({ model: given(wire.model), languages, terms: said ? hints : undefined }),
    ...extra,
    [otherwise]: noTranscription(dialect),
  }
}

/** Functions in the domain's shape; tools of other kinds are the server's, or only given back. */
export const readTools = (tools: readonly WireTool[]): readonly Tool[] =>
  tools.flatMap((tool) => {
    if ((tool.type ?? 'function') !== 'function') return []
    const { name, description, parameters } = (tool.function ?? tool) as JsonObject
    return [
      {
        name: String(name),
        description: typeof description === 'string' ? description : '',
        parameters: (parameters ?? { type: 'object', properties: {} }) as object,
      },
    ]
  })

/** Undefined for what only a tool of another kind could meet. */
export const readToolChoice = (choice: NonNullable<WireSession['tool_choice']>): SessionToolChoice => {
  if (typeof choice === 'string') return choice
  const ofServer = readServerChoice(choice)
  if (ofServer) return ofServer
  const { name } = (choice.function ?? choice) as JsonObject
  return choice.type === 'function' && typeof name === 'string' ? { name } : 'auto'
}

/** A choice takes the place of another, whatever that was. */
const choicePatch = (wire: NonNullable<WireSession['tool_choice']>): ConfigPatch['toolChoice'] => {
  const choice = readToolChoice(wire)
  return typeof choice === 'string' ? choice : { ...choice, [whole]: true }
}

/** In the beta dialect `text` beside `audio` only says that there are captions. */
export const readModalities = ({
  output_modalities: present,
  modalities: older,
}: Pick<WireSession, 'output_modalities' | 'modalities'>):
  | { readonly audio: boolean; readonly text: boolean }
  | undefined => {
  if (present) return { audio: present.includes('audio'), text: present.includes('text') }
  if (older) return { audio: older.includes('audio'), text: !older.includes('audio') }
  return undefined
}

/** Undefined: not said. Null: no limit. */
export const readMaxTokens = (
  wire: Pick<WireSession, 'max_output_tokens' | 'max_response_output_tokens'>,
): number | null | undefined => {
  const limit = first(wire.max_output_tokens, wire.max_response_output_tokens)
  return limit === 'inf' ? null : limit
}

export const readSampling = (wire: Pick<WireSession, 'temperature' | 'reasoning'>): Partial<Sampling> =>
  defined({ temperature: given(wire.temperature), reasoningEffort: given(wire.reasoning?.effort) })

/** The voice's name, however it was written. */
export const voiceName = (voice: WireSession['voice']): string | undefined =>
  typeof voice === 'string' ? voice : voice?.id

const readTruncation = (wire: NonNullable<WireSession['truncation']>): Truncation => {
  if (typeof wire === 'string') return { type: wire }
  const maxTokens = given(wire.token_limits?.post_instructions)
  return { type: 'ratio', ratio: wire.retention_ratio, ...(maxTokens !== undefined && { maxTokens }) }
}

const noise = { near_field: 'near', far_field: 'far' } as const

const speeds: Readonly<Record<Dialect, readonly [least: number, most: number]>> = {
  openai: [0.25, 1.5],
  beta: [0.25, 1.5],
  inworld: [0.25, 2],
}

/** The change that a session means, as a client wrote it. What nothing acts on goes into `extras`, to be given back. */
export const readSession = (wire: WireSession, dialect: Dialect): ConfigPatch => {
  const input = wire.audio?.input
  const output = wire.audio?.output
  const model = given(wire.model ?? wire.modelId)
  const transcription = transcriptionOf(wire)
  const noiseReduction = first(input?.noise_reduction, wire.input_audio_noise_reduction)
  const turnDetection = first(input?.turn_detection, wire.turn_detection)
  const voice = given(output?.voice ?? wire.audio?.voice ?? wire.voice)
  const speed = given(output?.speed ?? wire.speed)
  const providerData = providerDataOf(wire)
  const hints = readHints(providerData)
  const heard = transcription ?? (Object.keys(hints).length > 0 ? {} : undefined)
  const patch = defined({
    model,
    modalities: readModalities(wire),
    instructions: wire.instructions === null ? '' : wire.instructions,
    input: defined({
      format: given(input?.format ?? wire.input_audio_format),
      noiseReduction: noiseReduction && (noiseReduction.type == null ? null : noise[noiseReduction.type]),
      transcription: transcription === null ? null : heard && readTranscription(heard, hints, dialect),
      turnDetection: turnDetection && readTurnDetection(turnDetection),
    }),
    output: defined({
      format: given(output?.format ?? wire.output_audio_format),
      voice: voiceName(voice),
      model: given(output?.model),
      speed: speed === undefined ? undefined : clamp(speed, ...speeds[dialect]),
    }),
    tools: wire.tools === null ? [] : wire.tools && readTools(wire.tools),
    voiceUse: defined({
      manner: voice === undefined ? undefined : false,
      pace: speed === undefined ? undefined : false,
    }),
    serverTools: wire.tools === null ? [] : wire.tools && readServerTools(wire.tools),
    toolChoice: wire.tool_choice === null ? 'auto' : wire.tool_choice && choicePatch(wire.tool_choice),
    parallelTools: given(wire.parallel_tool_calls),
    maxTokens: readMaxTokens(wire),
    sampling: readSampling(wire),
    truncation:
      wire.truncation === null ? { type: 'auto' as const } : wire.truncation && readTruncation(wire.truncation),
    extras: defined({
      tools: wire.tools === null ? [] : wire.tools && withoutKeys(wire.tools),
      tool_choice: wire.tool_choice === undefined ? undefined : strangeChoice(wire.tool_choice),
      voice: voice === undefined ? undefined : typeof voice === 'string' ? null : voice,
      transcription,
      parallel_tool_calls: wire.parallel_tool_calls,
      reasoning: wire.reasoning,
      tracing: wire.tracing,
      prompt: wire.prompt,
      include: wire.include,
    }),
  }) as ConfigPatch
  if (providerData === undefined) return patch
  return { ...merge(patch, readProviderData(providerData, dialect)), ...readAttendants(providerData, dialect) }
}

/** Inworld's additions under either name; where both were used the documented one counts. */
export const providerDataOf = (wire: WireSession): JsonObject | null | undefined =>
  wire.provider_data && wire.providerData
    ? merge(wire.provider_data, wire.providerData)
    : first(wire.providerData, wire.provider_data)

/** The transcription under any of its names. */
const transcriptionOf = (wire: WireSession): WireTranscription | null | undefined => {
  const block = first(wire.audio?.input?.transcription, wire.input_audio_transcription)
  return block === undefined && wire.stt?.model ? { model: wire.stt.model } : block
}

/** A choice that names a tool of another kind, to be given back. */
const strangeChoice = (choice: WireSession['tool_choice']): JsonObject | null =>
  choice != null && typeof choice !== 'string' && readToolChoice(choice) === 'auto' ? choice : null

/** What is known when a session opens. */
export interface Opening {
  /** As the client named it, a recognizer where nobody answers; empty: the server's own choice. */
  readonly model: string
  readonly transcriptionOnly?: boolean
  readonly instructions?: string
  /** What the operator lets be made of the user's voice; missing: all. */
  readonly voice?: { readonly notes: boolean; readonly match: boolean }
  /** How much must be said before it counts; missing: as usual in the dialect. */
  readonly interruption?: Interruption
  /** The session of a minted secret, as the client wrote it. */
  readonly session?: unknown
}

/** A session before anyone has said anything. Throws `invalid_request` when `session` makes no sense. */
export const initialConfig = (dialect: Dialect, opening: Opening): SessionConfig => {
  const transcriptionOnly = opening.transcriptionOnly ?? false
  const transcription = noTranscription(dialect)
  const matched = opening.voice?.match ?? true
  const config: SessionConfig = {
    kind: transcriptionOnly ? 'transcription' : 'conversation',
    model: transcriptionOnly ? '' : opening.model,
    modalities: { audio: true, text: dialect === 'inworld' },
    instructions: opening.instructions ?? '',
    input: {
      format: usualFormat,
      noiseReduction: null,
      transcription: transcriptionOnly
        ? { ...transcription, model: opening.model || transcription.model }
        : dialect === 'inworld'
          ? transcription
          : null,
      turnDetection: silence,
      turnOverrides: noTurnOverrides,
      interruption: opening.interruption ?? usualInterruption[dialect],
    },
    output: {
      format: usualFormat,
      voice: defaultVoice[dialect],
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
    answerToolResults: dialect === 'inworld',
    voiceProfile: 'used',
    voiceUse: { notes: opening.voice?.notes ?? true, manner: matched, pace: matched },
    memory: null,
    backchannel: null,
    responsiveness: null,
    earlyStart: null,
    metadata: {},
    user: '',
    extras: {},
    fixed: {},
  }
  return opening.session === undefined ? config : merge(config, parseSession(opening.session, dialect))
}

/** The change that a session means, from any JSON. Throws `invalid_request` with a `param` that begins with `session`. */
export const parseSession = (raw: unknown, dialect: Dialect): ConfigPatch => {
  const parsed = sessionSchema.safeParse(raw)
  if (parsed.success) return readSession(parsed.data, dialect)
  const { param, message } = faultOf(parsed.error, raw, 'session')
  throw new VoiceError('invalid_request', message, { param })
}
