/** Conversations over a real socket with the real recognizer, the embedded agent and an embedded voice. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { samplesToMulaw } from '../../src/audio/g711.ts'
import { pcm16ToSamples } from '../../src/audio/pcm.ts'
import { clip } from '../support/clips.ts'
import { needs, pocketsphinx, recordings } from '../support/needs.ts'
import { openRealtime, type RealtimeClient, realtimeRate, spokenClip } from '../support/realtime-client.ts'
import { startServer, testKey } from '../support/server.ts'
import type { Received } from '../support/wire-client.ts'
import { wordErrorRate } from '../support/words.ts'

const spoken = 'goforward'

interface Response {
  readonly id: string
  readonly status: string
  readonly status_details: unknown
  readonly output: readonly Received[]
  readonly metadata: unknown
  readonly conversation_id: string | null
}
const responseOf = (done: Received): Response => done.response as Response
const textsOf = ({ output }: Response): string =>
  output
    .flatMap(({ content }) => (content as Received[] | undefined) ?? [])
    .map(({ text, transcript }) => String(text ?? transcript))
    .join(' ')
const belongsTo = (id: string) => (event: Received) =>
  event.response_id === id || (event.response as Received | undefined)?.id === id
const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'Tells the weather in a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
/** Without what comes in any number. */
const shape = (types: readonly string[]): readonly string[] =>
  types.filter((type, at) => !(type.endsWith('.delta') && types[at - 1]?.endsWith('.delta')))

