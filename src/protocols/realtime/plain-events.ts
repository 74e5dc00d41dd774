/** Realtime: the events that are told by what they hold alone. */
import type { SessionEvent } from '../../conversation/events.ts'
import type { JsonObject } from '../wire-json.ts'
import type { Dialect } from './dialect.ts'
import { refusalBody } from './errors.ts'
import { itemBody } from './items.ts'
import { audioText, usualFormat } from './sound.ts'

/** A message to the client before it has an id; the name is the present one. Sound, as base64, becomes its `delta`. */
export type Message = readonly [type: string, fields: JsonObject, sound?: string]

/** Wire times are whole milliseconds, and nothing is before the beginning. */
export const whole = (milliseconds: number): number => Math.max(0, Math.round(milliseconds))

/** Where something stands in a reply. */
export const placeOf = (event: { readonly replyId: string; readonly itemId: string; readonly index: number }) => ({
  response_id: event.replyId,
  item_id: event.itemId,
  output_index: event.index,
})

const suggestion = (event: Extract<SessionEvent, { readonly type: 'turn.suggested' }>): JsonObject => ({
  item_id: event.itemId,
  utterance_index: event.utterance,
  probability: Math.round(event.likelihood * 1000) / 1000,
  trailing_silence_ms: whole(event.silenceMs),
  audio_duration_ms: whole(event.audioMs),
  inference_ms: whole(event.inferenceMs ?? 0),
})

type PlainEvent = Exclude<
  SessionEvent,
  {
    type:
      | `session.${string}`
      | `reply.${'started' | 'finished' | 'part-added' | 'part-done' | 'text' | 'audio' | 'word'}`
      | 'item.retrieved'
      | 'transcript.final'
  }
>

/** What is told of an event: nothing, or one message. */
export const plainMessages = (event: PlainEvent, dialect: Dialect): readonly Message[] => {
  switch (event.type) {
    case 'command.refused':
      return [['error', { error: refusalBody(event) }]]
    case 'speech.started':
      return [['input_audio_buffer.speech_started', { audio_start_ms: whole(event.startMs), item_id: event.itemId }]]
    case 'speech.stopped':
      return [['input_audio_buffer.speech_stopped', { audio_end_ms: whole(event.endMs), item_id: event.itemId }]]
    case 'audio.committed':
      return [['input_audio_buffer.committed', { item_id: event.itemId, previous_item_id: event.previousId }]]
    case 'audio.cleared':
      return [['input_audio_buffer.cleared', {}]]
    // Clients of the other dialects do not know these, and some refuse what they do not know.
    case 'turn.suggested':
      return dialect === 'inworld' ? [['input_audio_buffer.turn_suggestion', suggestion(event)]] : []
    case 'turn.suggestion-revoked': {
      const fields = { item_id: event.itemId, utterance_index: event.utterance }
      return dialect === 'inworld' ? [['input_audio_buffer.turn_suggestion_revoked', fields]] : []
    }
    case 'idle.timed-out': {
      const times = { audio_start_ms: whole(event.startMs), audio_end_ms: whole(event.endMs) }
      return [['input_audio_buffer.timeout_triggered', { ...times, item_id: event.itemId }]]
    }
    case 'item.added':
    case 'item.done': {
      // The older dialect tells of an item once.
      if (dialect === 'beta' && event.type === 'item.done') return []
      const item = itemBody(event.item, dialect)
      return [[`conversation.${event.type}`, { previous_item_id: event.previousId, item }]]
    }
    case 'item.truncated': {
      const { itemId, partIndex, heardMs } = event
      const fields = { item_id: itemId, content_index: partIndex, audio_end_ms: whole(heardMs) }
      return [['conversation.item.truncated', fields]]
    }
    case 'item.deleted':
      return [['conversation.item.deleted', { item_id: event.itemId }]]
    case 'transcript.failed': {
      if (!event.told) return []
      const error = { type: 'transcription_error', code: event.code, message: event.message }
      const fields = { item_id: event.itemId, content_index: 0, error }
      return [['conversation.item.input_audio_transcription.failed', fields]]
    }
    case 'reply.item-added':
    case 'reply.item-done': {
      const name = event.type === 'reply.item-added' ? 'response.output_item.added' : 'response.output_item.done'
      return [[name, { response_id: event.replyId, output_index: event.index, item: itemBody(event.item, dialect) }]]
    }
    case 'reply.call-delta': {
      if (event.byServer)
        return [['response.mcp_call_arguments.delta', { ...placeOf(event), delta: event.delta, obfuscation: '' }]]
      const fields = { ...placeOf(event), call_id: event.callId, delta: event.delta }
      return [['response.function_call_arguments.delta', fields]]
    }
    case 'reply.call-done': {
      if (event.byServer)
        return [['response.mcp_call_arguments.done', { ...placeOf(event), arguments: event.arguments }]]
      const call = { call_id: event.callId, name: event.name, arguments: event.arguments }
      return [['response.function_call_arguments.done', { ...placeOf(event), ...call }]]
    }
    case 'backchannel.audio':
    case 'backchannel.done':
    case 'backchannel.skipped':
      // Clients of the other dialects end at a type that they do not know.
      return dialect === 'inworld' ? [backchannelMessage(event)] : []
    case 'playback.started':
    case 'playback.stopped':
    case 'playback.cleared': {
      const what = event.type.slice('playback.'.length)
      return [[`output_audio_buffer.${what}`, { response_id: event.replyId }]]
    }
    case 'tools.listing':
      return [['mcp_list_tools.in_progress', { item_id: event.itemId }]]
    case 'tools.listed':
      return [['mcp_list_tools.completed', { item_id: event.itemId }]]
    case 'tools.not-listed':
      return [['mcp_list_tools.failed', { item_id: event.itemId }]]
    case 'server-call.started':
      return [['response.mcp_call.in_progress', { output_index: event.index, item_id: event.itemId }]]
    case 'server-call.completed':
      return [['response.mcp_call.completed', { output_index: event.index, item_id: event.itemId }]]
    case 'server-call.failed':
      return [['response.mcp_call.failed', { output_index: event.index, item_id: event.itemId }]]
    // What is told of a transcript cannot be taken back, and a second hearing may change any of it.
    case 'transcript.partial':
    case 'voice.profiled':
    case 'reply.prepared':
    case 'reply.generating':
      return []
    default:
      throw event satisfies never
  }
}

const backchannelMessage = (event: Extract<PlainEvent, { type: `backchannel.${string}` }>): Message => {
  const id = { backchannel_id: event.backchannelId }
  switch (event.type) {
    case 'backchannel.audio':
      return ['response.backchannel.audio.delta', id, audioText(event.frame.samples, usualFormat)]
    case 'backchannel.done':
      return ['response.backchannel.audio.done', { ...id, phrase: event.phrase }]
    case 'backchannel.skipped':
      return ['response.backchannel.skipped', { ...id, reason: event.reason.replaceAll('-', '_') }]
    default:
      throw event satisfies never
  }
}
