/** Realtime: a client's message → what it asks of the session. Never throws: what makes no sense becomes a command too. */
import type { Command } from '../../conversation/inputs.ts'
import type { Refusal } from '../../conversation/refusal.ts'
import { VoiceError } from '../../errors.ts'
import type { WireMessage } from '../codec.ts'
import { isObject, type JsonObject, parseObject, utf8 } from '../wire-json.ts'
import { providerDataOf, readSession } from './config.ts'
import type { Dialect } from './dialect.ts'
import { faultOf } from './faults.ts'
import { readItem } from './items.ts'
import { type ClientMessage, clientMessages, type WireSession } from './messages.ts'
import { nonsenseIn } from './provider-data.ts'
import { readWishes } from './replies.ts'

/** What a message is read against. */
export interface Reading {
  readonly dialect: Dialect
  readonly transcriptionOnly: boolean
}

type Unsaid<T> = T extends unknown ? Omit<T, 'id'> : never

/** A command before it has the client's id. */
type Deed = Unsaid<Command>

/** Nested deeper than any client goes; what is merged later is walked by recursion. */
const depthLimit = 128

/** Long texts are told by their beginning. */
const short = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text)

const nonsense = (reason: Refusal, message: string, param?: string): Deed => ({
  type: 'nonsense',
  reason,
  message,
  ...(param !== undefined && { param }),
})

/** The same JSON without keys that would change what an object is. Throws `invalid_request` when it is too deep. */
const safe = (value: unknown, depth = depthLimit): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) throw new VoiceError('invalid_request', 'The message is nested too deeply.')
  if (Array.isArray(value)) return value.map((entry) => safe(entry, depth - 1))
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__')
  return Object.fromEntries(entries.map(([key, entry]) => [key, safe(entry, depth - 1)]))
}

/** JSON from a client as an object that can be kept and merged. Throws `invalid_request`. */
export const parseSafely = (text: string): JsonObject => safe(parseObject(text)) as JsonObject

const idOf = ({ event_id: id }: JsonObject): string | undefined => {
  if (typeof id === 'string') return id.slice(0, 512)
  return typeof id === 'number' ? String(id) : undefined
}

/** What a message asks for, in order. */
export const readCommands = (message: WireMessage, reading: Reading): readonly Command[] => {
  let fields: JsonObject
  try {
    const text = typeof message === 'string' ? message : utf8(message)
    if (text === undefined)
      throw new VoiceError('invalid_request', 'Messages are JSON texts; audio comes in them as base64.')
    fields = parseObject(text)
    // Sound comes often, and nothing of its message but the bytes is kept.
    if (fields.type !== 'input_audio_buffer.append') fields = safe(fields) as JsonObject
  } catch (error) {
    return [nonsense('malformed', error instanceof VoiceError ? error.message : 'The message cannot be read.')]
  }
  const id = idOf(fields)
  return readDeeds(fields, reading).map((deed) => ({ ...deed, ...(id !== undefined && { id }) }))
}

const readDeeds = (fields: JsonObject, reading: Reading): readonly Deed[] => {
  const { type } = fields
  if (type === undefined || type === null) return [nonsense('malformed', "The 'type' field is missing.")]
  if (typeof type !== 'string' || !Object.hasOwn(clientMessages, type)) {
    const named = typeof type === 'string' ? short(type) : JSON.stringify(type).slice(0, 100)
    const known = Object.keys(clientMessages).join("', '")
    return [nonsense('unknown-type', `Invalid value: '${named}'. Supported values are: '${known}'.`, 'type')]
  }
  const schema = clientMessages[type as keyof typeof clientMessages]
  const parsed = schema.safeParse(fields)
  if (parsed.success) return perform(parsed.data, reading)
  const { missing, param, message } = faultOf(parsed.error, fields)
  return [nonsense(missing ? 'missing-value' : 'invalid-value', message, param)]
}

const perform = (message: ClientMessage, reading: Reading): readonly Deed[] => {
  switch (message.type) {
    case 'session.update':
    case 'transcription_session.update':
      return [update(message.session, reading)]
    case 'session.close':
      return []
    case 'input_audio_buffer.append':
      return message.audio.length > 0 ? [{ type: 'audio.append', bytes: message.audio }] : []
    case 'input_audio_buffer.commit':
      return [{ type: 'audio.commit' }]
    case 'input_audio_buffer.clear':
      return [{ type: 'audio.clear' }]
    case 'output_audio_buffer.clear':
      return [{ type: 'playback.clear' }]
    case 'conversation.item.create': {
      const { item, previous_item_id: previous } = message
      if (item.type === 'item_reference')
        return [nonsense('invalid-value', "Invalid value for 'item.type': a reference is not an item.", 'item.type')]
      const afterId = previous === 'root' ? null : previous || undefined
      return [{ type: 'item.create', ...readItem(item), ...(afterId !== undefined && { afterId }) }]
    }
    case 'conversation.item.retrieve':
      return [{ type: 'item.retrieve', itemId: message.item_id }]
    case 'conversation.item.delete':
      return [{ type: 'item.delete', itemId: message.item_id }]
    case 'conversation.item.truncate':
      return [
        {
          type: 'item.truncate',
          itemId: message.item_id,
          partIndex: message.content_index ?? 0,
          heardMs: message.audio_end_ms,
        },
      ]
    case 'response.create':
      return [{ type: 'reply.create', wishes: readWishes(message.response ?? {}) }]
    case 'response.cancel':
      return [{ type: 'reply.cancel', ...(message.response_id != null && { replyId: message.response_id }) }]
    default:
      throw message satisfies never
  }
}

/** Which kind of session it is was settled when it opened. */
const update = (session: WireSession, { dialect, transcriptionOnly }: Reading): Deed => {
  const kind = transcriptionOnly ? 'transcription' : 'realtime'
  if (session.type != null && session.type !== kind)
    return nonsense(
      'invalid-value',
      `Invalid value for 'session.type': this session is of type '${kind}'.`,
      'session.type',
    )
  const unused = nonsenseIn(providerDataOf(session))
  return { type: 'session.update', patch: readSession(session, dialect), ...(unused.length > 0 && { unused }) }
}

/** Whether a session, as a client wrote it, is one in which nobody answers. */
export const isTranscription = (session: unknown): boolean => isObject(session) && session.type === 'transcription'
