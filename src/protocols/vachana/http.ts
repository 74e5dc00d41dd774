/** Vachana speech-to-text over HTTP: forms, bodies, errors, and refused handshakes, as values. */
import { VoiceError } from '../../errors.ts'
import type { ListenStart } from '../../listening/commands.ts'
import { type Answer, type Form, field, fieldsNamed, type Headers, isTrue, json, retryHeaders } from '../answer.ts'
import { type Hearing, joinTexts } from '../hearing.ts'
import { cleanTerms } from '../wire-json.ts'
import { areLanguages, languagesOf, languageTold } from './languages.ts'
import type { ErrorBody, ErrorType, GatewayCode, TranscriptBody } from './messages.ts'
import { vachanaModel } from './start.ts'
import { readSubstitutions, type Substitution, substitute } from './substitution.ts'

/** Longest recording that the route takes. */
export const maxVachanaFileMs = 60_000

/** A file to be heard as a whole. */
export interface VachanaCall {
  readonly start: ListenStart
  readonly requestId?: string
  readonly substitutions: readonly Substitution[]
}

const invalid = (param: string, message: string): VoiceError => new VoiceError('invalid_request', message, { param })

/** Reads the form of `POST /stt/v3`. Throws `invalid_request`. */
export const readVachanaForm = (form: Form, headers: Headers): VachanaCall => {
  if (!form.files.some((file) => file.field === 'audio_file')) throw invalid('audio_file', 'audio_file is required.')
  const codes = field(form, 'language_code')
  if (codes !== undefined && !areLanguages(codes)) throw invalid('language_code', 'language_code is not a language.')
  if (!['verbatim', 'transcribe'].includes(field(form, 'format')?.toLowerCase() ?? 'verbatim'))
    throw invalid('format', 'format must be verbatim or transcribe.')
  const requestId = headers['x-api-request-id']?.trim() || field(form, 'request_id')
  const map = isTrue(field(form, 'enable_substitution')) ? field(form, 'substitution_map') : undefined
  return {
    start: {
      model: vachanaModel,
      format: { encoding: 'auto', sampleRate: 16_000, channels: 1 },
      settings: {
        languages: languagesOf(codes, field(form, 'preferred_language')),
        terms: cleanTerms(biasList(fieldsNamed(form, 'bias_list', 'bias_list[]')).slice(0, 100)),
        partials: false,
        finalBudgetMs: Number.POSITIVE_INFINITY,
        alternatives: 0,
      },
      voiceProfile: false,
      gapMs: 0,
      inactivityMs: 0,
    },
    ...(requestId !== undefined && { requestId: requestId.slice(0, 200) }),
    substitutions: map === undefined ? [] : readSubstitutions(map),
  }
}

/** A JSON list, a comma-separated one, or the field repeated. */
const biasList = (values: readonly string[]): readonly unknown[] =>
  values.flatMap((value): readonly unknown[] => {
    try {
      const list: unknown = JSON.parse(value)
      if (Array.isArray(list)) return list
    } catch {
      // Not JSON, then.
    }
    return value.split(',')
  })

/** Throws when a recording is longer than the route takes. */
export const checkVachanaLength = (audioMs: number): void => {
  if (audioMs > maxVachanaFileMs) throw invalid('audio_file', 'The audio is longer than 60 seconds.')
}

/** What was heard as the body of a 200. `receivedAt` and `at` are wall times, `newId` serves where the client sent none. */
export const vachanaBody = (
  hearing: Hearing,
  call: VachanaCall,
  told: { readonly receivedAt: number; readonly startedAt: number; readonly at: number; readonly newId: () => string },
): TranscriptBody => {
  const heard = hearing.finals.find((final) => final.language !== undefined)
  const language = languageTold(heard, call.start.settings.languages ?? [])
  const seconds = (sinceAt: number): number => Math.max(0, Math.round(told.at - sinceAt)) / 1000
  return {
    success: true,
    request_id: call.requestId ?? `req_${told.newId()}`,
    timestamp: new Date(told.at).toISOString().replace('T', '_').replaceAll(/[-:Z]/g, ''),
    transcript: substitute(joinTexts(hearing.finals), call.substitutions),
    model: 'prisma-v2.5',
    processing_time: seconds(told.startedAt),
    end_to_end_latency: seconds(told.receivedAt),
    ...(language !== undefined && { language, detected_language: language }),
  }
}

const refuse = (status: number, type: ErrorType, code: GatewayCode, message: string): Answer => {
  const body: ErrorBody = {
    success: false,
    error: { type, message },
    detail: { error_code: code, message, status_code: status },
  }
  return json(status, body, retryHeaders(status))
}

/** No credential came: for REST and for handshakes. */
export const missingKey: Answer = refuse(401, 'FORBIDDEN', 'MISSING_API_KEY', 'The header x-api-key-id is required.')

/** A credential came that this server does not know. */
export const unknownKey: Answer = refuse(401, 'FORBIDDEN', 'UNAUTHORIZED', 'The API key is not known.')

/** An error as an HTTP answer, also for a refused handshake. */
export const vachanaError = (error: VoiceError): Answer => {
  switch (error.code) {
    case 'invalid_request':
    case 'unsupported':
    case 'unknown_model':
      return refuse(400, 'INVALID_REQUEST_ERROR', 'BAD_REQUEST', error.message)
    case 'unauthorized':
      return refuse(401, 'FORBIDDEN', 'UNAUTHORIZED', error.message)
    case 'too_large':
      return refuse(413, 'INVALID_REQUEST_ERROR', 'BAD_REQUEST', error.message)
    case 'overloaded':
      return refuse(429, 'RATE_LIMIT_ERROR', 'RATE_LIMITED', error.message)
    case 'unavailable':
    case 'shutting_down':
      return refuse(503, 'SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE', error.message)
    case 'timeout':
      return refuse(504, 'API_ERROR', 'INTERNAL_ERROR', error.message)
    case 'provider_failed':
    case 'internal':
      return refuse(500, 'API_ERROR', 'INTERNAL_ERROR', error.message)
    default:
      throw error.code satisfies never
  }
}
