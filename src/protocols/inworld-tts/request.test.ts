import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VoiceError } from '../../errors.ts'
import { maxCharacters, readSynthesize, type SynthesizeCall } from './request.ts'

const good = { text: 'Hello.', voiceId: 'Dennis', modelId: 'inworld-tts-2' }
const read = (body: object, answer: 'whole' | 'stream' = 'whole'): SynthesizeCall =>
  readSynthesize(JSON.stringify(body), answer)

const snake = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snake(item),
    ]),
  )
}

describe('the body of a synthesis', () => {
  it('has the defaults of the wire', () => {
    expect(read(good)).toEqual({
      text: 'Hello.',
      instruction: '',
      voiceId: 'Dennis',
      modelId: 'inworld-tts-2',
      language: '',
      encoding: 'MP3',
      sampleRate: 48_000,
      bitRate: 128_000,
      speed: 1,
      expression: 1,
      timestamps: 'none',
      timesBehind: false,
      everyToken: true,
      ignored: [],
    })
  })

  it('is the same in camelCase and snake_case', () => {
    const body = {
      ...good,
      audioConfig: { audioEncoding: 'OGG_OPUS', sampleRateHertz: 16_000, bitRate: 32_000, speakingRate: 1.2 },
      language: 'en-US',
      timestampType: 'CHARACTER',
      timestampTransportStrategy: 'ASYNC',
      applyTextNormalization: 'ON',
      deliveryMode: 'STABLE',
    }
    expect(read(snake(body) as object)).toEqual(read(body))
    expect(read(body)).toMatchObject({
      encoding: 'OGG_OPUS',
      sampleRate: 16_000,
      bitRate: 32_000,
      speed: 1.2,
      timestamps: 'characters',
      timesBehind: true,
      expression: 0.6,
      ignored: ['applyTextNormalization'],
    })
    expect(read({ ...good, audioConfig: { bitrate: 64_000 } }).bitRate).toBe(64_000)
  })

  it('takes what says nothing for absent', () => {
    const nothing = {
      ...good,
      audioConfig: { audioEncoding: 'AUDIO_ENCODING_UNSPECIFIED', sampleRateHertz: 0, speakingRate: 0 },
      timestampType: 'TIMESTAMP_TYPE_UNSPECIFIED',
      timestampTransportStrategy: 'TIMESTAMP_TRANSPORT_STRATEGY_UNSPECIFIED',
      deliveryMode: null,
      temperature: 0,
      language: null,
      unknownField: { deep: [1] },
    }
    expect(read(nothing)).toEqual(read(good))
    expect(read({ ...good, audioConfig: null })).toEqual(read(good))
  })

  it('brings telephone audio to 8 kHz, and counts characters, not code units', () => {
    expect(read({ ...good, audioConfig: { audioEncoding: 'MULAW', sampleRateHertz: 48_000 } }).sampleRate).toBe(8000)
    expect(() => read({ ...good, text: '😀'.repeat(maxCharacters.whole) })).not.toThrow()
    expect(() => read({ ...good, text: 'a'.repeat(maxCharacters.whole + 1) })).toThrow(/2001 characters/)
    expect(() => read({ ...good, text: 'a'.repeat(maxCharacters.stream) }, 'stream')).not.toThrow()
    expect(() => read({ ...good, text: 'a'.repeat(maxCharacters.stream + 1) }, 'stream')).toThrow(/4001 characters/)
  })

  it('is read, or refused with the field at fault, whatever comes', () => {
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({
          text: fc.oneof(fc.string(), fc.jsonValue()),
          voiceId: fc.oneof(fc.string(), fc.jsonValue()),
          model_id: fc.oneof(fc.string(), fc.jsonValue()),
          audioConfig: fc.oneof(
            fc.jsonValue(),
            fc.record({
              audioEncoding: fc.jsonValue(),
              sample_rate_hertz: fc.jsonValue(),
              speakingRate: fc.jsonValue(),
            }),
          ),
          timestampType: fc.oneof(fc.constant('WORD'), fc.jsonValue()),
        })
        .map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(body, fc.constantFrom('whole' as const, 'stream' as const), (text, answer) => {
        try {
          const call = readSynthesize(text, answer)
          expect(call.sampleRate).toBeGreaterThanOrEqual(8000)
          expect(call.sampleRate).toBeLessThanOrEqual(48_000)
          expect(call.speed).toBeGreaterThanOrEqual(0.5)
          expect(call.speed).toBeLessThanOrEqual(1.5)
        } catch (error) {
          expect(error).toBeInstanceOf(VoiceError)
          expect((error as VoiceError).code).toBe('invalid_request')
        }
      }),
    )
  })
})
