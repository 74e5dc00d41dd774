import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VoiceError } from '../../errors.ts'
import { readSpeech, speechDelta, speechDone, speechFormats } from './speech.ts'

const good = { model: 'tts-1', input: 'Hello.' }
const read = (body: object) => readSpeech(JSON.stringify({ ...good, ...body }))

describe('the body of a speech request', () => {
  it('has the defaults of the wire', () => {
    expect(read({ voice: 'alloy' })).toEqual({
      model: 'tts-1',
      input: 'Hello.',
      voice: 'alloy',
      format: 'mp3',
      speed: 1,
      sampleRate: 24_000,
      language: '',
      instructions: '',
      events: false,
    })
    expect(read({ speed: null, response_format: null, voice: null })).toEqual(read({}))
  })

  it('takes a voice by its name or as an object', () => {
    expect(read({ voice: { id: 'voice_1' } }).voice).toBe('voice_1')
    expect(read({ voice: 'nova', stream_format: 'sse', sample_rate: 16_000, language: 'de' })).toMatchObject({
      voice: 'nova',
      events: true,
      sampleRate: 16_000,
      language: 'de',
    })
  })

  it('counts characters, not code units', () => {
    expect(() => read({ input: '😀'.repeat(4096) })).not.toThrow()
    expect(() => read({ input: 'a'.repeat(4097) })).toThrow(/4097 characters/)
  })

  it('is read, or refused with the field at fault, whatever comes', () => {
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({
          model: fc.oneof(fc.string(), fc.jsonValue()),
          input: fc.oneof(fc.string(), fc.jsonValue()),
          voice: fc.oneof(fc.string(), fc.jsonValue()),
          response_format: fc.oneof(fc.constantFrom(...speechFormats), fc.jsonValue()),
          speed: fc.oneof(fc.double(), fc.jsonValue()),
        })
        .map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(body, (text) => {
        try {
          const call = readSpeech(text)
          expect(speechFormats).toContain(call.format)
          expect(call.speed).toBeGreaterThanOrEqual(0.25)
          expect(call.speed).toBeLessThanOrEqual(4)
        } catch (error) {
          expect(error).toBeInstanceOf(VoiceError)
          expect((error as VoiceError).code).toBe('invalid_request')
        }
      }),
    )
  })
})

it('writes events that carry the audio and what it took', () => {
  expect(speechDelta(Uint8Array.of(1, 2, 3))).toBe('data: {"type":"speech.audio.delta","audio":"AQID"}\n\n')
  expect(JSON.parse(speechDone(read({}), 1500).slice(6))).toEqual({
    type: 'speech.audio.done',
    usage: { input_tokens: 2, output_tokens: 30, total_tokens: 32 },
  })
})
