/** Realtime: a session as it is told, complete, in each dialect. */
import type { SessionConfig, SessionToolChoice, TurnDetection } from '../../conversation/config.ts'
import { isObject, type JsonObject } from '../wire-json.ts'
import { providerDataBody } from './attendants.ts'
import type { Dialect } from './dialect.ts'
import { withFixed } from './provider-data.ts'
import { serverChoiceBody } from './server-tools.ts'
import { formatBody, formatName } from './sound.ts'

/** What a session has besides what the client may set. */
export interface SessionIdentity {
  readonly id: string
  /** Told where the client names no model. */
  readonly model: string
  /** Wall time in milliseconds since 1970. */
  readonly expiresAt: number
}

const turnDetectionBody = (detection: TurnDetection | null, reacts: boolean): JsonObject | null => {
  if (detection === null) return null
  const reactions = reacts
    ? { create_response: detection.createReply, interrupt_response: detection.interruptReply }
    : undefined
  if (detection.type === 'semantic') return { type: 'semantic_vad', eagerness: detection.eagerness, ...reactions }
  return {
    type: 'server_vad',
    threshold: detection.threshold,
    prefix_padding_ms: detection.prefixMs,
    silence_duration_ms: detection.silenceMs,
    ...(reacts && { idle_timeout_ms: detection.idleMs }),
    ...reactions,
  }
}

const noiseBody = ({ input: { noiseReduction } }: SessionConfig): JsonObject | null =>
  noiseReduction && { type: noiseReduction === 'near' ? 'near_field' : 'far_field' }

/** As the client wrote it; what it left out is not invented but for the model. */
const transcriptionBody = ({ input: { transcription }, extras }: SessionConfig): JsonObject | null => {
  if (!transcription) return null
  return { model: transcription.model, ...withoutNull(isObject(extras.transcription) ? extras.transcription : {}) }
}

const withoutNull = (fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

const toolChoiceBody = (choice: SessionToolChoice): unknown => {
  if (typeof choice === 'string') return choice
  return 'name' in choice ? { type: 'function', name: choice.name } : serverChoiceBody(choice)
}

const truncationBody = ({ truncation }: SessionConfig): unknown =>
  truncation.type === 'ratio'
    ? {
        type: 'retention_ratio',
        retention_ratio: truncation.ratio,
        ...(truncation.maxTokens !== undefined && { token_limits: { post_instructions: truncation.maxTokens } }),
      }
    : truncation.type

/** What was asked for, as a list. */
export const modalityNames = ({ audio, text }: SessionConfig['modalities'], dialect: Dialect): readonly string[] => {
  if (dialect === 'beta' && audio) return ['audio', 'text']
  return [...(audio ? ['audio'] : []), ...(text ? ['text'] : [])]
}

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** A session as `session.created`, `session.updated` and a minted secret tell it. */
export const sessionBody = (config: SessionConfig, identity: SessionIdentity, dialect: Dialect): JsonObject => {
  if (dialect === 'beta')
    return config.kind === 'transcription' ? betaTranscription(config, identity) : beta(config, identity)
  const transcribes = config.kind === 'transcription'
  const head = {
    type: transcribes ? 'transcription' : 'realtime',
    object: 'realtime.session',
    id: identity.id,
  }
  const { extras } = config
  const providerData = withFixed(providerDataBody(config), config)
  const tail = { include: extras.include ?? null, expires_at: seconds(identity.expiresAt) }
  const input = {
    format: formatBody(config.input.format),
    transcription: transcriptionBody(config),
    noise_reduction: noiseBody(config),
    turn_detection: turnDetectionBody(config.input.turnDetection, !transcribes),
  }
  if (transcribes) return { ...head, audio: { input }, ...tail }
  return {
    ...head,
    model: config.model || identity.model,
    output_modalities: modalityNames(config.modalities, dialect),
    instructions: config.instructions,
    tools: extras.tools ?? [],
    tool_choice: extras.tool_choice ?? toolChoiceBody(config.toolChoice),
    max_output_tokens: config.maxTokens ?? 'inf',
    tracing: extras.tracing ?? null,
    truncation: truncationBody(config),
    prompt: extras.prompt ?? null,
    ...tail,
    ...(extras.parallel_tool_calls != null && { parallel_tool_calls: extras.parallel_tool_calls }),
    ...(extras.reasoning != null && { reasoning: extras.reasoning }),
    ...(dialect === 'inworld' &&
      config.sampling.temperature !== undefined && { temperature: config.sampling.temperature }),
    audio: {
      input,
      output: {
        format: formatBody(config.output.format),
        voice: extras.voice ?? config.output.voice,
        ...(config.output.model !== '' && { model: config.output.model }),
        speed: config.output.speed,
      },
    },
    ...(providerData != null && { providerData }),
  }
}

const betaInput = (config: SessionConfig): JsonObject => ({
  input_audio_format: formatName(config.input.format),
  input_audio_transcription: transcriptionBody(config),
  input_audio_noise_reduction: noiseBody(config),
  turn_detection: turnDetectionBody(config.input.turnDetection, config.kind === 'conversation'),
})

const betaTranscription = (config: SessionConfig, { id, expiresAt }: SessionIdentity): JsonObject => ({
  id,
  object: 'realtime.transcription_session',
  expires_at: seconds(expiresAt),
  ...betaInput(config),
  include: config.extras.include ?? null,
})

const beta = (config: SessionConfig, { id, model, expiresAt }: SessionIdentity): JsonObject => ({
  id,
  object: 'realtime.session',
  model: config.model || model,
  expires_at: seconds(expiresAt),
  modalities: modalityNames(config.modalities, 'beta'),
  instructions: config.instructions,
  voice: config.extras.voice ?? config.output.voice,
  output_audio_format: formatName(config.output.format),
  speed: config.output.speed,
  ...betaInput(config),
  tools: config.extras.tools ?? [],
  tool_choice: config.extras.tool_choice ?? toolChoiceBody(config.toolChoice),
  temperature: config.sampling.temperature ?? 0.8,
  max_response_output_tokens: config.maxTokens ?? 'inf',
  tracing: config.extras.tracing ?? null,
})
