import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { final, heardSteps } from '../../../test/support/heard.ts'
import { VoiceError } from '../../errors.ts'
import type { ListenEvent } from '../../listening/commands.ts'
import type { Form } from '../answer.ts'
import { joinTexts } from '../hearing.ts'
import { termsOf } from './call.ts'
import {
  errorEvent,
  modelAnswer,
  modelsAnswer,
  openaiError,
  openaiUnknownPath,
  readTranscription,
  transcriptionAnswer,
  transcriptionEvents,
} from './http.ts'

type Fields = readonly (readonly [string, string])[]

const form = (fields: Fields = [], file = 'file'): Form => ({
  fields: [['model', 'whisper-1'], ...fields],
  files: [{ field: file, name: 'speech.wav' }],
})

const read = (...fields: Fields) => readTranscription(form(fields))

const failure = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (error instanceof VoiceError) return { code: error.code, param: error.param }
    throw error
  }
  return 'accepted'
}

describe('the form', () => {
  it('needs a file and a model', () => {
    expect(read()).toMatchObject({
      start: { model: 'whisper-1', format: { encoding: 'auto' }, settings: { languages: [], terms: [] } },
      responseFormat: 'json',
      stream: false,
      words: false,
    })
    expect(failure(() => readTranscription({ fields: [], files: form().files }))).toEqual({
      code: 'invalid_request',
      param: 'model',
    })
    expect(failure(() => readTranscription({ ...form(), files: [] }))).toEqual({
      code: 'invalid_request',
      param: 'file',
    })
  })

  it.each([
    ['response_format', 'xml', 'response_format'],
    ['timestamp_granularities[]', 'letter', 'timestamp_granularities'],
    ['temperature', '2', 'temperature'],
    ['temperature', 'warm', 'temperature'],
    ['language', 'English please', 'language'],
    ['chunking_strategy', '{"type":"other"}', 'chunking_strategy'],
    ['chunking_strategy', 'some', 'chunking_strategy'],
  ])('is refused for %s %s with the field named', (name, value, param) => {
    expect(failure(() => read([name, value]))).toEqual({ code: 'invalid_request', param })
  })

  it('asks who speaks by its format, its model or a field of its own', () => {
    expect(read().start.diarize).toBe(false)
    expect(read(['response_format', 'diarized_json']).start.diarize).toBe(true)
    expect(read(['diarize', 'true']).start.diarize).toBe(true)
    const named = readTranscription({ ...form(), fields: [['model', 'gpt-4o-transcribe-diarize']] })
    expect(named.start.diarize).toBe(true)
  })

  it('names speakers who are known, each with a recording as a data URL', () => {
    const asked = ['response_format', 'diarized_json'] as const
    const named = (name: string, url: string): Fields => [
      ['known_speaker_names[]', name],
      ['known_speaker_references[]', url],
    ]
    const url = 'data:audio/wav;base64,UklGRg=='
    const { knownSpeakers } = read(asked, ...named('agent', url), ...named('Ada', 'data:;base64,AAAA'))
    expect(knownSpeakers.map(({ name, bytes }) => [name, [...bytes]])).toEqual([
      ['agent', [82, 73, 70, 70]],
      ['Ada', [0, 0, 0]],
    ])
    const refused = (...fields: Fields) => failure(() => read(asked, ...fields))
    const param = (name: string) => ({ code: 'invalid_request', param: name })
    expect(refused(['known_speaker_names[]', 'Ada'])).toEqual(param('known_speaker_references'))
    expect(refused(...named('Ada', 'https://example.com/ada.wav'))).toEqual(param('known_speaker_references'))
    expect(refused(...named('Ada', 'data:audio/wav,RIFF'))).toEqual(param('known_speaker_references'))
    expect(refused(...named('Ada', 'data:audio/wav;base64,?'))).toEqual(param('known_speaker_references'))
    expect(refused(...named('Ada', url), ...named('Ada', url))).toEqual(param('known_speaker_names'))
    expect(refused(...['a1', 'a2', 'a3', 'a4', 'a5'].flatMap((name) => named(name, url)))).toEqual(
      param('known_speaker_names'),
    )
    expect(failure(() => read(...named('Ada', url)))).toEqual(param('known_speaker_names'))
  })

  it('streams as json or text only', () => {
    expect(read(['stream', 'true']).stream).toBe(true)
    expect(failure(() => read(['stream', 'true'], ['response_format', 'srt']))).toMatchObject({
      param: 'response_format',
    })
  })

  it('names its granularities with or without brackets', () => {
    const asked = ({ words, segments }: ReturnType<typeof read>) => ({ words, segments })
    expect(asked(read(['timestamp_granularities[]', 'word']))).toEqual({ words: true, segments: false })
    expect(asked(read(['timestamp_granularities', 'word'], ['timestamp_granularities', 'segment']))).toEqual({
      words: true,
      segments: true,
    })
    expect(asked(read())).toEqual({ words: false, segments: true })
  })

  it('may set how the audio is cut', () => {
    const vad = '{"type":"server_vad","threshold":0.6,"prefix_padding_ms":200,"silence_duration_ms":3000}'
    expect(read(['chunking_strategy', vad]).start.settings).toMatchObject({
      gate: { threshold: 0.6, prefixMs: 200 },
      turns: { minSilenceMs: 3000, maxSilenceMs: 3000, confidence: 0 },
    })
    expect(read(['chunking_strategy', 'auto']).start.settings.turns).toBeUndefined()
  })

  it('gives a vocabulary from lists whole and from sentences only what is unusual', () => {
    expect(termsOf('Kubernetes, Ada Lovelace; gRPC')).toEqual(['Kubernetes', 'Ada Lovelace', 'gRPC'])
    expect(termsOf("The meeting is about how Zoë and I think Parley's v2 works.")).toEqual(['Zoë', "Parley's", 'v2'])
    expect(termsOf('')).toEqual([])
  })
})

