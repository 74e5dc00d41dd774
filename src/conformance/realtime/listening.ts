/** Checks of the Realtime input: turns, commits, what was heard, and sessions that only listen. */
import { samplesToMulaw } from '../../audio/g711.ts'
import { at, type Check, differ, fail, isMessage, type Message, skip } from '../check.ts'
import { Connection } from '../connection.ts'
import type { Scene } from '../scene.ts'
import { silence } from '../speech.ts'
import { expectAt, Talk, talk, talking, typesOf } from './talk.ts'

const buffer = 'Client events: input_audio_buffer.append'
const detection = 'Session object: audio.input.turn_detection'
const words = 'Server events: conversation.item.input_audio_transcription.completed'

/** Nobody answers, so that a check hears of its turn alone. */
const listening = (more: object = {}) => ({
  audio: { input: { turn_detection: { type: 'server_vad', create_response: false }, ...more } },
})

const manual = (more: object = {}) => ({ audio: { input: { turn_detection: null, ...more } } })

/** One turn as it is told when the server finds it. */
const turn = async (client: Talk, after: number): Promise<{ readonly started: Message; readonly stopped: Message }> => {
  const started = await client.next('input_audio_buffer.speech_started', after)
  const stopped = await client.next('input_audio_buffer.speech_stopped', after)
  const committed = await client.next('input_audio_buffer.committed', after)
  const added = await client.next('conversation.item.added', after)
  await client.next('conversation.item.done', after)
  for (const event of [stopped, committed])
    if (event.item_id !== started.item_id) fail('it names another item than speech_started', started, event)
  if (at(added, 'item.id') !== started.item_id) fail('another item was added', started, added)
  expectAt(added, 'item.role', 'user')
  const content = at(added, 'item.content')
  const part = Array.isArray(content) ? content[0] : undefined
  if (!isMessage(part) || part.type !== 'input_audio') fail('the item holds no input_audio', added)
  else if (!('transcript' in part)) fail('the part has no transcript, not even null', added)
  if (!(Number(started.audio_start_ms) < Number(stopped.audio_end_ms)))
    fail('it ends before it begins', started, stopped)
  return { started, stopped }
}

const heard = async (client: Talk, after: number): Promise<Message> => {
  const completed = await client.connection.until(
    'conversation.item.input_audio_transcription.completed',
    ({ type }) => /input_audio_transcription\.(completed|failed)$/.test(String(type)),
    { after },
  )
  if (String(completed.type).endsWith('failed')) fail('the transcription failed', completed)
  return completed
}

