/** Inworld speech-to-text over HTTP: bodies, errors, and refused handshakes, as values. */
import { decodeBase64 } from '../../audio/base64.ts'
import { VoiceError } from '../../errors.ts'
import { type Answer, json, retryHeaders } from '../answer.ts'
import type { Hearing } from '../hearing.ts'
import { camelCase, isObject, parseObject } from '../wire-json.ts'
import { type InworldConfig, readConfig } from './config.ts'
import type { Status, Transcription, Usage, VoiceProfileBody } from './messages.ts'
import { finalOf, statusOf, voiceProfile } from './results.ts'

/** Largest request body. */
export const maxTranscribeBodyBytes = 24 * 1024 * 1024

/** Largest audio within it. */
export const maxTranscribeAudioBytes = 16 * 1024 * 1024

/** A file to be heard as a whole. */
export interface TranscribeCall {
  readonly config: InworldConfig
  readonly audio: Uint8Array
}

/** The body of an answer. Clients look for the profile in either place. */
export interface TranscribeBody {
  readonly transcription: Transcription
  readonly usage: Usage
  readonly voiceProfile?: VoiceProfileBody
}

/** A body's keys in camelCase and its settings, which are to hear a whole file. Throws `invalid_request` or `too_large`. */
export const readFields = (
  body: string,
): { readonly fields: ReadonlyMap<string, unknown>; readonly config: InworldConfig } => {
  if (body.length > maxTranscribeBodyBytes) throw new VoiceError('too_large', 'The body is larger than 24 MiB.')
  const fields = new Map(Object.entries(parseObject(body)).map(([key, value]) => [camelCase(key), value]))
  return { fields, config: readFileConfig(fields.get('transcribeConfig')) }
}

/** The settings of a file. Throws `invalid_request`. */
export const readFileConfig = (raw: unknown): InworldConfig => {
  if (raw === undefined)
    throw new VoiceError('invalid_request', 'transcribeConfig is required.', { param: 'transcribeConfig' })
  return wholeFile(readConfig(raw))
}

/** The audio inside a body. Throws `invalid_request` or `too_large`. */
export const readInlineAudio = (data: unknown): Uint8Array => {
  const content = isObject(data) ? data.content : undefined
  if (typeof content !== 'string')
    throw new VoiceError('invalid_request', 'audioData.content must be a base64 string.', {
      param: 'audioData.content',
    })
  const audio = decodeBase64(content)
  if (audio.length === 0)
    throw new VoiceError('invalid_request', 'audioData.content holds no audio.', { param: 'audioData.content' })
  if (audio.length > maxTranscribeAudioBytes) throw new VoiceError('too_large', 'The audio is larger than 16 MiB.')
  return audio
}

/** Reads the body of `POST /stt/v1/transcribe`. Throws `invalid_request` or `too_large`. */
export const readTranscribe = (body: string): TranscribeCall => {
  const { fields, config } = readFields(body)
  return { config, audio: readInlineAudio(fields.get('audioData')) }
}

/** The settings of a file: what the bytes are decides over what they are called, and only the best hearing counts. */
const wholeFile = (config: InworldConfig): InworldConfig => {
  const { format, settings } = config.start
  const named = format.encoding === 'mulaw' || format.encoding === 'alaw'
  return {
    ...config,
    start: {
      ...config.start,
      format: named ? format : { ...format, encoding: 'auto' },
      settings: { ...settings, partials: false, finalBudgetMs: Number.POSITIVE_INFINITY },
      inactivityMs: 0,
    },
  }
}

/** What was heard as the body of a 200. */
export const transcribeBody = (hearing: Hearing, config: InworldConfig): TranscribeBody => {
  const { finals, traits, audioMs } = hearing
  const { silenceDurationMs: _, ...heard } = finalOf(
    finals.map((final) => ({ final, traits: [] })),
    config,
  )
  const profile = voiceProfile(traits, config)
  return {
    transcription: { ...heard, ...(profile && { voiceProfile: profile }) },
    usage: { transcribedAudioMs: Math.round(audioMs), modelId: config.modelId },
    ...(profile && { voiceProfile: profile }),
  }
}

const httpStatus: Readonly<Record<number, number>> = {
  3: 400,
  4: 504,
  5: 404,
  7: 403,
  8: 429,
  12: 501,
  13: 500,
  14: 503,
  16: 401,
}

/** No credential came. */
export const missingCredential: Status = {
  code: 16,
  message: 'authentication is required',
  details: [
    {
      '@type': 'type.googleapis.com/ai.inworld.common.InworldStatus',
      errorType: 'SESSION_TOKEN_INVALID',
      reconnectType: 'NO_RETRY',
      reconnectTime: null,
      maxRetries: 0,
    },
  ],
}

/** A credential came that this server does not know. */
export const unknownCredential: Status = { code: 7, message: 'the API key is not known', details: [] }

/** No such path. */
export const unknownPath: Status = { code: 5, message: 'Not Found', details: [] }

/** A part of the service that this server does not have. */
export const unimplemented = (message: string): Status => ({ code: 12, message, details: [] })

/** A status as an HTTP answer, also for a refused handshake. */
export const statusAnswer = (status: Status): Answer => {
  const http = httpStatus[status.code] ?? 500
  return json(http, status, {
    ...(http === 401 && { 'www-authenticate': status.message }),
    ...retryHeaders(http),
  })
}

/** An error as an HTTP answer. `model` is the id that the client asked for. */
export const inworldError = (error: VoiceError, model?: string): Answer => {
  if (error.code === 'unauthorized') return statusAnswer(missingCredential)
  const answer = statusAnswer(statusOf(error, model))
  return error.code === 'too_large' ? { ...answer, status: 413 } : answer
}
