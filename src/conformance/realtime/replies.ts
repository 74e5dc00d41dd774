/** Checks of Realtime replies: in text and in speech, cancelled, interrupted, and beside the conversation. */
import { at, type Check, differ, fail, isMessage, type Message, skip } from '../check.ts'
import type { Scene } from '../scene.ts'
import { refused } from './refusals.ts'
import { expectAt, isOf, longWish, pcmOf, type Reply, talking, typesOf, userText } from './talk.ts'

const create = 'Client events: response.create'
const done = 'Server events: response.done'

/** Types in order, each run of deltas as one. */
const shapeOf = (events: readonly Message[]): readonly string[] => {
  const types = typesOf(events).filter((type) => type !== 'rate_limits.updated')
  return types
    .map((type) => (type.endsWith('.delta') ? 'deltas' : type))
    .filter((type, index, all) => type !== 'deltas' || all[index - 1] !== 'deltas')
}

const expectShape = ({ events }: Reply, wanted: readonly string[]): void => {
  const found = shapeOf(events)
  if (found.join() !== wanted.join()) fail(`the order is ${found.join(', ')}`, { wanted: wanted.join(', ') })
}

const opening = ['response.created', 'response.output_item.added', 'response.content_part.added', 'deltas']
const closing = ['response.content_part.done', 'response.output_item.done', 'response.done']

export const outputOf = (response: Message): readonly Message[] =>
  Array.isArray(response.output) ? response.output.filter(isMessage) : []

