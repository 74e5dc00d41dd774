import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { final, profiled } from '../../../test/support/heard.ts'
import { VoiceError } from '../../errors.ts'
import { gather } from '../hearing.ts'
import {
  inworldError,
  maxTranscribeAudioBytes,
  maxTranscribeBodyBytes,
  missingCredential,
  readTranscribe,
  statusAnswer,
  transcribeBody,
  unimplemented,
  unknownCredential,
  unknownPath,
} from './http.ts'

const modelId = 'inworld/inworld-stt-1'

const call = (config: object = {}, content = 'AAAA') =>
  readTranscribe(JSON.stringify({ transcribeConfig: { modelId, ...config }, audioData: { content } }))

const failure = (body: string): VoiceError => {
  try {
    readTranscribe(body)
  } catch (error) {
    if (error instanceof VoiceError) return error
    throw error
  }
  throw new Error('the body was accepted')
}

async function* said() {
  yield profiled(0)
  yield final(0, 'Hello', { language: 'en' })
  yield final(1, '')
  yield final(2, 'there')
  yield { type: 'listen.ended', audioMs: 1840.4 } as const
}

describe('the request', () => {
  it('is read in either casing; the bytes decide what they are, and only the best hearing counts', () => {
    const snake = readTranscribe(
      JSON.stringify({
        transcribe_config: { model_id: modelId, audio_encoding: 'MP3', sample_rate_hertz: 8000 },
        audio_data: { content: '-_8' },
      }),
    )
    expect([...snake.audio]).toEqual([0xfb, 0xff])
    expect(snake.config.start).toMatchObject({
      model: modelId,
      format: { encoding: 'auto', sampleRate: 8000 },
      settings: { partials: false, finalBudgetMs: Number.POSITIVE_INFINITY },
    })
    expect(call({ audioEncoding: 'MULAW' }).config.start.format.encoding).toBe('mulaw')
  })

  it.each([
    ['no settings', '{"audioData":{"content":"AAAA"}}', 'transcribeConfig'],
    ['no model', '{"transcribeConfig":{},"audioData":{"content":"AAAA"}}', 'modelId'],
    ['no audio', `{"transcribeConfig":{"modelId":"${modelId}"}}`, 'audioData.content'],
    ['empty audio', `{"transcribeConfig":{"modelId":"${modelId}"},"audioData":{"content":""}}`, 'audioData.content'],
    ['text that is no JSON', 'hello', undefined],
    ['bad base64', `{"transcribeConfig":{"modelId":"${modelId}"},"audioData":{"content":"#"}}`, undefined],
  ])('is refused with 400 and code 3 for %s', (_, body, param) => {
    const error = failure(body)
    expect(error.param).toBe(param)
    const answer = inworldError(error)
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toEqual({ code: 3, message: error.message, details: [] })
  })

  it('is refused with 413 and code 3 when body or audio is too large', () => {
    const errors = [
      failure(' '.repeat(maxTranscribeBodyBytes + 1)),
      failure(
        `{"transcribeConfig":{"modelId":"m"},"audioData":{"content":"${'AAAA'.repeat(Math.ceil((maxTranscribeAudioBytes + 1) / 3))}"}}`,
      ),
    ]
    for (const error of errors) {
      const answer = inworldError(error)
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([413, 3])
    }
  })

  it('never throws anything but a VoiceError', () => {
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({
          transcribeConfig: fc.dictionary(fc.constantFrom('modelId', 'language', 'prompts'), fc.jsonValue()),
          audioData: fc.jsonValue(),
        })
        .map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(bodies, (body) => {
        try {
          readTranscribe(body)
        } catch (error) {
          if (!(error instanceof VoiceError)) throw error
        }
      }),
    )
  })
})

describe('the answer', () => {
  it('holds the whole text, no words unasked, and usage as numbers', async () => {
    expect(transcribeBody(await gather(said()), call().config)).toEqual({
      transcription: { transcript: 'Hello there', isFinal: true, wordTimestamps: [], language: 'en' },
      usage: { transcribedAudioMs: 1840, modelId },
    })
  })

  it('holds words of all turns when asked', async () => {
    const { transcription } = transcribeBody(await gather(said()), call({ includeWordTimestamps: true }).config)
    expect(transcription.wordTimestamps.map(({ word, startTimeMs }) => [word, startTimeMs])).toEqual([
      ['Hello', 0],
      ['there', 10_000],
    ])
  })

  it('holds the voice profile twice when asked', async () => {
    const body = transcribeBody(
      await gather(said()),
      call({ voiceProfileConfig: { enableVoiceProfile: true, topN: 1 } }).config,
    )
    const profile = { age: [], emotion: [], pitch: [{ label: 'low', confidence: 0.8 }], vocalStyle: [], accent: [] }
    expect(body.voiceProfile).toEqual(profile)
    expect(body.transcription.voiceProfile).toEqual(profile)
  })

  it('is a text even for silence', async () => {
    async function* silence() {
      yield { type: 'listen.ended', audioMs: 5000 } as const
    }
    expect(transcribeBody(await gather(silence()), call().config).transcription).toEqual({
      transcript: '',
      isFinal: true,
      wordTimestamps: [],
    })
  })
})

describe('errors', () => {
  it.each([
    ['invalid_request', 400, 3],
    ['unknown_model', 400, 3],
    ['unsupported', 400, 3],
    ['too_large', 413, 3],
    ['timeout', 504, 4],
    ['overloaded', 429, 8],
    ['provider_failed', 500, 13],
    ['internal', 500, 13],
    ['unavailable', 503, 14],
    ['shutting_down', 503, 14],
    ['unauthorized', 401, 16],
  ] as const)('%s is HTTP %i and code %i', (code, status, grpc) => {
    const answer = inworldError(new VoiceError(code, 'Why.'))
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([status, grpc])
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.headers['retry-after'] !== undefined).toBe(status === 429 || status === 503)
  })

  it('name an unknown model in the words that clients know', () => {
    const answer = inworldError(new VoiceError('unknown_model', 'No engine.'), 'inworld/stt-v1')
    expect(JSON.parse(answer.body).message).toBe('No STT client found for model: inworld/stt-v1')
  })

  it('refuse a missing credential as the real service does', () => {
    const answer = statusAnswer(missingCredential)
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('authentication is required')
    expect(JSON.parse(answer.body)).toEqual({
      code: 16,
      message: 'authentication is required',
      details: [
        {
          '@type': 'type.googleapis.com/ai.inworld.common.InworldStatus',
          errorType: 'SESSION_TOKEN_INVALID',
          reconnectType: 'NO_RETRY',
          reconnectTime: null,
          maxRetries: 0,
        },
      ],
    })
  })

  it('cover unknown keys, unknown paths and what is not there', () => {
    const brief = [unknownCredential, unknownPath, unimplemented('Not here.')].map((status) => {
      const answer = statusAnswer(status)
      return [answer.status, JSON.parse(answer.body).code]
    })
    expect(brief).toEqual([
      [403, 7],
      [404, 5],
      [501, 12],
    ])
  })
})
