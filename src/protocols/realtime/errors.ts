/** Realtime: refusals and session-ending errors in the wire's words. */
import type { Command } from '../../conversation/inputs.ts'
import type { Refusal } from '../../conversation/refusal.ts'
import type { ErrorCode, VoiceError } from '../../errors.ts'

/** The inner object of an `error` event. */
export interface WireError {
  readonly type: string
  readonly code: string | null
  readonly message: string
  readonly param: string | null
  /** The client's id of what it sent. */
  readonly event_id: string | null
}

interface Refused {
  readonly reason: Refusal
  readonly command?: Command['type']
  readonly id?: string
  readonly message: string
  readonly param?: string
}

type Wording = readonly [code: string | null, param: string | null, message: string]

const unknownItem = (command: Command['type'] | undefined): Wording => {
  switch (command) {
    case 'item.truncate':
      return ['item_truncate_invalid_item_id', 'item_id', 'There is no such item to truncate.']
    case 'item.retrieve':
      return ['item_retrieve_invalid_item_id', 'item_id', 'There is no such item to retrieve.']
    case 'item.delete':
      return ['item_delete_invalid_item_id', 'item_id', 'There is no such item to delete.']
    case 'item.create':
      return ['invalid_value', 'previous_item_id', 'There is no such previous item.']
    default:
      return ['invalid_value', 'response.input', 'There is no such item.']
  }
}

/** Code, parameter at fault and message of a refusal that does not bring its own. */
const wordings = ({ reason, command }: Refused): Wording => {
  switch (reason) {
    case 'malformed':
      return ['invalid_event', null, 'The message makes no sense.']
    case 'unknown-type':
      return ['invalid_value', 'type', 'The type of the message is not known.']
    case 'invalid-value':
      return ['invalid_value', null, 'A value is not valid.']
    case 'missing-value':
      return ['missing_required_parameter', null, 'A required parameter is missing.']
    case 'reply-running':
      return ['conversation_already_has_active_response', null, 'Conversation already has an active response.']
    case 'no-reply':
      return ['response_cancel_not_active', null, 'Cancellation failed: no active response found']
    case 'nothing-to-commit':
      return ['input_audio_buffer_commit_empty', null, 'The input audio buffer holds less than 100 ms of audio.']
    case 'unknown-item':
      return unknownItem(command)
    case 'duplicate-item':
      return ['item_create_duplicate_item_id', 'item.id', 'The conversation already has an item of this id.']
    case 'duplicate-output':
      return ['invalid_value', 'item.call_id', 'The call already has its output.']
    case 'not-audio':
      return [null, null, 'Only model output audio messages can be truncated']
    case 'voice-locked':
      return ['cannot_update_voice', null, 'The voice cannot change once audio has been spoken.']
    case 'transcription-only':
      return ['invalid_value', 'type', 'A transcription session gives no responses.']
    case 'too-much':
      return ['too_large', null, 'This is more than the session takes.']
    default:
      throw reason satisfies never
  }
}

/** What some clients look for at the beginning of a message. */
const beginnings: Partial<Readonly<Record<Refusal, string>>> = {
  'no-reply': 'Cancellation failed',
  'not-audio': 'Only model output audio messages can be truncated',
}

const messageOf = (refused: Refused, usual: string): string => {
  const beginning = beginnings[refused.reason]
  if (refused.message === '') return usual
  if (!beginning || refused.message.startsWith(beginning)) return refused.message
  return `${beginning}: ${refused.message}`
}

/** Why something was not done. The session goes on. */
export const refusalBody = (refused: Refused): WireError => {
  const [code, param, message] = wordings(refused)
  return {
    type: 'invalid_request_error',
    code,
    message: messageOf(refused, message),
    param: refused.param ?? param,
    event_id: refused.id ?? null,
  }
}

type Ending = readonly [type: string, code: string | null, close: number]

/** Error type and code, and how the socket closes. */
const endings: Readonly<Record<ErrorCode, Ending>> = {
  invalid_request: ['invalid_request_error', 'invalid_value', 1008],
  unauthorized: ['invalid_request_error', 'invalid_api_key', 4001],
  unknown_model: ['invalid_request_error', 'model_not_found', 4004],
  unsupported: ['invalid_request_error', 'unsupported', 1008],
  too_large: ['invalid_request_error', 'too_large', 1009],
  unavailable: ['server_error', 'unavailable', 1011],
  shutting_down: ['server_error', 'unavailable', 1001],
  overloaded: ['server_error', 'rate_limit_exceeded', 1013],
  timeout: ['invalid_request_error', 'session_expired', 1001],
  provider_failed: ['server_error', null, 1011],
  internal: ['server_error', null, 1011],
}

/** A session-ending error, and how the socket closes after it. */
export const endingBody = (
  error: VoiceError,
): { readonly error: WireError; readonly close: number; readonly reason: string } => {
  const [type, code, close] = endings[error.code]
  const param = error.param ?? (error.code === 'unknown_model' ? 'model' : null)
  return {
    error: { type, code, message: error.message, param, event_id: null },
    close,
    reason: code === null ? type : `${type}.${code}`,
  }
}