describe('a transcription', () => {
  const finals = [
    final(0, 'Hello there', { language: 'en' }),
    final(1, ''),
    final(2, 'bye', { startMs: 10_000, endMs: 10_400 }),
  ]
  const hearing = { finals, profiles: [], traits: [], audioMs: 12_340 }
  const body = (...fields: Fields) => {
    const answer = transcriptionAnswer(hearing, read(...fields))
    expect(answer.status).toBe(200)
    return answer
  }

  it('is text and usage as json', () => {
    expect(JSON.parse(body().body)).toEqual({ text: 'Hello there bye', usage: { type: 'duration', seconds: 12.34 } })
    expect(body().headers['content-type']).toBe('application/json')
  })

  it('is a plain line as text', () => {
    const answer = body(['response_format', 'text'])
    expect([answer.body, answer.headers['content-type']]).toEqual(['Hello there bye\n', 'text/plain; charset=utf-8'])
  })

  it('has segments and words only as asked in verbose_json', () => {
    const verbose = (...fields: Fields) => JSON.parse(body(['response_format', 'verbose_json'], ...fields).body)
    const usual = verbose()
    expect(usual).toMatchObject({
      task: 'transcribe',
      language: 'english',
      duration: 12.34,
      text: 'Hello there bye',
      usage: { type: 'duration', seconds: 12.34 },
    })
    expect(usual).not.toHaveProperty('words')
    expect(usual.segments).toHaveLength(2)
    expect(usual.segments[1]).toEqual({
      id: 1,
      seek: 1000,
      start: 10,
      end: 10.4,
      text: 'bye',
      tokens: [],
      temperature: 0,
      avg_logprob: -0.1054,
      compression_ratio: 1,
      no_speech_prob: 0,
    })
    const words = verbose(['timestamp_granularities[]', 'word'])
    expect(words).not.toHaveProperty('segments')
    expect(words.words).toEqual([
      { word: 'Hello', start: 0, end: 0.18 },
      { word: 'there', start: 0.2, end: 0.38 },
      { word: 'bye', start: 10, end: 10.18 },
    ])
  })

  it('names the language that was asked for when none was detected', () => {
    const call = read(['response_format', 'verbose_json'], ['language', 'de'])
    expect(JSON.parse(transcriptionAnswer({ ...hearing, finals: [final(0, 'ja')] }, call).body).language).toBe('german')
  })

  it('is srt and vtt', () => {
    expect(body(['response_format', 'srt']).body).toBe(
      '1\n00:00:00,000 --> 00:00:00,380\nHello there\n\n2\n00:00:10,000 --> 00:00:10,180\nbye\n',
    )
    expect(body(['response_format', 'vtt']).body).toMatch(/^WEBVTT\n\n00:00:00\.000 --> 00:00:00\.380\nHello there\n/)
  })

  it('streams deltas that add up exactly to the last text', async () => {
    await fc.assert(
      fc.asyncProperty(heardSteps({ manual: false }), async (steps) => {
        const heard = steps.filter((step) => step.type !== 'place-for-marks')
        async function* events(): AsyncGenerator<ListenEvent> {
          yield* heard
          yield { type: 'listen.ended', audioMs: 500 }
        }
        const frames: Record<string, unknown>[] = []
        for await (const text of transcriptionEvents(events(), { responseFormat: 'json' })) {
          expect(text).toMatch(/^data: .*\n\n$/)
          frames.push(JSON.parse(text.slice(6)))
        }
        const last = frames.at(-1)
        expect(frames.slice(0, -1).every((frame) => frame.type === 'transcript.text.delta')).toBe(true)
        expect(last).toMatchObject({ type: 'transcript.text.done', usage: { type: 'duration', seconds: 0.5 } })
        expect(frames.map((frame) => frame.delta ?? '').join('')).toBe(last?.text)
        expect(last?.text).toBe(joinTexts(heard.filter((event) => event.type === 'transcript.final')))
      }),
    )
  })
})

