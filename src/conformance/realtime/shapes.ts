/** The shapes of what a Realtime server says: which events there are, and the fields that clients rely on. */
import { z } from 'zod'
import type { Breach, Invariant, Message, Said } from '../check.ts'

const text = z.string()
const id = z.string().min(1)
const count = z.int().min(0)
const bodies = z.looseObject

const item = z
  .discriminatedUnion('type', [
    bodies({
      type: z.literal('message'),
      status: z.enum(['in_progress', 'completed', 'incomplete']),
      role: z.enum(['system', 'user', 'assistant']),
      content: z.array(bodies({ type: text })),
    }),
    bodies({ type: z.literal('function_call'), call_id: id, name: id, arguments: text }),
    bodies({ type: z.literal('function_call_output'), call_id: id, output: text }),
    bodies({ type: z.literal('mcp_list_tools'), server_label: text }),
    bodies({ type: z.literal('mcp_call'), server_label: text, name: text, arguments: text }),
    bodies({ type: z.literal('mcp_approval_request'), server_label: text, name: text, arguments: text }),
    bodies({ type: z.literal('mcp_approval_response'), approval_request_id: text }),
  ])
  .and(bodies({ id }))

const usage = bodies({
  total_tokens: count,
  input_tokens: count,
  output_tokens: count,
  input_token_details: bodies({ text_tokens: count, audio_tokens: count, cached_tokens: count }),
  output_token_details: bodies({ text_tokens: count, audio_tokens: count }),
})
const response = bodies({ id, object: z.literal('realtime.response'), output: z.array(item) })
const inReply = { response_id: id, item_id: id, output_index: count }
const inPart = { ...inReply, content_index: count }
const ofItem = { item_id: id, content_index: count }
const placed = { previous_item_id: id.nullable(), item }
const part = z.discriminatedUnion('type', [
  bodies({ type: z.literal('text'), text }),
  bodies({ type: z.literal('audio'), transcript: text }),
])
const transcription = 'conversation.item.input_audio_transcription'
const error = bodies({
  type: id,
  message: id,
  code: text.nullish(),
  param: text.nullish(),
  event_id: text.nullish(),
})
const maybeText = text.optional()

/** Every event of the reference, with what must be in it besides `type` and `event_id`. */
export const serverEvents: Readonly<Record<string, z.ZodRawShape>> = {
  error: { error },
  'session.created': { session: bodies({ id }) },
  'session.updated': { session: bodies({}) },
  'conversation.created': { conversation: bodies({ id }) },
  'conversation.item.added': placed,
  'conversation.item.done': placed,
  'conversation.item.retrieved': { item },
  'conversation.item.truncated': { ...ofItem, audio_end_ms: count },
  'conversation.item.deleted': { item_id: id },
  [`${transcription}.delta`]: { ...ofItem, delta: text },
  [`${transcription}.completed`]: { ...ofItem, transcript: text },
  [`${transcription}.segment`]: { ...ofItem, id, text },
  [`${transcription}.failed`]: {
    ...ofItem,
    error: bodies({ type: maybeText, code: maybeText, message: maybeText, param: maybeText }),
  },
  'input_audio_buffer.speech_started': { audio_start_ms: count, item_id: id },
  'input_audio_buffer.speech_stopped': { audio_end_ms: count, item_id: id },
  'input_audio_buffer.committed': { item_id: id, previous_item_id: id.nullable() },
  'input_audio_buffer.cleared': {},
  'input_audio_buffer.timeout_triggered': { audio_start_ms: count, audio_end_ms: count, item_id: id },
  'input_audio_buffer.dtmf_event_received': { event: text },
  'output_audio_buffer.started': {},
  'output_audio_buffer.stopped': {},
  'output_audio_buffer.cleared': {},
  'response.created': { response: response.and(bodies({ status: z.literal('in_progress') })) },
  'response.done': {
    response: response.and(bodies({ status: z.enum(['completed', 'cancelled', 'incomplete', 'failed']), usage })),
  },
  'response.output_item.added': { response_id: id, output_index: count, item },
  'response.output_item.done': { response_id: id, output_index: count, item },
  'response.content_part.added': { ...inPart, part },
  'response.content_part.done': { ...inPart, part },
  'response.output_text.delta': { ...inPart, delta: text },
  'response.output_text.done': { ...inPart, text },
  'response.output_audio.delta': { ...inPart, delta: text },
  'response.output_audio.done': inPart,
  'response.output_audio_transcript.delta': { ...inPart, delta: text },
  'response.output_audio_transcript.done': { ...inPart, transcript: text },
  'response.function_call_arguments.delta': { ...inReply, call_id: id, delta: text },
  'response.function_call_arguments.done': { ...inReply, call_id: id, name: id, arguments: text },
  'response.mcp_call_arguments.delta': { ...inReply, delta: text },
  'response.mcp_call_arguments.done': { ...inReply, arguments: text },
  'response.mcp_call.in_progress': { item_id: id, output_index: count },
  'response.mcp_call.completed': { item_id: id, output_index: count },
  'response.mcp_call.failed': { item_id: id, output_index: count },
  'mcp_list_tools.in_progress': { item_id: id },
  'mcp_list_tools.completed': { item_id: id },
  'mcp_list_tools.failed': { item_id: id },
  'rate_limits.updated': {
    rate_limits: z.array(bodies({ name: text, limit: z.number(), remaining: z.number(), reset_seconds: z.number() })),
  },
}

