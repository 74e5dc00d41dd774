/** Checks of the Realtime conversation: items that clients create, look at, cut and take away. */
import { at, type Check, differ, fail, isMessage, type Message, skip } from '../check.ts'
import type { Scene } from '../scene.ts'
import { refused } from './refusals.ts'
import { expectAt, freshId, pcmOf, type Talk, talking, userText, usualRate } from './talk.ts'

const create = 'Client events: conversation.item.create'
const truncate = 'Client events: conversation.item.truncate'

/** A spoken reply: its item, and how long its audio is. */
const spoken = async (client: Talk): Promise<{ readonly itemId: string; readonly audioMs: number }> => {
  const { events, response } = await client.say('Say hello to me.', { output_modalities: ['audio'] })
  const output = response.output as readonly Message[]
  const item = output.find(({ role }) => role === 'assistant')
  const audioMs = (pcmOf(events).length / 2 / usualRate) * 1000
  if (!item || audioMs === 0) return skip('no audio came to cut')
  return { itemId: String(item.id), audioMs }
}

const partOf = (item: unknown): Message => {
  const content = at(item, 'content')
  const part = Array.isArray(content) ? content[0] : undefined
  return isMessage(part) ? part : fail('the item has no part')
}

const retrieve = async (client: Talk, itemId: string): Promise<Message> => {
  const { now } = client
  client.send({ type: 'conversation.item.retrieve', item_id: itemId })
  const { item } = await client.next('conversation.item.retrieved', now)
  return isMessage(item) ? item : fail('no item came')
}

export const itemChecks: readonly Check<Scene>[] = [
  talking(
    'item-create',
    'An item that a client creates is added, then done, under the id that the client gave.',
    create,
    async (client) => {
      const id = freshId('item')
      const added = await client.create({ id, ...userText('Hello.') })
      expectAt(added, 'item.id', id)
      expectAt(added, 'item.object', 'realtime.item')
      expectAt(added, 'item.status', 'completed')
      expectAt(added, 'previous_item_id', null)
      expectAt(partOf(added.item), 'text', 'Hello.')
      expectAt(await client.next('conversation.item.done'), 'item.id', id)
    },
  ),
  talking('item-order', 'Items stand one behind the other, or where previous_item_id says.', create, async (client) => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => freshId(`item_${name}`)) as [string, string, string, string]
    await client.create({ id: a, ...userText('One.') })
    expectAt(await client.create({ id: b, ...userText('Two.') }), 'previous_item_id', a)
    expectAt(await client.create({ id: c, ...userText('One and a half.') }, a), 'previous_item_id', a)
    expectAt(await client.create({ id: d, ...userText('None.') }, 'root'), 'previous_item_id', null)
  }),
  ...[
    ['system', { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] }],
    ['assistant', { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Good morning.' }] }],
    ['call', { type: 'function_call', call_id: 'call_check', name: 'get_weather', arguments: '{"city":"Pune"}' }],
  ].map(([name, item]) =>
    talking(
      `item-${String(name)}`,
      `A client may create an item of kind ${String(name)}, such as one of an earlier conversation.`,
      create,
      async (client) => {
        const added = await client.create(item as object)
        for (const field of ['type', 'role', 'call_id', 'name', 'arguments'])
          if (field in (item as Message)) expectAt(added, `item.${field}`, (item as Message)[field])
      },
    ),
  ),
  talking('item-image', 'A message may hold an image.', create, async (client) => {
    const pixel =
      'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const item = { type: 'message', role: 'user', content: [{ type: 'input_image', image_url: pixel }] }
    const events = await client.answers({ type: 'conversation.item.create', item })
    if (events.some(({ type }) => type === 'error')) return skip('not offered')
    const added = events.find(({ type }) => type === 'conversation.item.added')
    expectAt(partOf(at(added, 'item')), 'type', 'input_image')
  }),
  talking('item-audio', 'A message may hold audio that was recorded elsewhere.', create, async (client) => {
    const audio = Buffer.from(client.scene.speech.pcm(usualRate)).toString('base64')
    const events = await client.answers({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_audio', audio }] },
    })
    if (events.some(({ type }) => type === 'error')) return skip('not offered')
    const added = events.find(({ type }) => type === 'conversation.item.added')
    expectAt(partOf(at(added, 'item')), 'type', 'input_audio')
  }),
  talking(
    'item-retrieve',
    'An item can be looked at again.',
    'Client events: conversation.item.retrieve',
    async (client) => {
      const id = freshId('item')
      await client.create({ id, ...userText('Hello.') })
      const item = await retrieve(client, id)
      expectAt(item, 'id', id)
      expectAt(partOf(item), 'text', 'Hello.')
    },
  ),
  talking('item-delete', 'A deleted item is gone.', 'Client events: conversation.item.delete', async (client) => {
    const id = freshId('item')
    await client.create({ id, ...userText('Hello.') })
    client.send({ type: 'conversation.item.delete', item_id: id })
    expectAt(await client.next('conversation.item.deleted'), 'item_id', id)
    await refused(client, { type: 'conversation.item.retrieve', item_id: id })
  }),
  talking(
    'item-truncate',
    'A spoken reply is cut to what was heard: its audio is shorter, and its text no longer whole.',
    truncate,
    async (client) => {
      const { itemId, audioMs } = await spoken(client)
      const before = partOf(await retrieve(client, itemId))
      const { now } = client
      const heardMs = Math.floor(Math.min(300, audioMs / 2))
      client.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: heardMs })
      const truncated = await client.next('conversation.item.truncated', now)
      for (const [field, wanted] of [
        ['item_id', itemId],
        ['content_index', 0],
        ['audio_end_ms', heardMs],
      ] as const)
        expectAt(truncated, field, wanted)
      const after = partOf(await retrieve(client, itemId))
      if (typeof after.transcript === 'string' && after.transcript !== '' && after.transcript === before.transcript)
        fail('the transcript is as long as before', after)
      if (typeof before.audio !== 'string') return differ('conversation.item.retrieved holds no audio')
      const leftMs = (Buffer.from(String(after.audio ?? ''), 'base64').length / 2 / usualRate) * 1000
      if (Math.abs(leftMs - heardMs) > 50) fail(`${Math.round(leftMs)} ms of audio are left in place of ${heardMs}`)
    },
  ),
  talking(
    'item-truncate-beyond',
    'audio_end_ms beyond the audio is no error: clocks of clients run ahead.',
    truncate,
    async (client) => {
      const { itemId } = await spoken(client)
      const { now } = client
      client.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: 3_600_000 })
      const answer = await client.connection.until(
        'conversation.item.truncated',
        ({ type }) => type === 'conversation.item.truncated' || type === 'error',
        { after: now },
      )
      if (answer.type === 'error') differ('it is refused, as it is upstream', answer)
    },
  ),
  talking('item-truncate-text', 'What was not spoken cannot be cut.', truncate, async (client) => {
    const id = freshId('item')
    await client.create({ id, ...userText('Hello.') })
    await client.settled()
    await refused(client, { type: 'conversation.item.truncate', item_id: id, content_index: 0, audio_end_ms: 100 })
  }),
]
