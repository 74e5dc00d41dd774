/** Checks of what a Realtime server refuses: one error each, in the wire's shape, and the session goes on. */
import { at, type Check, differ, fail, type Message } from '../check.ts'
import type { Scene } from '../scene.ts'
import { freshId, type Talk, talking } from './talk.ts'

const reference = 'Server events: error'

interface Nonsense {
  readonly id: string
  readonly says: string
  /** A text as it stands, or a message, which gets an `event_id`. */
  readonly message: string | Message
  /** Codes of the reference; none: any. */
  readonly codes?: readonly (string | null)[]
  readonly param?: string
}

/** Sends a message that must be refused, and gives the error. */
export const refused = async (
  client: Talk,
  message: string | Message,
  { codes = [], param }: { readonly codes?: readonly (string | null)[]; readonly param?: string } = {},
): Promise<Message> => {
  const eventId = freshId('event')
  const events = await client.answers(typeof message === 'string' ? message : { ...message, event_id: eventId })
  const errors = events.filter(({ type }) => type === 'error')
  const [error] = errors
  if (!error) return fail('it was not refused', ...events)
  if (errors.length > 1) fail(`${errors.length} errors came in place of one`, ...errors)
  if (events.length > 1) fail('more than an error came', ...events)
  if (typeof message !== 'string' && at(error, 'error.event_id') !== eventId)
    fail("the error does not name the client's event_id", error)
  if (at(error, 'error.type') !== 'invalid_request_error')
    differ(`the type is ${String(at(error, 'error.type'))}`, error)
  const code = (at(error, 'error.code') ?? null) as string | null
  if (codes.length > 0 && !codes.includes(code))
    differ(`the code is ${String(code)} in place of ${codes.join(' or ')}`, error)
  if (param !== undefined && at(error, 'error.param') !== param)
    differ(`the param is ${String(at(error, 'error.param'))} in place of ${param}`, error)
  return error
}

const unknownItem = { item_id: 'item_that_is_not_there' }

const nonsense: readonly Nonsense[] = [
  {
    id: 'bad-json',
    says: 'A text that is no JSON is refused.',
    message: 'this is not JSON',
    codes: ['invalid_event', 'invalid_json', 'invalid_value', null],
  },
  {
    id: 'bad-no-object',
    says: 'JSON that is no object is refused.',
    message: '[1, 2, 3]',
    codes: ['invalid_event', 'invalid_json', 'invalid_value', null],
  },
  {
    id: 'bad-no-type',
    says: 'A message without a type is refused.',
    message: { no: 'type' },
    codes: ['invalid_event', 'missing_required_parameter'],
  },
  {
    id: 'bad-type',
    says: 'A message of an unknown type is refused.',
    message: { type: 'unheard.of' },
    codes: ['invalid_value', 'unknown_event', 'invalid_event'],
  },
  {
    id: 'bad-append',
    says: 'An append of what is no base64 is refused.',
    message: { type: 'input_audio_buffer.append', audio: '***' },
    codes: ['invalid_value', 'invalid_base64'],
  },
  {
    id: 'bad-append-missing',
    says: 'An append without audio is refused.',
    message: { type: 'input_audio_buffer.append' },
    codes: ['missing_required_parameter', 'invalid_value'],
    param: 'audio',
  },
  {
    id: 'bad-commit',
    says: 'A commit of less than 100 ms is refused.',
    message: { type: 'input_audio_buffer.commit' },
    codes: ['input_audio_buffer_commit_empty'],
  },
  {
    id: 'bad-update',
    says: 'An update without a session is refused.',
    message: { type: 'session.update' },
    codes: ['missing_required_parameter', 'invalid_value'],
    param: 'session',
  },
  {
    id: 'bad-update-enum',
    says: 'An update with a value that is none of the allowed ones is refused.',
    message: {
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { turn_detection: { type: 'telepathy' } } } },
    },
    codes: ['invalid_value'],
    param: 'session.audio.input.turn_detection.type',
  },
  {
    id: 'bad-item',
    says: 'An item of an unknown type is refused.',
    message: { type: 'conversation.item.create', item: { type: 'thought' } },
    codes: ['invalid_value'],
    param: 'item.type',
  },
  {
    id: 'bad-item-role',
    says: 'A message of an unknown role is refused.',
    message: { type: 'conversation.item.create', item: { type: 'message', role: 'nobody', content: [] } },
    codes: ['invalid_value'],
    param: 'item.role',
  },
  {
    id: 'bad-item-previous',
    says: 'An item that is to stand behind one that is not there is refused.',
    message: {
      type: 'conversation.item.create',
      previous_item_id: unknownItem.item_id,
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] },
    },
    param: 'previous_item_id',
  },
  {
    id: 'bad-retrieve',
    says: 'An item that is not there cannot be retrieved.',
    message: { type: 'conversation.item.retrieve', ...unknownItem },
    codes: ['item_retrieve_invalid_item_id'],
    param: 'item_id',
  },
  {
    id: 'bad-delete',
    says: 'An item that is not there cannot be deleted.',
    message: { type: 'conversation.item.delete', ...unknownItem },
    codes: ['item_delete_invalid_item_id'],
    param: 'item_id',
  },
  {
    id: 'bad-truncate',
    says: 'An item that is not there cannot be truncated.',
    message: { type: 'conversation.item.truncate', ...unknownItem, content_index: 0, audio_end_ms: 100 },
    codes: ['item_truncate_invalid_item_id'],
    param: 'item_id',
  },
  {
    id: 'bad-response',
    says: 'A response with a value of a wrong type is refused.',
    message: { type: 'response.create', response: { instructions: 7 } },
    codes: ['invalid_type', 'invalid_value'],
    param: 'response.instructions',
  },
  {
    id: 'bad-reference',
    says: 'A response whose input refers to an item that is not there is refused.',
    message: {
      type: 'response.create',
      response: { conversation: 'none', input: [{ type: 'item_reference', id: unknownItem.item_id }] },
    },
  },
  {
    id: 'bad-cancel',
    says: 'With no response running a cancel is refused.',
    message: { type: 'response.cancel' },
    codes: ['response_cancel_not_active'],
  },
]

export const refusalChecks: readonly Check<Scene>[] = [
  ...nonsense.map(({ id, says, message, ...wanted }) =>
    talking(id, says, reference, async (client) => {
      await refused(client, message, wanted)
    }),
  ),
  talking(
    'bad-cancel-message',
    'The message of a refused cancel begins with “Cancellation failed”, for which a client looks.',
    reference,
    async (client) => {
      const error = await refused(client, { type: 'response.cancel' })
      if (!String(at(error, 'error.message')).startsWith('Cancellation failed')) differ('it begins otherwise', error)
    },
  ),
  talking('bad-duplicate', 'An item whose id is taken is refused.', reference, async (client) => {
    const item = {
      id: freshId('item'),
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'Hello.' }],
    }
    await client.create(item)
    await client.settled()
    await refused(client, { type: 'conversation.item.create', item }, { codes: ['item_create_duplicate_item_id'] })
  }),
  talking('bad-many', 'After much nonsense the session still answers.', reference, async (client) => {
    for (const { message } of nonsense) client.connection.send(message)
    await client.settled()
    await client.configure({ instructions: 'Still there.' })
  }),
]