export const listeningChecks = (transcriber: string): readonly Check<Scene>[] => [
  talking(
    'turn-server-vad',
    'server_vad finds a spoken turn: started, stopped, committed, item added and done, all of one id.',
    detection,
    async (client) => {
      await client.configure(listening())
      const { now } = client
      await client.speak()
      await turn(client, now)
    },
  ),
  talking('turn-semantic-vad', 'semantic_vad tells a turn by the same events.', detection, async (client) => {
    const input = { turn_detection: { type: 'semantic_vad', eagerness: 'high', create_response: false } }
    const answer = await client.attempt({ audio: { input } })
    if ('error' in answer) return skip('not offered')
    const { now } = client
    await client.speak({ silenceMs: 3500 })
    await turn(client, now)
  }),
  talking(
    'turn-clock',
    'The times of a second turn count from the beginning of the session, not from the commit.',
    buffer,
    async (client) => {
      await client.configure(listening())
      await client.speak()
      const first = await turn(client, 0)
      const { now } = client
      await client.speak()
      const second = await turn(client, now)
      if (Number(second.started.audio_start_ms) < Number(first.stopped.audio_end_ms) - 600)
        fail('the clock was set back', first.stopped, second.started)
      const allMs = 2 * (client.scene.speech.lengthMs + 1500)
      if (Number(second.stopped.audio_end_ms) > allMs + 1000) fail('the clock runs ahead of the audio', second.stopped)
    },
  ),
  talking(
    'turn-no-answer',
    'With create_response false a turn is committed and nobody answers.',
    detection,
    async (client) => {
      await client.configure(listening({ transcription: { model: transcriber } }))
      const { now } = client
      await client.speak()
      await turn(client, now)
      await heard(client, now)
      await client.settled()
      if (typesOf(client.events).includes('response.created')) fail('it was answered')
    },
  ),
  talking('turn-answered', 'With create_response a turn is answered unasked.', detection, async (client) => {
    await client.configure({ output_modalities: ['text'] })
    const { now } = client
    await client.speak()
    await turn(client, now)
    const { response } = await client.over(now)
    expectAt(response, 'status', 'completed')
  }),
  talking(
    'turn-manual',
    'With turn_detection null nothing is told of speech; a commit makes an item and no response.',
    'Client events: input_audio_buffer.commit',
    async (client) => {
      await client.configure(manual({ transcription: { model: transcriber } }))
      const { now } = client
      await client.speak({ silenceMs: 0 })
      client.send({ type: 'input_audio_buffer.commit' })
      const committed = await client.next('input_audio_buffer.committed', now)
      const added = await client.next('conversation.item.added', now)
      expectAt(added, 'item.id', committed.item_id)
      await client.next('conversation.item.done', now)
      await heard(client, now)
      await client.settled()
      const told = typesOf(client.events.slice(now))
      for (const type of told) if (/speech_|^response\./.test(type)) fail(`${type} came`, ...client.events.slice(now))
    },
  ),
  talking(
    'turn-manual-answered',
    'A commit and response.create sent at once are answered in that order.',
    'Client events: response.create',
    async (client) => {
      await client.configure({ ...manual(), output_modalities: ['text'] })
      const { now } = client
      await client.speak({ silenceMs: 0 })
      client.send({ type: 'input_audio_buffer.commit' })
      const { response } = await client.reply(undefined, now)
      expectAt(response, 'status', 'completed')
      const told = typesOf(client.events.slice(now))
      if (told.indexOf('input_audio_buffer.committed') > told.indexOf('response.created'))
        fail('the response came first')
    },
  ),
  talking(
    'clear',
    'input_audio_buffer.clear empties the buffer: a commit after it is refused.',
    'Client events: input_audio_buffer.clear',
    async (client) => {
      await client.configure(manual())
      client.append(silence(500, 24_000))
      await client.settled()
      const { now } = client
      client.send({ type: 'input_audio_buffer.commit' })
      const error = await client.connection.until('an error', ({ type }) => type === 'error', { after: now })
      expectAt(error, 'error.code', 'input_audio_buffer_commit_empty')
    },
  ),
  talking(
    'transcript',
    'The words of a turn come with their item, as a text, and with what they cost.',
    words,
    async (client) => {
      await client.configure(listening({ transcription: { model: transcriber } }))
      await client.speak()
      const { started } = await turn(client, 0)
      const completed = await heard(client, 0)
      expectAt(completed, 'item_id', started.item_id)
      const usage = completed.usage
      if (usage === undefined) differ('it has no usage', completed)
      const type = at(usage, 'type')
      const complete =
        type === 'duration' ? typeof at(usage, 'seconds') === 'number' : typeof at(usage, 'total_tokens') === 'number'
      if (!complete) fail('its usage is neither a duration nor tokens', completed)
    },
  ),
  talking('transcript-item', 'The item of a turn holds its words afterwards.', words, async (client) => {
    await client.configure(listening({ transcription: { model: transcriber } }))
    await client.speak()
    const completed = await heard(client, 0)
    client.send({ type: 'conversation.item.retrieve', item_id: completed.item_id })
    const { item } = await client.next('conversation.item.retrieved')
    const content = at(item, 'content')
    const part = Array.isArray(content) ? content[0] : undefined
    if (!isMessage(part) || part.transcript !== completed.transcript)
      fail('the item holds other words', completed, { item })
    else if (typeof part.audio !== 'string' || part.audio === '') differ('conversation.item.retrieved holds no audio')
  }),
  talking('append-large', 'One append may hold minutes of audio.', buffer, async (client) => {
    await client.configure(listening())
    const { now } = client
    client.append(new Uint8Array(5 * 1024 * 1024))
    await client.connection.sent()
    client.send({ type: 'input_audio_buffer.clear' })
    const { timeoutMs } = client.scene.target
    await client.next('input_audio_buffer.cleared', now, timeoutMs * 5)
  }),
  talking('append-unpadded', 'Base64 without padding is taken.', buffer, async (client) => {
    const audio = Buffer.from(silence(100, 24_000).subarray(0, 4799)).toString('base64').replace(/=+$/, '')
    const events = await client.answers({ type: 'input_audio_buffer.append', audio })
    if (events.length > 0) differ('it is refused', ...events)
  }),
  talking('append-odd', 'Appends may cut a sample in two.', buffer, async (client) => {
    await client.configure(listening({ transcription: { model: transcriber } }))
    const { now } = client
    const audio = client.scene.speech.pcm(24_000, 1500)
    for (let from = 0; from < audio.length; from += 4801) client.append(audio.subarray(from, from + 4801))
    await turn(client, now)
    const { transcript } = await heard(client, now)
    if (transcript === '') differ('nothing is heard then')
  }),
  talking('input-g711', 'Speech in G.711 is heard.', 'Session object: audio.input.format', async (client) => {
    await client.configure(listening({ format: { type: 'audio/pcmu' } }))
    const { now } = client
    await client.speak({ rate: 8000, encode: samplesToMulaw, bytesPerSample: 1 })
    await turn(client, now)
  }),
  talking(
    'input-16k',
    'Speech at 16 kHz is heard, where the server takes that rate.',
    'Session object: audio.input.format',
    async (client) => {
      const answer = await client.attempt(listening({ format: { type: 'audio/pcm', rate: 16_000 } }))
      if ('error' in answer || at(answer.session, 'audio.input.format.rate') !== 16_000) return skip('not offered')
      const { now } = client
      await client.speak({ rate: 16_000 })
      await turn(client, now)
    },
  ),
  {
    id: 'transcription-session',
    says: 'A session with intent=transcription hears and never answers.',
    reference: 'Session object: transcription',
    run: async (scene) => {
      const opened = await scene.knock({ query: { intent: 'transcription', model: '' } })
      if (!(opened instanceof Connection)) return skip(`not offered: the handshake is refused with ${opened.status}`)
      const created = await opened.until(
        'session.created',
        ({ type }) => type === 'session.created' || type === 'error',
      )
      if (at(created, 'session.type') !== 'transcription') return skip('not offered: the session is of another type')
      const client = new Talk(opened, scene, created.session as Message)
      await client.configure({ type: 'transcription', audio: { input: { transcription: { model: transcriber } } } })
      const { now } = client
      await client.speak()
      await turn(client, now)
      await heard(client, now)
      const events = await client.answers({ type: 'response.create' })
      if (!events.some(({ type }) => type === 'error')) fail('response.create is not refused', ...events)
      for (const type of typesOf(client.events)) if (type.startsWith('response.')) fail(`${type} came`)
    },
  },
  {
    id: 'session-two',
    says: 'What is heard in one session is not told in another.',
    reference: 'Session object',
    run: async (scene) => {
      const first = await talk(scene)
      await first.configure(listening())
      await first.speak()
      await turn(first, 0)
      await first.connection.close()
      const second = await talk(scene)
      await second.settled()
      if (second.events.length > 2) fail('the new session begins with what is not its own', ...second.events)
    },
  },
]
