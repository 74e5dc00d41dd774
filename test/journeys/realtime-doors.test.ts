/** How one comes in to the Realtime wire, and how it ends: keys in all their forms, client secrets, TLS, time limits. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRealtime, type RealtimeClient } from '../support/realtime-client.ts'
import { testKey } from '../support/server.ts'
import { startTalkingServer } from '../support/talking-server.ts'
import type { Received } from '../support/wire-client.ts'

type Server = Awaited<ReturnType<typeof startTalkingServer>>
const noKey = { headers: {} }
const session = '/api/v1/realtime/session'

/** Opens, sees the first event, closes. */
const firstOf = async (server: Server, options: Parameters<typeof openRealtime>[1]) => {
  const client = await openRealtime(server.socketUrl, options)
  const created = await client.next('session.created')
  const { protocol } = client.socket
  client.socket.close(1000)
  await client.closed
  return { session: created.session as Received, protocol }
}

describe('the door of the Realtime wire', () => {
  let server: Server
  beforeAll(async () => {
    server = await startTalkingServer({}, { PARLEY_LIMITS_SESSIONS_PER_KEY: '3' })
  })
  afterAll(() => server.close())
  const mint = async (path: string, body: unknown, key = testKey) => {
    const response = await fetch(`${server.url}/v1/realtime/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Received }
  }

  it('answers for a model that nobody knows with its own, and tells the name that the client gave', async () => {
    const client = await openRealtime(server.socketUrl, { path: '/v1/realtime?model=nobody-knows-this' })
    const created = await client.next('session.created')
    expect(created.session).toMatchObject({ model: 'nobody-knows-this' })
    expect(await client.ask('Hello.')).toMatchObject({ response: { status: 'completed' } })
    client.socket.close(1000)
    await client.closed
  })

  it('refuses a missing and a wrong key with 401 and a body, before the handshake', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
      const refused = openRealtime(server.socketUrl, { headers: headers as Record<string, string> })
      await expect(refused).rejects.toMatchObject({ status: 401, body: expect.stringContaining('invalid_api_key') })
    }
  })

  it.each([
    ['Bearer', { headers: { authorization: `Bearer ${testKey}` } }, ''],
    ['Basic', { headers: { authorization: `Basic ${testKey}` } }, ''],
    ['api-key', { headers: { 'api-key': testKey } }, ''],
    ['a subprotocol', { ...noKey, subprotocols: ['realtime', `openai-insecure-api-key.${testKey}`] }, 'realtime'],
    ['a subprotocol that comes first', { ...noKey, subprotocols: [`bearer_${testKey}`, 'realtime'] }, 'realtime'],
    ['a Basic subprotocol', { ...noKey, subprotocols: ['realtime', `basic_${testKey}`] }, 'realtime'],
    ['the query', { ...noKey, path: `/v1/realtime?token=${testKey}` }, ''],
    ['a header in the query', { ...noKey, path: `${session}?Authorization=Basic%20${testKey}` }, ''],
    ['its own path without a session key', { path: session }, ''],
    ['its own path as it is documented', { path: `${session}?key=voice-1&protocol=realtime` }, ''],
    [
      'the query, beside a session key',
      { ...noKey, path: `/api/v1/realtime/session?key=voice-1&token=${testKey}` },
      '',
    ],
  ])('takes a key by %s, and answers only what was offered', async (_name, options, protocol) => {
    expect((await firstOf(server, options)).protocol).toBe(protocol)
  })

  it('never answers with the key, also when nothing else was offered', async () => {
    const alone = { ...noKey, subprotocols: [`openai-insecure-api-key.${testKey}`] }
    // A client that offers something must be answered by it, so this one gives up; the key stays its own.
    await expect(openRealtime(server.socketUrl, alone)).rejects.toThrow(/subprotocol/i)
  })

  it('tells the session that was asked for, by dialect', async () => {
    const { session } = await firstOf(server, { path: '/v1/realtime?model=some-model' })
    expect(session).toMatchObject({ type: 'realtime', model: 'some-model', output_modalities: ['audio'] })
    const beta = {
      ...noKey,
      subprotocols: ['realtime', `openai-insecure-api-key.${testKey}`, 'openai-beta.realtime-v1'],
    }
    expect((await firstOf(server, beta)).session).toMatchObject({ modalities: ['audio', 'text'] })
    const inworld = { ...noKey, path: `/v1/realtime?token=${testKey}` }
    expect((await firstOf(server, inworld)).session).toMatchObject({ output_modalities: ['audio', 'text'] })
  })

  it('refuses calls that are not there with 404, and a fourth session with 429', async () => {
    await expect(openRealtime(server.socketUrl, { path: '/v1/realtime?call_id=rtc_1' })).rejects.toMatchObject({
      status: 404,
    })
    const open: RealtimeClient[] = []
    for (let count = 0; count < 3; count++) open.push(await openRealtime(server.socketUrl))
    await expect(openRealtime(server.socketUrl)).rejects.toMatchObject({ status: 429 })
    for (const client of open) {
      client.socket.close(1000)
      await client.closed
    }
  })

  it('mints a secret that opens the pinned session as often as wanted, and nothing else', async () => {
    const session = {
      type: 'realtime',
      model: 'pinned',
      instructions: 'Be brief.',
      audio: { output: { voice: 'ash' } },
    }
    const minted = await mint('client_secrets', { session, expires_after: { anchor: 'created_at', seconds: 60 } })
    expect(minted.status).toBe(200)
    expect(minted.body).toMatchObject({
      value: expect.stringMatching(/^ek_/),
      session: { model: 'pinned', object: 'realtime.session' },
    })
    expect(Number(minted.body.expires_at) - Date.now() / 1000).toBeCloseTo(60, -1)
    const key = String(minted.body.value)
    for (const options of [
      { path: '/v1/realtime', headers: { authorization: `Bearer ${key}` } },
      { ...noKey, subprotocols: ['realtime', `openai-insecure-api-key.${key}`] },
    ]) {
      const { session: opened } = await firstOf(server, options)
      expect(opened).toMatchObject({ model: 'pinned', instructions: 'Be brief.', audio: { output: { voice: 'ash' } } })
    }
    expect((await mint('client_secrets', {}, key)).status).toBe(401)
    const models = await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
    expect(models.status).toBe(401)
  })

  it('refuses secrets that would live too long or pin nonsense', async () => {
    const tooLong = await mint('client_secrets', { expires_after: { anchor: 'created_at', seconds: 7201 } })
    expect(tooLong).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error' } } })
    expect((await mint('client_secrets', { session: { type: 'realtime', tools: 'none' } })).status).toBe(400)
  })

  it('mints for the older dialect by the older paths', async () => {
    const minted = await mint('sessions', { model: 'older', voice: 'ash' })
    expect(minted).toMatchObject({
      status: 200,
      body: { model: 'older', voice: 'ash', client_secret: { value: expect.stringMatching(/^ek_/) } },
    })
    const { value } = minted.body.client_secret as { value: string }
    const { session } = await firstOf(server, { path: '/v1/realtime', headers: { authorization: `Bearer ${value}` } })
    expect(session).toMatchObject({ model: 'older', voice: 'ash', modalities: ['audio', 'text'] })
    const transcription = await mint('transcription_sessions', {})
    expect(transcription.body).toMatchObject({ object: 'realtime.transcription_session' })
  })

  it('gives session tokens that open the dialect of Inworld', async () => {
    for (const path of ['v1/sessionTokens/token:generate', 'auth/v1/tokens/token:generate']) {
      const headers = { authorization: `Basic ${testKey}` }
      const answered = await fetch(`${server.url}/${path}`, { method: 'POST', headers })
      const { token, type } = (await answered.json()) as Received
      expect(type).toBe('Bearer')
      const { session } = await firstOf(server, { ...noKey, path: `/v1/realtime?token=${token}` })
      expect(session).toMatchObject({ output_modalities: ['audio', 'text'] })
      const refused = await fetch(`${server.url}/${path}`, { method: 'POST' })
      expect(refused.status).toBe(401)
      expect(await refused.json()).toMatchObject({ code: 16, message: expect.any(String) })
    }
  })

  describe('one-time tokens', () => {
    const ask = (body: object, key = testKey) =>
      fetch(`${server.url}/auth/v1/tokens`, {
        method: 'POST',
        headers: { authorization: `Basic ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const tokenFor = async (body: object): Promise<string> =>
      String(((await (await ask(body)).json()) as Received).accessToken)
    const voices = async (token: string) =>
      (await fetch(`${server.url}/voices/v1/voices`, { headers: { authorization: `Bearer ${token}` } })).status

    it('are minted with a name, a time and the reference of the client', async () => {
      const answered = await ask({ single_use: true, ttl: '300s', client_reference_id: 'user-7' })
      expect(answered.status).toBe(200)
      const body = (await answered.json()) as Received
      expect(body).toMatchObject({
        name: expect.stringMatching(/^tokens\//),
        accessToken: expect.stringMatching(/^ot_/),
        singleUse: true,
        clientReferenceId: 'user-7',
      })
      expect(new Date(String(body.expireTime)).getTime() / 1000).toBeCloseTo(Date.now() / 1000 + 300, -1)
      expect(String(body.name)).not.toContain(String(body.accessToken))
    })

    it('open a route once, a socket once, and more doors where they are not for one use', async () => {
      const once = await tokenFor({ single_use: true })
      expect([await voices(once), await voices(once)]).toEqual([200, 403])
      const socket = await tokenFor({})
      const options = {
        path: '/stt/v1/transcribe:streamBidirectional',
        headers: {},
        subprotocols: ['x', `bearer_${socket}`],
      }
      const client = await openRealtime(server.socketUrl, options)
      client.socket.close(1000)
      await client.closed
      await expect(openRealtime(server.socketUrl, options)).rejects.toMatchObject({ status: 403 })
      const often = await tokenFor({ singleUse: false, ttl: 60 })
      expect([await voices(often), await voices(often)]).toEqual([200, 200])
    })

    it('open no Realtime session and mint nothing, and are not spent by trying', async () => {
      const token = await tokenFor({ single_use: true })
      for (const path of ['/v1/realtime', session])
        await expect(
          openRealtime(server.socketUrl, { path, headers: { authorization: `Bearer ${token}` } }),
        ).rejects.toMatchObject({
          status: 401,
          body: expect.stringContaining('does not open this door'),
        })
      expect((await ask({}, token)).status).toBe(403)
      expect((await mint('client_secrets', {}, token)).status).toBe(401)
      expect(await voices(token)).toBe(200)
    })

    it.each([{ ttl: '3601s' }, { ttl: '0s' }, { ttl: 'soon' }, { single_use: 'yes' }, { client_reference_id: 7 }])(
      'are refused with the field at fault: %j',
      async (body) => {
        const answered = await ask(body)
        expect(answered.status).toBe(400)
        expect(await answered.json()).toMatchObject({
          code: 3,
          message: expect.stringContaining(Object.keys(body)[0]!),
        })
      },
    )
  })

  it('lists no ICE servers', async () => {
    const response = await fetch(`${server.url}/v1/realtime/ice-servers`, {
      headers: { authorization: `Bearer ${testKey}` },
    })
    expect(await response.json()).toEqual({ ice_servers: [] })
  })
})

it('a session that has lasted as long as it may says so and closes', async () => {
  const server = await startTalkingServer({}, { PARLEY_REALTIME_SESSION_MINUTES: '0.005' })
  const client = await openRealtime(server.socketUrl)
  expect((await client.next('error')).error).toMatchObject({ code: 'session_expired' })
  expect((await client.closed).code).toBe(1001)
  await server.close()
})

it('a quiet session ends at once when the server closes, without waiting for the grace', async () => {
  const server = await startTalkingServer({}, { PARLEY_SHUTDOWN_GRACE_MS: '60000' })
  const client = await openRealtime(server.socketUrl)
  await client.next('session.created')
  await server.close()
  expect((await client.closed).code).toBe(1001)
})

describe('TLS with a certificate made here', () => {
  let server: Server
  beforeAll(async () => {
    server = await startTalkingServer({}, { PARLEY_TLS_SELF_SIGNED: 'true' })
  })
  afterAll(() => server.close())

  it('serves wss to a client that trusts the file, and to no other', async () => {
    expect(server.url).toMatch(/^https:/)
    expect(server.socketUrl).toMatch(/^wss:/)
    const ca = readFileSync(server.tls!.caFile!)
    const { session } = await firstOf(server, { socket: { ca } })
    expect(session).toMatchObject({ type: 'realtime' })
    await expect(openRealtime(server.socketUrl)).rejects.toThrow(/self.signed/i)
  })
})
