/** What users of voice agents complain of, tried on a whole server over real sockets: reconnects, order, tools, memory. */
import { describe, expect, it, vi } from 'vitest'
import type { GenerationEvent, Message } from '../../../src/engines/language-model.ts'
import { openRealtime, type RealtimeClient } from '../../support/realtime-client.ts'
import { scriptedTalk, sound } from '../../support/scripted-talk.ts'
import { testKey } from '../../support/server.ts'
import type { Step } from '../../support/talking.ts'
import { startTalkingServer } from '../../support/talking-server.ts'
import { openClient, type Received } from '../../support/wire-client.ts'

const talk = scriptedTalk({ PARLEY_PING_EVERY_MS: '300' })
const { open, given } = talk
/** A client of a model that says these, one answer after the other. */
const says = async (...scripts: readonly (readonly Step[])[]): Promise<RealtimeClient> => {
  talk.says(...scripts)
  return open()
}
const statusOf = (done: Received): string => (done.response as { readonly status: string }).status
const count = (client: RealtimeClient, type: string): number => client.types().filter((one) => one === type).length
const textOf = (message: Message | undefined): string =>
  message && 'parts' in message ? message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('') : ''

describe('D: connections and limits', () => {
  it('pings go both ways, and a caller who says nothing is not closed', async () => {
    const client = await open()
    let pings = 0
    await new Promise<void>((resolve) => {
      client.socket.on('ping', () => {
        pings += 1
        if (pings === 2) resolve()
      })
    })
    const answered = new Promise((resolve) => client.socket.once('pong', resolve))
    client.socket.ping()
    await answered
    expect(statusOf(await client.ask('Are you there?'))).toBe('completed')
  })

  it('a secret that expires does not end the session that it opened', async () => {
    const minted = await fetch(`${talk.server.url}/v1/realtime/client_secrets`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testKey}` },
    })
    const { value } = (await minted.json()) as { readonly value: string }
    const headers = { authorization: `Bearer ${value}` }
    const client = await open({ headers })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3 * 3_600_000 })
    try {
      expect(statusOf(await client.ask('Hello?'))).toBe('completed')
      await expect(open({ headers })).rejects.toMatchObject({ status: 401 })
    } finally {
      vi.useRealTimers()
    }
  })

  it('a session says at its beginning when it ends, and why before it closes', async () => {
    const short = await startTalkingServer({}, { PARLEY_REALTIME_SESSION_MINUTES: '0.001' })
    try {
      const client = await openRealtime(short.socketUrl, { path: '/v1/realtime?model=fake/script' })
      const { code } = await client.closed
      expect(code).toBe(1001)
      const [created, ...rest] = client.received
      expect((created!.session as Received).expires_at).toEqual(expect.any(Number))
      expect(rest.at(-1)).toMatchObject({ type: 'error', error: { code: 'session_expired' } })
    } finally {
      await short.close()
    }
  })
})

describe('E: order and compatibility', () => {
  it('an answer is told to have begun at once, however slow the model is', async () => {
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const client = await says([held, 'At last.'])
    client.send({ type: 'response.create' })
    await client.next('response.created')
    expect(client.types()).not.toContain('response.output_item.added')
    release()
    expect(statusOf(await client.next('response.done'))).toBe('completed')
  })

  it('asking twice for an answer harms neither', async () => {
    const client = await open()
    client.send({ type: 'response.create' })
    client.send({ type: 'response.create', event_id: 'again' })
    const { error } = await client.next('error')
    expect(error).toMatchObject({ code: 'conversation_already_has_active_response', event_id: 'again' })
    expect(statusOf(await client.next('response.done'))).toBe('completed')
    expect(count(client, 'response.created')).toBe(1)
  })

  it('a transcription session begins as one and never answers, though it is asked to', async () => {
    const client = await open({ path: '/v1/realtime?intent=transcription' })
    expect((await client.next('session.created')).session).toMatchObject({ type: 'transcription' })
    await client.speak(sound(900, 1000))
    await client.next('conversation.item.input_audio_transcription.completed')
    client.send({ type: 'response.create' })
    await client.next('error')
    expect(client.types().some((type) => type.startsWith('response.'))).toBe(false)
  })

  it('a new item has the names of the dialect that the client speaks, and no other', async () => {
    const now = await open()
    const before = await open({ headers: { authorization: `Bearer ${testKey}`, 'openai-beta': 'realtime=v1' } })
    for (const client of [now, before]) await client.ask('Hello?')
    const names = (client: RealtimeClient) =>
      [...new Set(client.types())].filter((type) => /^conversation\.item\.(created|added|done)$/.test(type))
    expect(names(now)).toEqual(['conversation.item.added', 'conversation.item.done'])
    expect(names(before)).toEqual(['conversation.item.created'])
  })
})

describe('F: tools and interruption', () => {
  const call: GenerationEvent = { type: 'tool-call', callId: 'call_1', name: 'book_flight', arguments: '{}' }
  const tools = [{ type: 'function', name: 'book_flight', description: 'Books.', parameters: { type: 'object' } }]
  const calls = (messages: readonly Message[]): number => messages.filter(({ role }) => role === 'tool-call').length
  const sendResult = (client: RealtimeClient, output: string): void =>
    client.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_1', output } })

  it('a call that was interrupted is not run twice, and its result is not lost', async () => {
    const client = await says([call], ['One moment.'], ['It is booked.'])
    await client.configure({ tools })
    await client.ask('Book the flight.')
    // The user speaks before the tool has answered; the model is told that the call is at work.
    let after = client.received.length
    await client.speak(sound(900, 1000))
    expect(statusOf(await client.next('response.done', after))).toBe('completed')
    expect(calls(given())).toBe(1)
    expect(given().find(({ role }) => role === 'tool-result')).toMatchObject({ isPending: true })
    after = client.received.length
    sendResult(client, 'Flight 7 is booked.')
    client.send({ type: 'response.create' })
    await client.next('response.done', after)
    expect(calls(given())).toBe(1)
    expect(given().filter(({ role }) => role === 'tool-result')).toMatchObject([{ output: 'Flight 7 is booked.' }])
    expect(count(client, 'response.function_call_arguments.done')).toBe(1)
  })

  it('a call has one result: a second one is refused', async () => {
    const client = await says([call], ['It is booked.'])
    await client.configure({ tools })
    await client.ask('Book the flight.')
    sendResult(client, 'Flight 7.')
    sendResult(client, 'Flight 8.')
    expect((await client.next('error')).error).toMatchObject({ message: expect.stringContaining('call_1') })
    await client.ask('And?')
    expect(given().filter(({ role }) => role === 'tool-result')).toMatchObject([{ output: 'Flight 7.' }])
  })

  it('a call that nobody answers does not stop the conversation', async () => {
    const client = await says([call], ['Let us speak of the weather.'])
    await client.configure({ tools })
    await client.ask('Book the flight.')
    expect(statusOf(await client.ask('How is the weather?'))).toBe('completed')
    expect(given().map(({ role }) => role)).toEqual(['user', 'tool-call', 'tool-result', 'user'])
  })

  it('a call that the interruption came before is never made', async () => {
    const client = await says(['I will look at all the flights there are. ', new Promise(() => {}), call], ['Yes?'])
    await client.configure({ tools })
    const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Book.' }] }
    client.send({ type: 'conversation.item.create', item })
    client.send({ type: 'response.create' })
    await client.next('response.output_audio.delta')
    client.send({ type: 'response.cancel' })
    expect(statusOf(await client.next('response.done'))).toBe('cancelled')
    await client.ask('Wait.')
    expect(calls(given())).toBe(0)
    expect(count(client, 'response.function_call_arguments.done')).toBe(0)
  })
})

describe('G: what was heard, and what is remembered', () => {
  it('what the user did not hear is not remembered', async () => {
    const client = await says(['One two three four five six.'], ['Yes.'])
    const done = await client.ask('Count.')
    const [said] = (done.response as { readonly output: readonly { readonly id: string }[] }).output
    // The voice takes 50 ms for each character.
    client.send({ type: 'conversation.item.truncate', item_id: said!.id, content_index: 0, audio_end_ms: 400 })
    await client.ask('Where were you?')
    expect(textOf(given().find(({ role }) => role === 'assistant'))).toBe('One two')
  })

  it('a reply that is stopped is silent at once', async () => {
    const client = await says(['This goes on and on. '.repeat(40)], ['Yes.'])
    client.send({ type: 'response.create' })
    await client.next('response.output_audio.delta')
    client.send({ type: 'response.cancel' })
    const done = await client.next('response.done')
    const { id } = done.response as { readonly id: string }
    await client.ask('Thank you.')
    const late = client.received.slice(client.received.indexOf(done) + 1)
    expect(late.filter(({ response_id }) => response_id === id)).toEqual([])
  })

  it('interruptions in a row do not use up the contexts of a speech socket', async () => {
    const headers = { authorization: `Basic ${testKey}` }
    const client = await openClient(`${talk.server.socketUrl}/tts/v1/voice:streamBidirectional`, { headers })
    const create = { voiceId: 'a', modelId: 'b', audioConfig: { audioEncoding: 'PCM', sampleRateHertz: 16_000 } }
    for (let at = 0; at < 8; at += 1) {
      const contextId = `turn-${at}`
      client.send({ contextId, create })
      client.send({ contextId, send_text: { text: 'This goes on and on. '.repeat(60), flush_context: {} } })
      await client.until(
        ({ result }) => (result as Received)?.contextId === contextId && 'audioChunk' in (result as object),
      )
      client.send({ contextId, close_context: {} })
      client.send({ contextId, close_context: {} })
    }
    await client.until(
      ({ result }) => (result as Received)?.contextId === 'turn-7' && 'contextClosed' in (result as object),
    )
    client.socket.terminate()
    const codes = client.received.map(({ result }) => ((result as Received).status as { readonly code: number }).code)
    expect(new Set(codes)).toEqual(new Set([0]))
  })
})
