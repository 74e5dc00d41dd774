/** Calls over WebRTC with engines that do no thinking, from a peer of another stack. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, type CallOptions, call, toneOf } from '../support/caller.ts'
import { openRealtime } from '../support/realtime-client.ts'
import { testKey } from '../support/server.ts'
import { scriptedModel, toneVoice } from '../support/talking.ts'
import { startTalkingServer } from '../support/talking-server.ts'
import type { Received } from '../support/wire-client.ts'

const model = scriptedModel(
  [{ type: 'tool-call', callId: 'call_1', name: 'get_weather', arguments: '{"city":"Oslo"}' }],
  ['Rain.'],
  ['This answer takes as long as anyone likes to listen to it, and then goes on for quite a while.'],
)
const weather = { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }
const typesOf = (received: readonly Received[]): readonly unknown[] => received.map(({ type }) => type)
const errorIn = async (response: Response): Promise<string> =>
  ((await response.json()) as { error: { message: string } }).error.message

let server: Awaited<ReturnType<typeof startTalkingServer>>
const closing: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  server = await startTalkingServer(
    { model, voice: toneVoice({ hertz: 400 }) },
    {
      PARLEY_LIMITS_SESSIONS_PER_KEY: '2',
      // Caller and voice are tones, and one tone may well be taken for the echo of another.
      PARLEY_REALTIME_ECHO_GUARD: 'off',
      PARLEY_WEBRTC_ICE_SERVERS: '[{"urls":"turn:turn.example","username":"u","credential":"c"}]',
    },
  )
  await server.ready
})
afterAll(() => server.close())
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const dial = async (options: CallOptions = {}): Promise<Caller> => {
  const caller = await call(server.url, options)
  closing.push(async () => {
    await post(`calls/${caller.callId}/hangup`).catch(() => {})
    await caller.close()
  })
  return caller
}
const post = (path: string, body = '', headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/v1/realtime/${path}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/sdp', ...headers },
  })

describe('a call', () => {
  it('calls a tool, hears speech, answers aloud, is interrupted to the sample, and is hung up', async () => {
    const caller = await dial({ withoutCandidates: true })
    await caller.next('session.created')
    caller.send({ type: 'session.update', session: { type: 'realtime', tools: [weather] } })
    caller.send({ type: 'response.create' })
    const called = await caller.next('response.function_call_arguments.done')
    expect(called).toMatchObject({ name: 'get_weather', arguments: '{"city":"Oslo"}' })
    const output = { type: 'function_call_output', call_id: called.call_id, output: 'rain' }
    caller.send({ type: 'conversation.item.create', item: output })
    caller.send({ type: 'response.create' })
    await caller.next('output_audio_buffer.stopped')
    await caller.hears(() => caller.loud >= 12)
    expect(typesOf(caller.received)).not.toContain('response.output_audio.delta')

    const asked = caller.received.length
    await caller.speak(toneOf(500))
    caller.keepQuiet()
    await caller.next('output_audio_buffer.started', asked)
    const before = caller.loud
    await caller.hears(() => caller.loud > before + 25)
    await caller.speak(toneOf(400))
    caller.keepQuiet()
    const truncated = await caller.next('conversation.item.truncated', asked)
    // What the server counts is what came out of the track, but for what was under way.
    expect(Math.abs(Number(truncated.audio_end_ms) - (caller.loud - before) * 20)).toBeLessThan(250)
    const told = typesOf(caller.received.slice(asked))
    expect(told).toContain('output_audio_buffer.cleared')
    expect(told).not.toContain('output_audio_buffer.stopped')

    expect((await post(`calls/${caller.callId}/hangup`)).status).toBe(200)
    expect((await post(`calls/${caller.callId}/hangup`)).status).toBe(404)
  })

  it('drops what has not been heard when it is told to, and leaves out what is too large for a message', async () => {
    const caller = await dial()
    caller.send({ type: 'response.create' })
    const { item } = (await caller.next('conversation.item.added')) as { item: { id: string } }
    await caller.hears(() => caller.loud > 10)
    caller.send({ type: 'output_audio_buffer.clear' })
    await caller.next('output_audio_buffer.cleared')
    const { audio_end_ms: heardMs } = await caller.next('conversation.item.truncated')
    expect(Number(heardMs)).toBeLessThan(3000)

    caller.send({ type: 'conversation.item.retrieve', item_id: item.id })
    expect(await caller.next('conversation.item.retrieved')).toMatchObject({ item: { id: item.id } })
    caller.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief. '.repeat(7000) } })
    expect(await caller.next('error')).toMatchObject({ error: { message: expect.stringContaining('session.updated') } })
  })

  it('is joined by a socket, which is told what it asks for, and errors only to whom they concern', async () => {
    const session = { type: 'realtime', instructions: 'Be brief.' }
    const caller = await dial({
      path: '/v1/realtime/calls',
      request: (sdp) => {
        const body = new FormData()
        body.set('sdp', sdp)
        body.set('session', JSON.stringify(session))
        return { headers: {}, body }
      },
    })
    expect(caller.callId).toMatch(/^rtc_\w+$/)
    const beside = await openRealtime(server.socketUrl, { path: `/v1/realtime?call_id=${caller.callId}` })
    expect(await beside.next('session.created')).toMatchObject({ session: { instructions: 'Be brief.' } })
    beside.send({ type: 'nonsense', event_id: 'mine' })
    expect(await beside.next('error')).toMatchObject({ error: { event_id: 'mine' } })
    beside.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be kind.' } })
    expect(await caller.next('session.updated')).toMatchObject({ session: { instructions: 'Be kind.' } })
    caller.send({ type: 'nonsense', event_id: 'theirs' })
    expect(await caller.next('error')).toMatchObject({ error: { event_id: 'theirs' } })
    expect(typesOf(beside.received).filter((type) => type === 'error')).toHaveLength(1)
    await post(`calls/${caller.callId}/hangup`)
    expect((await beside.closed).code).toBe(1000)
  })

  it('takes an offer in JSON with a client secret, and answers in JSON and the dialect of the secret', async () => {
    const minted = await post('client_secrets', JSON.stringify({ session: { type: 'realtime', instructions: 'Hum.' } }))
    const { value } = (await minted.json()) as { value: string }
    const caller = await dial({
      path: '/v1/realtime/calls',
      key: value,
      request: (sdp) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sdp }) }),
    })
    const created = await caller.next('session.created')
    expect(created.session).toMatchObject({ instructions: 'Hum.' })
    expect(created.session).not.toHaveProperty('providerData')
  })
})

it('callers are told when the server goes, and their calls end with it', async () => {
  const closing = await startTalkingServer({ model, voice: toneVoice({ hertz: 400 }) })
  await closing.ready
  const caller = await call(closing.url)
  await caller.next('session.created')
  await Promise.all([closing.close(), caller.next('error')])
  expect(caller.received.at(-1)).toMatchObject({ error: { message: expect.stringContaining('shutting down') } })
  await caller.close()
})

describe('the door for calls', () => {
  it('says what is wrong with an offer, as OpenAI would', async () => {
    const bad = await post('calls', 'hello')
    expect(bad.status).toBe(400)
    expect(await errorIn(bad)).toContain('session description')
    expect((await post('calls', '{"sdp":1}', { 'content-type': 'application/json' })).status).toBe(400)
    expect((await post('calls', 'v=0', { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await post('calls/rtc_none/hangup')).status).toBe(404)
    expect(
      (await post('calls', 'v=0\r\na=fingerprint:x\r\nm=application 9 DTLS/SCTP webrtc-datachannel\r\n')).status,
    ).toBe(400)
  })

  it('lets pages of any origin in, and shows them where the call is', async () => {
    const url = `${server.url}/v1/realtime/calls`
    const asked = 'authorization,content-type,x-openai-agents-sdk'
    const headers = { origin: 'https://page.example', 'access-control-request-method': 'POST' }
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: { ...headers, 'access-control-request-headers': asked },
    })
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-openai-agents-sdk')
    const answer = await fetch(url, { method: 'POST', headers: { origin: headers.origin } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-expose-headers')).toContain('Location')
  })

  it('tells the servers of the settings, and counts a call among the conversations of its key', async () => {
    const listed = await fetch(`${server.url}/v1/realtime/ice-servers`, {
      headers: { authorization: `Bearer ${testKey}` },
    })
    expect(await listed.json()).toEqual({
      ice_servers: [{ urls: 'turn:turn.example', username: 'u', credential: 'c' }],
    })
    await Promise.all([dial(), dial()])
    await expect(dial()).rejects.toThrow(/^429 /)
  })
})