describe('a Realtime conversation', () => {
  needs(pocketsphinx, recordings)
  let server: Awaited<ReturnType<typeof startServer>>
  let client: RealtimeClient
  beforeAll(async () => {
    server = await startServer()
    await server.ready
  })
  afterAll(() => server.close())
  afterEach(() => client?.socket.terminate())
  const open = async (options: Parameters<typeof openRealtime>[1] = {}): Promise<RealtimeClient> => {
    client = await openRealtime(server.socketUrl, options)
    return client
  }

  it('answers text with text, in the order of the wire', async () => {
    await open()
    const done = await client.ask('Hello!', { output_modalities: ['text'], metadata: { mine: 'yes' } })
    expect(responseOf(done)).toMatchObject({ status: 'completed', metadata: { mine: 'yes' } })
    expect(shape(client.types())).toEqual([
      'session.created',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'conversation.item.done',
      'response.done',
    ])
    expect(new Set(client.received.map(({ event_id }) => event_id)).size).toBe(client.received.length)
  })

  it('answers speech with speech: its words, then audio that says what its captions say', async () => {
    await open()
    await client.configure({ audio: { input: { transcription: { model: 'whisper-1' } } } })
    await client.speak(await spokenClip(spoken))
    const heard = await client.next('conversation.item.input_audio_transcription.completed')
    expect(wordErrorRate(clip(spoken).text, String(heard.transcript).toLowerCase())).toBeLessThan(0.6)
    const response = responseOf(await client.next('response.done'))
    expect(response.status).toBe('completed')
    const audio = client.audioOf(response.id)
    // Speech takes about a fifteenth of a second for each letter.
    expect(audio.length / realtimeRate).toBeGreaterThan(textsOf(response).length / 40)
    expect(audio.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)).toBeGreaterThan(0.05)
    expect(client.types().filter((type) => type.startsWith('input_audio_buffer.'))).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
    ])
    const started = await client.next('input_audio_buffer.speech_started')
    expect(heard.item_id).toBe(started.item_id)
  })

  it('stops a reply when the user speaks over it, says nothing more of it, and answers the new turn', async () => {
    await open()
    const speech = await spokenClip(spoken)
    const item = {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'Tell me a story of 400 words.' }],
    }
    client.send({ type: 'conversation.item.create', item })
    client.send({ type: 'response.create' })
    await client.next('response.output_audio.delta')
    await client.speak(speech)
    const done = await client.next('response.done')
    const cut = responseOf(done)
    expect(cut).toMatchObject({ status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' } })
    const after = client.received.indexOf(done) + 1
    const said = cut.output[0] as { id: string; status: string; content: { transcript: string }[] }
    expect(said.status).toBe('incomplete')
    client.send({ type: 'conversation.item.truncate', item_id: said.id, content_index: 0, audio_end_ms: 700 })
    expect(await client.next('conversation.item.truncated')).toMatchObject({ item_id: said.id, audio_end_ms: 700 })
    client.send({ type: 'conversation.item.retrieve', item_id: said.id })
    const [part] = (
      (await client.next('conversation.item.retrieved')).item as { content: { audio: string; transcript: string }[] }
    ).content
    expect(pcm16ToSamples(Buffer.from(part!.audio, 'base64')).length / realtimeRate).toBeCloseTo(0.7, 2)
    expect(said.content[0]!.transcript.startsWith(part!.transcript)).toBe(true)
    const second = responseOf(await client.next('response.done', after))
    expect(second.status).toBe('completed')
    expect(client.received.slice(after).filter(belongsTo(cut.id))).toEqual([])
  })

  it('waits for the client to end a turn where it wants that, and answers only when asked', async () => {
    await open()
    await client.configure({ audio: { input: { turn_detection: null, transcription: { model: 'x' } } } })
    await client.speak(await spokenClip(spoken, 0))
    client.send({ type: 'input_audio_buffer.commit' })
    const heard = await client.next('conversation.item.input_audio_transcription.completed')
    expect(wordErrorRate(clip(spoken).text, String(heard.transcript).toLowerCase())).toBeLessThan(0.6)
    expect(client.types().some((type) => /^response\.|speech_/.test(type))).toBe(false)
    client.send({ type: 'input_audio_buffer.commit' })
    expect((await client.next('error')).error).toMatchObject({ code: 'input_audio_buffer_commit_empty' })
    client.send({ type: 'response.create', response: { output_modalities: ['text'] } })
    expect(responseOf(await client.next('response.done')).status).toBe('completed')
  })

  it('only listens in a transcription session, here to G.711', async () => {
    await open({ path: '/v1/realtime?intent=transcription' })
    expect((await client.next('session.created')).session).toMatchObject({ type: 'transcription' })
    const format = { type: 'audio/pcmu' }
    await client.configure({ type: 'transcription', audio: { input: { format } } })
    const pcm = pcm16ToSamples(await spokenClip(spoken, 1000, 8000))
    client.send({ type: 'input_audio_buffer.append', audio: Buffer.from(samplesToMulaw(pcm)).toString('base64') })
    const heard = await client.next('conversation.item.input_audio_transcription.completed')
    expect(String(heard.transcript)).not.toBe('')
    const deltas = client.received.filter(({ type }) => type === 'conversation.item.input_audio_transcription.delta')
    expect(deltas.map(({ delta }) => delta).join('')).toBe(heard.transcript)
    client.send({ type: 'response.create', event_id: 'mine' })
    expect((await client.next('error')).error).toMatchObject({ type: 'invalid_request_error', event_id: 'mine' })
  })

  it('calls the tool of the client, and speaks its result', async () => {
    await open()
    await client.configure({ tools: [weather], output_modalities: ['text'] })
    const first = responseOf(await client.ask('What is the weather in Pune?'))
    const [call] = first.output as { type: string; call_id: string; name: string; arguments: string; status: string }[]
    expect(call).toMatchObject({ type: 'function_call', name: 'get_weather', status: 'completed' })
    expect(JSON.parse(call!.arguments)).toEqual({ city: 'Pune' })
    const after = client.received.length
    const output = JSON.stringify({ temperature: 31, sky: 'clear' })
    client.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: call!.call_id, output },
    })
    client.send({ type: 'response.create' })
    expect(textsOf(responseOf(await client.next('response.done', after)))).toMatch(/31/)
  })

  it('answers beside the conversation without a trace in it', async () => {
    await open()
    const input = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is 6 times 7?' }] }]
    const wish = { conversation: 'none', output_modalities: ['text'], input, metadata: { topic: 'sum' } }
    client.send({ type: 'response.create', response: wish })
    const response = responseOf(await client.next('response.done'))
    expect(response).toMatchObject({ status: 'completed', conversation_id: null, metadata: { topic: 'sum' } })
    expect(textsOf(response)).toMatch(/42|forty.two/i)
    expect(client.types().some((type) => type.startsWith('conversation.item'))).toBe(false)
  })

  it('speaks the older dialect to clients that ask for it, and only that', async () => {
    await open({ headers: { authorization: `Bearer ${testKey}`, 'openai-beta': 'realtime=v1' } })
    expect((await client.next('session.created')).session).toMatchObject({
      modalities: ['audio', 'text'],
      voice: 'alloy',
    })
    client.send({ type: 'session.update', session: { modalities: ['text'] } })
    const done = await client.ask('Hello!')
    expect(responseOf(done).status).toBe('completed')
    const types = new Set(client.types())
    for (const type of ['conversation.item.created', 'response.text.delta', 'response.text.done'])
      expect(types).toContain(type)
    for (const type of types) expect(type).not.toMatch(/output_text|output_audio|conversation\.item\.(added|done)/)
  })

  it('speaks the dialect of Inworld on its path, and answers tool results unasked', async () => {
    const authorization = `Basic ${testKey}`
    await open({ path: '/api/v1/realtime/session?key=voice-1&protocol=realtime', headers: { authorization } })
    expect((await client.next('session.created')).session).toMatchObject({ output_modalities: ['audio', 'text'] })
    client.send({
      type: 'session.update',
      session: { tools: [weather], output_modalities: ['text'], providerData: { user_id: 'u' } },
    })
    expect((await client.next('session.updated')).session).toMatchObject({ providerData: { user_id: 'u' } })
    const first = responseOf(await client.ask('What is the weather in Pune?'))
    const after = client.received.length
    const item = {
      type: 'function_call_output',
      call_id: (first.output[0] as Received).call_id,
      output: '{"temperature":31}',
    }
    client.send({ type: 'conversation.item.create', item })
    expect(textsOf(responseOf(await client.next('response.done', after)))).toMatch(/31/)
  })
})