describe('models', () => {
  const model = {
    id: 'sherpa/zipformer-en',
    task: 'speech-to-text',
    createdAt: 1_700_000_000_999,
    card: { name: 'Zipformer', languages: ['en'], accuracy: '5 % of words wrong.', cost: 0.1 },
  }

  it('are listed with what their engines say of themselves', () => {
    const body = {
      id: 'sherpa/zipformer-en',
      object: 'model',
      created: 1_700_000_000,
      owned_by: 'sherpa',
      task: 'speech-to-text',
      name: 'Zipformer',
      languages: ['en'],
      accuracy: '5 % of words wrong.',
      cost: 0.1,
    }
    expect(JSON.parse(modelsAnswer([model]).body)).toEqual({ object: 'list', data: [body] })
    expect(JSON.parse(modelAnswer(model).body)).toEqual(body)
  })
})

describe('errors', () => {
  it.each([
    ['invalid_request', 400, 'invalid_request_error', null],
    ['unsupported', 400, 'invalid_request_error', 'unsupported'],
    ['unauthorized', 401, 'invalid_request_error', 'invalid_api_key'],
    ['unknown_model', 404, 'invalid_request_error', 'model_not_found'],
    ['too_large', 413, 'invalid_request_error', 'too_large'],
    ['overloaded', 429, 'rate_limit_error', 'rate_limit_exceeded'],
    ['internal', 500, 'server_error', null],
    ['provider_failed', 500, 'server_error', null],
    ['unavailable', 503, 'server_error', 'unavailable'],
    ['shutting_down', 503, 'server_error', 'unavailable'],
    ['timeout', 504, 'server_error', 'timeout'],
  ] as const)('%s is %i', (code, status, type, wireCode) => {
    const answer = openaiError(new VoiceError(code, 'Why.', { param: 'file' }))
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toEqual({ error: { message: 'Why.', type, param: 'file', code: wireCode } })
    expect(answer.headers['retry-after'] !== undefined).toBe(status === 429 || status === 503)
  })

  it('have null where no field is at fault, and name the model where it is not known', () => {
    expect(JSON.parse(openaiError(new VoiceError('internal', 'x')).body).error.param).toBeNull()
    expect(JSON.parse(openaiError(new VoiceError('unknown_model', 'x')).body).error.param).toBe('model')
    expect(openaiUnknownPath('/v1/nothing').status).toBe(404)
  })

  it('reach a client whose stream has begun', () => {
    const event = errorEvent(new VoiceError('provider_failed', 'It broke.'))
    expect(JSON.parse(event.slice(6)).error).toMatchObject({ message: 'It broke.', type: 'server_error' })
  })
})
