import { describe, expect, it } from 'vitest'
import { iceServersAnswer, readClientSecret, readOlderSession, type SecretCall, secretAnswer } from './http.ts'

const secret = { value: 'ek_1', expiresAt: 1_760_000_600_500 }
const identity = { id: 'sess_1', model: 'usual', expiresAt: 1_760_003_600_000 }
const answered = (call: SecretCall) => {
  const { status, headers, body } = secretAnswer(call, secret, identity)
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('application/json')
  return JSON.parse(body)
}
const wanted = (body: unknown) => readClientSecret(JSON.stringify(body))

describe('a secret', () => {
  it('opens the server’s own session for 10 minutes when nothing is said', () => {
    for (const text of ['', ' ', '{}']) {
      const call = readClientSecret(text)
      expect(call).toEqual({ dialect: 'openai', transcriptionOnly: false, ttlSeconds: 600, model: '', session: {} })
      expect(answered(call)).toMatchObject({
        value: 'ek_1',
        expires_at: 1_760_000_600,
        session: {
          type: 'realtime',
          object: 'realtime.session',
          id: 'sess_1',
          model: 'usual',
          expires_at: 1_760_003_600,
        },
      })
    }
  })

  it('pins the session that was asked for', () => {
    const session = {
      type: 'realtime',
      model: 'gpt-realtime',
      instructions: 'Be brief.',
      audio: { output: { voice: 'marin' } },
      tools: [{ type: 'function', name: 'f' }],
    }
    const call = wanted({ expires_after: { anchor: 'created_at', seconds: 60 }, session })
    expect(call).toMatchObject({ ttlSeconds: 60, model: 'gpt-realtime', session })
    expect(answered(call).session).toMatchObject(session)
  })

  it('opens a session that only hears', () => {
    const call = wanted({
      session: { type: 'transcription', audio: { input: { transcription: { model: 'whisper-1', language: 'en' } } } },
    })
    expect(call.transcriptionOnly).toBe(true)
    const { session } = answered(call)
    expect(session).toMatchObject({
      type: 'transcription',
      audio: { input: { transcription: { model: 'whisper-1', language: 'en' } } },
    })
    expect(session).not.toHaveProperty('model')
  })

  it.each([
    ['[]', undefined],
    ['{', undefined],
    [`{"session":${'{"a":'.repeat(199)}1${'}'.repeat(199)}}`, undefined],
    ['{"session":7}', 'session'],
    ['{"session":{"type":"translation"}}', 'session.type'],
    ['{"session":{"audio":{"input":{"turn_detection":{"type":"ear"}}}}}', 'session.audio.input.turn_detection.type'],
    ['{"expires_after":{"seconds":5}}', 'expires_after.seconds'],
    ['{"expires_after":{"seconds":7201}}', 'expires_after.seconds'],
    ['{"expires_after":{"seconds":"60"}}', 'expires_after.seconds'],
  ])('is refused where the request makes no sense: %s', (text, param) => {
    expect(() => readClientSecret(text)).toThrow(expect.objectContaining({ code: 'invalid_request', param }))
  })
})

describe('an older session', () => {
  it('is flat, both ways, with its secret in it', () => {
    const session = {
      model: 'gpt-4o-realtime-preview',
      modalities: ['text'],
      voice: 'verse',
      input_audio_format: 'g711_ulaw',
    }
    const call = readOlderSession(JSON.stringify(session), false)
    expect(call).toEqual({ dialect: 'beta', transcriptionOnly: false, ttlSeconds: 600, model: session.model, session })
    const body = answered(call)
    expect(body).toMatchObject({ ...session, client_secret: { value: 'ek_1', expires_at: 1_760_000_600 } })
    expect(body).not.toHaveProperty('value')
  })

  it('may say how long its secret lives', () => {
    const expiring = { client_secret: { expires_after: { anchor: 'created_at', seconds: 30 } } }
    const call = readOlderSession(JSON.stringify(expiring), false)
    expect(call).toMatchObject({ ttlSeconds: 30, session: {} })
  })

  it('may only hear', () => {
    const call = readOlderSession('{"input_audio_transcription":{"model":"gpt-4o-transcribe"}}', true)
    expect(answered(call)).toMatchObject({
      object: 'realtime.transcription_session',
      input_audio_transcription: { model: 'gpt-4o-transcribe' },
      client_secret: { value: 'ek_1' },
    })
  })
})

it('ways to this server are listed', () => {
  const servers = [{ urls: ['stun:localhost:3478'] }]
  expect(JSON.parse(iceServersAnswer(servers).body)).toEqual({ ice_servers: servers })
})