/** Told only on Inworld's path. */
export const inworldEvents: Readonly<Record<string, z.ZodRawShape>> = {
  [`${transcription}.updated`]: { item_id: id },
  'input_audio_buffer.turn_suggestion': { item_id: id },
  'input_audio_buffer.turn_suggestion_revoked': { item_id: id },
  'response.backchannel.audio.delta': { backchannel_id: id, delta: text },
  'response.backchannel.audio.done': { backchannel_id: id, phrase: text },
  'response.backchannel.skipped': { reason: text },
  ping: {},
}

const fromServer = (exchange: readonly Said[]): readonly Message[] =>
  exchange.flatMap(({ from, message }) => (from === 'server' ? [message] : []))

const first = (events: readonly Message[], fault: (event: Message) => string | undefined): Breach | undefined => {
  for (const event of events) {
    const reason = fault(event)
    if (reason !== undefined) return { reason, evidence: [event] }
  }
  return undefined
}

/** The rules that each event keeps by itself. */
export const shapeInvariants = (events: Readonly<Record<string, z.ZodRawShape>>): readonly Invariant[] => {
  const schemas = new Map(Object.entries(events).map(([type, shape]) => [type, z.looseObject(shape)]))
  const reference = 'Server events'
  return [
    {
      id: 'frames',
      says: 'Each message of the server is one JSON object in a text frame, with a type.',
      reference,
      look: (exchange) =>
        first(fromServer(exchange), ({ type, binary, unreadable }) => {
          if (binary !== undefined) return 'a binary frame came'
          if (unreadable !== undefined) return 'a frame is no JSON object'
          return typeof type === 'string' ? undefined : 'a message has no type'
        }),
    },
    {
      id: 'known-events',
      says: 'No event comes that the reference does not have: some clients end at one.',
      reference,
      look: (exchange) =>
        first(fromServer(exchange), ({ type }) =>
          typeof type === 'string' && !schemas.has(type) ? `the reference has no ${type}` : undefined,
        ),
    },
    {
      id: 'event-ids',
      says: 'Each event has an event_id of its own.',
      reference,
      look: (exchange) => {
        const seen = new Set<unknown>()
        return first(fromServer(exchange), ({ type, event_id: own }) => {
          if (typeof own !== 'string' || own === '') return `${String(type)} has no event_id`
          if (seen.has(own)) return `the event_id of ${String(type)} was used before`
          seen.add(own)
          return undefined
        })
      },
    },
    {
      id: 'event-fields',
      says: 'Each event has the fields of its type, and null only where the reference allows it.',
      reference,
      look: (exchange) =>
        first(fromServer(exchange), (event) => {
          const parsed = schemas.get(String(event.type))?.safeParse(event)
          const issue = parsed?.error?.issues[0]
          return issue && `${String(event.type)}: ${issue.path.join('.')} ${issue.message}`
        }),
    },
  ]
}