export const replyChecks: readonly Check<Scene>[] = [
  talking(
    'reply-text',
    'A reply in text: item, part, deltas, and their ends from the inside out.',
    create,
    async (client) => {
      const reply = await client.say('Say hello.', { output_modalities: ['text'] })
      expectAt(reply.response, 'status', 'completed')
      expectShape(reply, [...opening, 'response.output_text.done', ...closing])
      const [item] = outputOf(reply.response)
      expectAt(item ?? {}, 'role', 'assistant')
      const [part] = (item?.content as readonly Message[] | undefined) ?? []
      if (part?.type !== 'output_text' || typeof part.text !== 'string' || part.text === '')
        fail('the item holds no output_text', reply.response)
    },
  ),
  talking(
    'reply-audio',
    'A reply in speech: captions and audio, both ended before their part.',
    create,
    async (client) => {
      const reply = await client.say('Say hello.', { output_modalities: ['audio'] })
      expectAt(reply.response, 'status', 'completed')
      const found = shapeOf(reply.events)
      const ends = ['response.output_audio.done', 'response.output_audio_transcript.done']
      for (const end of ends) if (!found.includes(end)) fail(`no ${end} came`, reply.response)
      const rest = found
        .filter((type) => !ends.includes(type))
        .filter((type, index, all) => type !== 'deltas' || all[index - 1] !== 'deltas')
      if (rest.join() !== [...opening, ...closing].join()) fail(`the order is ${found.join(', ')}`)
      const pcm = pcmOf(reply.events)
      if (pcm.length < 4800) fail(`only ${pcm.length} bytes of audio came`)
      if (pcm.every((byte) => byte === 0)) fail('the audio is silence')
      const [item] = outputOf(reply.response)
      const [part] = (item?.content as readonly Message[] | undefined) ?? []
      if (part?.type !== 'output_audio' || typeof part.transcript !== 'string' || part.transcript === '')
        fail('the item holds no output_audio with its transcript', reply.response)
    },
  ),
  talking(
    'reply-items',
    'The item of a reply is added to the conversation and done, beside what the response tells of it.',
    'Server events: conversation.item.added',
    async (client) => {
      await client.create(userText('Say hello.'))
      const { now } = client
      const reply = await client.reply({ output_modalities: ['text'] }, now)
      await client.settled()
      const [item] = outputOf(reply.response)
      for (const type of ['conversation.item.added', 'conversation.item.done'])
        if (!client.events.slice(now).some((event) => event.type === type && at(event, 'item.id') === item?.id))
          fail(`no ${type} came of it`)
    },
  ),
  talking(
    'reply-metadata',
    'Metadata is given back in response.created and response.done: clients find their reply by it.',
    create,
    async (client) => {
      const metadata = { client_event_id: 'check', topic: 'hello' }
      const { events, response } = await client.say('Say hello.', { output_modalities: ['text'], metadata })
      expectAt(events[0] ?? {}, 'response.metadata', metadata)
      expectAt(response, 'metadata', metadata)
    },
  ),
  talking('reply-instructions', 'Instructions of one reply do not change the session.', create, async (client) => {
    await client.configure({ instructions: 'Answer briefly.' })
    await client.say('Say hello.', { output_modalities: ['text'], instructions: 'Answer in one word.' })
    expectAt(await client.configure({}), 'instructions', 'Answer briefly.')
  }),
  talking(
    'reply-limit',
    'A reply that reaches max_output_tokens is incomplete, for that reason.',
    done,
    async (client) => {
      const { response } = await client.say(longWish, { output_modalities: ['text'], max_output_tokens: 16 })
      if (response.status === 'completed') differ('it is whole', response)
      expectAt(response, 'status', 'incomplete')
      expectAt(response, 'status_details.reason', 'max_output_tokens')
    },
  ),
  talking('reply-g711', 'A reply can be spoken in G.711.', 'Session object: audio.output.format', async (client) => {
    await client.configure({ audio: { output: { format: { type: 'audio/pcmu' } } } })
    const { events } = await client.say('Say hello.', { output_modalities: ['audio'] })
    const bytes = pcmOf(events)
    if (bytes.length === 0) fail('no audio came')
    // µ-law of speech has no long runs of zero bytes, as PCM of 16 bits would between its halves.
    if (bytes.filter((byte) => byte === 0).length > bytes.length / 4) fail('the audio is not µ-law')
  }),
  talking(
    'reply-cancel',
    'A cancelled reply is done with status cancelled, and nothing more is told of it.',
    'Client events: response.cancel',
    async (client) => {
      await client.create(userText(longWish))
      const { now } = client
      client.send({ type: 'response.create', response: { output_modalities: ['audio'] } })
      await client.next('response.output_audio.delta', now)
      client.send({ type: 'response.cancel' })
      const { id, response } = await client.over(now)
      if (response.status === 'completed') return skip('the reply was over before it could be cancelled')
      expectAt(response, 'status', 'cancelled')
      expectAt(response, 'status_details.reason', 'client_cancelled')
      await client.settled()
      const told = client.events.filter(isOf(id))
      if (told.at(-1)?.type !== 'response.done') fail('more was told of it', ...told.slice(-2))
      for (const item of outputOf(response)) expectAt(item, 'status', 'incomplete')
    },
  ),
  talking('reply-busy', 'While a reply runs another is refused, or waits for its end.', create, async (client) => {
    await client.create(userText(longWish))
    const { now } = client
    client.send({ type: 'response.create', response: { output_modalities: ['audio'] } })
    await client.next('response.output_audio.delta', now)
    client.connection.send({ type: 'response.create', event_id: 'event_second' })
    const answer = await client.connection.until(
      'an error or the end',
      ({ type }) => type === 'error' || type === 'response.done',
      { after: now },
    )
    client.send({ type: 'response.cancel' })
    if (answer.type !== 'error') return differ('it waits')
    expectAt(answer, 'error.code', 'conversation_already_has_active_response')
    expectAt(answer, 'error.event_id', 'event_second')
    await client.over(now)
  }),
  talking(
    'reply-beside',
    'A reply with conversation none leaves no trace in the conversation.',
    create,
    async (client) => {
      const { now } = client
      const { response } = await client.reply(
        {
          conversation: 'none',
          output_modalities: ['text'],
          metadata: { topic: 'beside' },
          input: [userText('Say hello.')],
        },
        now,
      )
      expectAt(response, 'status', 'completed')
      expectAt(response, 'conversation_id', null)
      expectAt(response, 'metadata.topic', 'beside')
      await client.settled()
      for (const type of typesOf(client.events.slice(now)))
        if (type.startsWith('conversation.item')) fail(`${type} came`)
    },
  ),
  talking(
    'reply-beside-parallel',
    'A reply beside the conversation may run while one of the conversation does.',
    create,
    async (client) => {
      await client.create(userText(longWish))
      const { now } = client
      client.send({ type: 'response.create', response: { output_modalities: ['audio'] } })
      await client.next('response.output_audio.delta', now)
      const after = client.now
      const beside = await client.reply(
        { conversation: 'none', output_modalities: ['text'], input: [userText('Say hello.')] },
        after,
      )
      expectAt(beside.response, 'status', 'completed')
      const events = await client.answers({ type: 'response.cancel' })
      if (events.some(({ type }) => type === 'error')) skip('the first was over before')
    },
  ),
  talking('reply-no-input', 'input [] asks without the conversation.', create, async (client) => {
    const { response } = await client.reply({
      conversation: 'none',
      output_modalities: ['text'],
      instructions: 'Say hello.',
      input: [],
    })
    expectAt(response, 'status', 'completed')
  }),
  talking('reply-reference', 'input may refer to an item of the conversation.', create, async (client) => {
    const added = await client.create(userText('Say hello.'))
    const input = [{ type: 'item_reference', id: at(added, 'item.id') }]
    const { response } = await client.reply({ conversation: 'none', output_modalities: ['text'], input })
    expectAt(response, 'status', 'completed')
  }),
  talking(
    'barge-in',
    'Speech over a reply ends it: cancelled for turn_detected, and nothing more is told of it.',
    'Server events: input_audio_buffer.speech_started',
    async (client) => {
      await client.configure({ audio: { input: { turn_detection: { type: 'server_vad', interrupt_response: true } } } })
      await client.create(userText(longWish))
      const { now } = client
      client.send({ type: 'response.create', response: { output_modalities: ['audio'] } })
      await client.next('response.output_audio.delta', now)
      await client.speak()
      const { id, response } = await client.over(now)
      if (response.status === 'completed') return skip('the reply was over before it could be interrupted')
      await client.next('input_audio_buffer.speech_started', now)
      expectAt(response, 'status', 'cancelled')
      expectAt(response, 'status_details.reason', 'turn_detected')
      const next = await client.connection.until(
        'the next response',
        (event) => event.type === 'response.done' && at(event, 'response.id') !== id,
        { after: now, timeoutMs: client.scene.target.timeoutMs * 3 },
      )
      expectAt(next, 'response.status', 'completed')
      const told = client.events.filter(isOf(id))
      if (told.at(-1)?.type !== 'response.done') fail('more was told of the first', ...told.slice(-2))
      const [item] = outputOf(response)
      if (!item) return
      const from = client.now
      client.send({ type: 'conversation.item.truncate', item_id: item.id, content_index: 0, audio_end_ms: 300 })
      await client.next('conversation.item.truncated', from)
    },
  ),
  talking(
    'barge-in-cancel',
    'A cancel that comes after the interruption is refused and does no harm.',
    'Client events: response.cancel',
    async (client) => {
      await client.say('Say hello.', { output_modalities: ['text'] })
      await refused(client, { type: 'response.cancel' }, { codes: ['response_cancel_not_active'] })
      const { response } = await client.say('Say hello.', { output_modalities: ['text'] })
      expectAt(response, 'status', 'completed')
    },
  ),
]
