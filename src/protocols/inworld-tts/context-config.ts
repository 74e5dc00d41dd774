/** Inworld's speech socket: what a context is created with, and changed to. */
import { VoiceError } from '../../errors.ts'
import type { ContextSettings } from '../../speaking/commands.ts'
import { isObject, type JsonObject } from '../wire-json.ts'
import { encodedAs } from './answer.ts'
import { number, readSpeechConfig, type SpeechConfig } from './request.ts'

/** One context's wishes. */
export interface ContextConfig extends SpeechConfig {
  readonly maxBufferDelayMs: number
  readonly bufferCharThreshold: number
  readonly autoMode: boolean
  /** As the client wrote it, in camelCase; changes are merged into it. */
  readonly wire: JsonObject
}

/** Text waits for more of it so long and in such an amount, where the client does not say. */
const buffering = { delayMs: 3000, characters: 1000 } as const
const longestDelayMs = 60_000

const boolean = (fields: JsonObject, name: string): boolean => {
  const value = fields[name] ?? false
  if (typeof value !== 'boolean')
    throw new VoiceError('invalid_request', `${name} must be true or false.`, { param: name })
  return value
}

/** Reads what a context is created with, in camelCase. Throws `invalid_request` with the field at fault. */
export const readContext = (wire: JsonObject): ContextConfig => ({
  ...readSpeechConfig(wire),
  maxBufferDelayMs: number(wire, 'maxBufferDelayMs', 0, longestDelayMs, buffering.delayMs),
  bufferCharThreshold: number(wire, 'bufferCharThreshold', 0, buffering.characters, buffering.characters),
  autoMode: boolean(wire, 'autoMode'),
  wire,
})

/** The same with a change. The model stays. */
export const changedContext = (config: ContextConfig, change: JsonObject): ContextConfig => {
  const { modelId, ...rest } = change
  if (modelId !== undefined && modelId !== config.modelId)
    throw new VoiceError('invalid_request', 'modelId cannot be changed while a context is open.', { param: 'modelId' })
  const audioConfig = [config.wire.audioConfig, rest.audioConfig].filter(isObject)
  return readContext({
    ...config.wire,
    ...rest,
    ...(audioConfig.length > 0 && { audioConfig: Object.assign({}, ...audioConfig) }),
  })
}

/** What it means here. WAV is PCM with a header at each flush. */
export const settingsOf = (config: ContextConfig): ContextSettings => {
  const format = encodedAs[config.encoding]
  return {
    voice: { voice: config.voiceId, model: config.modelId, language: config.language },
    speed: config.speed,
    expression: config.expression,
    format: format === 'wav' ? 'pcm' : format,
    sampleRate: config.sampleRate,
    bitRate: config.bitRate,
    buffer: { characters: config.bufferCharThreshold, sentences: config.autoMode },
    mostWaitMs: config.maxBufferDelayMs,
  }
}

/** What the client is told of it: everything as it is used. */
export const configBody = (config: ContextConfig): object => {
  const { voiceId, modelId, language, timestamps, timesBehind, wire } = config
  return {
    voiceId,
    modelId,
    audioConfig: {
      audioEncoding: config.encoding,
      sampleRateHertz: config.sampleRate,
      bitRate: config.bitRate,
      speakingRate: config.speed,
    },
    ...(language !== '' && { language }),
    ...(typeof wire.deliveryMode === 'string' && { deliveryMode: wire.deliveryMode }),
    ...(timestamps !== 'none' && {
      timestampType: timestamps === 'words' ? 'WORD' : 'CHARACTER',
      timestampTransportStrategy: timesBehind ? 'ASYNC' : 'SYNC',
    }),
    maxBufferDelayMs: config.maxBufferDelayMs,
    bufferCharThreshold: config.bufferCharThreshold,
    autoMode: config.autoMode,
  }
}
