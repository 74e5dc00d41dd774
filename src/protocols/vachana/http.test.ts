import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { final } from '../../../test/support/heard.ts'
import { VoiceError } from '../../errors.ts'
import type { Form } from '../answer.ts'
import { checkVachanaLength, missingKey, readVachanaForm, unknownKey, vachanaBody, vachanaError } from './http.ts'

const form = (fields: Readonly<Record<string, string | readonly string[]>> = {}, file = 'audio_file'): Form => ({
  fields: Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : value.map((item) => [name, item] as const),
  ),
  files: [{ field: file, name: 'audio.wav' }],
})

const refused = (fields: Readonly<Record<string, string>>, file?: string) => {
  try {
    readVachanaForm(form(fields, file), {})
  } catch (error) {
    return error instanceof VoiceError ? { code: error.code, param: error.param } : error
  }
  return 'accepted'
}

describe('the form', () => {
  it('needs nothing but the file', () => {
    const call = readVachanaForm(form(), {})
    expect(call).toMatchObject({
      start: { format: { encoding: 'auto' }, settings: { languages: ['en-IN'], terms: [], partials: false } },
      substitutions: [],
    })
    expect(call.start.settings.finalBudgetMs).toBe(Number.POSITIVE_INFINITY)
  })

  it.each([
    ['a JSON list', ['["UPI","Paytm, Inc."]'], ['UPI', 'Paytm, Inc.']],
    ['a comma-separated list', ['UPI, Paytm'], ['UPI', 'Paytm']],
    ['a repeated field', ['UPI', 'Paytm'], ['UPI', 'Paytm']],
  ])('may give its vocabulary as %s', (_, values, terms) => {
    expect(readVachanaForm(form({ bias_list: values }), {}).start.settings.terms).toEqual(terms)
  })

  it('carries the request id in a header or a field', () => {
    expect(readVachanaForm(form({ request_id: 'b' }), { 'x-api-request-id': 'a' }).requestId).toBe('a')
    expect(readVachanaForm(form({ request_id: 'b' }), {}).requestId).toBe('b')
  })

  it('takes lists and mixed languages', () => {
    const languages = (code: string) => readVachanaForm(form({ language_code: code }), {}).start.settings.languages
    expect(languages('hi-IN, ta-IN')).toEqual(['hi-IN', 'ta-IN'])
    expect(languages('en-hi-in-cm')).toEqual(['hi-IN', 'en-IN'])
  })

  it('is refused with the field named', () => {
    expect(refused({}, 'file')).toEqual({ code: 'invalid_request', param: 'audio_file' })
    expect(refused({ language_code: 'klingon!' })).toEqual({ code: 'invalid_request', param: 'language_code' })
    expect(refused({ format: 'pretty' })).toEqual({ code: 'invalid_request', param: 'format' })
    for (const map of [
      'nonsense',
      '[{"patterns":[],"replacement":"x"}]',
      JSON.stringify(Array(11).fill({ patterns: ['a'], replacement: 'b' })),
    ])
      expect(refused({ enable_substitution: 'True', substitution_map: map })).toEqual({
        code: 'invalid_request',
        param: 'substitution_map',
      })
    expect(refused({ format: 'transcribe', itn_native_numerals: 'false' })).toBe('accepted')
  })

  it('takes recordings of up to 60 s', () => {
    expect(() => checkVachanaLength(60_000)).not.toThrow()
    expect(() => checkVachanaLength(60_001)).toThrow(expect.objectContaining({ param: 'audio_file' }))
  })
})

describe('the answer', () => {
  const at = Date.UTC(2026, 0, 15, 10, 30, 5, 987)
  const body = (fields: Readonly<Record<string, string>>, texts: readonly string[], language?: string) =>
    vachanaBody(
      {
        finals: texts.map((text, index) => final(index, text, language === undefined ? {} : { language })),
        profiles: [],
        traits: [],
        audioMs: 2000,
      },
      readVachanaForm(form(fields), {}),
      { receivedAt: at - 460, startedAt: at - 410, at, newId: () => '51c0de' },
    )

  it('has every documented field', () => {
    expect(body({ language_code: 'hi-IN' }, ['Main kal', '', 'aaunga'])).toEqual({
      success: true,
      request_id: 'req_51c0de',
      timestamp: '20260115_103005.987',
      transcript: 'Main kal aaunga',
      model: 'prisma-v2.5',
      processing_time: 0.41,
      end_to_end_latency: 0.46,
      language: 'hi-IN',
      detected_language: 'hi-IN',
    })
  })

  it('names the language that was heard, and none that was not', () => {
    expect(body({ language_code: 'hi-IN,en-IN' }, ['yes'], 'en').language).toBe('en-IN')
    expect(body({ language_code: 'hi-IN,en-IN' }, ['yes'])).not.toHaveProperty('language')
  })

  it('holds the client’s spellings where it asked for them', () => {
    const rules = [
      { patterns: ['you pee eye', 'upi'], replacement: 'UPI $& ' },
      { patterns: ['a.b', 'c++ -/'], replacement: '[x]' },
      { patterns: ['कल'], replacement: 'कल्ह' },
    ]
    const asked = { enable_substitution: 'true', substitution_map: JSON.stringify(rules) }
    const text = 'Upi and you pee eye but upina a.b axb c++ -/ कल कला'
    expect(body(asked, [text]).transcript).toBe('UPI $&  and UPI $&  but upina [x] axb [x] कल्ह कला')
    expect(body({ ...asked, enable_substitution: 'false' }, [text]).transcript).toBe(text)
  })

  it('substitutes with any rule and any text', () => {
    const rules = fc.array(
      fc.record({ patterns: fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), replacement: fc.string() }),
      { maxLength: 10 },
    )
    fc.assert(
      fc.property(rules, fc.string(), (list, text) => {
        const usable = list.every((rule) => rule.patterns.every((pattern) => pattern.trim() !== ''))
        fc.pre(usable)
        const asked = { enable_substitution: '1', substitution_map: JSON.stringify(list) }
        expect(typeof body(asked, [text]).transcript).toBe('string')
      }),
    )
  })
})

describe('errors', () => {
  it.each([
    ['invalid_request', 400, 'INVALID_REQUEST_ERROR', 'BAD_REQUEST'],
    ['unsupported', 400, 'INVALID_REQUEST_ERROR', 'BAD_REQUEST'],
    ['unauthorized', 401, 'FORBIDDEN', 'UNAUTHORIZED'],
    ['too_large', 413, 'INVALID_REQUEST_ERROR', 'BAD_REQUEST'],
    ['overloaded', 429, 'RATE_LIMIT_ERROR', 'RATE_LIMITED'],
    ['internal', 500, 'API_ERROR', 'INTERNAL_ERROR'],
    ['unavailable', 503, 'SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE'],
    ['timeout', 504, 'API_ERROR', 'INTERNAL_ERROR'],
  ] as const)('%s is %i in both documented shapes', (code, status, type, gatewayCode) => {
    const answer = vachanaError(new VoiceError(code, 'Why.'))
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toEqual({
      success: false,
      error: { type, message: 'Why.' },
      detail: { error_code: gatewayCode, message: 'Why.', status_code: status },
    })
    expect(answer.headers['retry-after'] !== undefined).toBe(status === 429 || status === 503)
  })

  it('tell a missing key from one that is not known', () => {
    expect([missingKey.status, JSON.parse(missingKey.body).detail.error_code]).toEqual([401, 'MISSING_API_KEY'])
    expect([unknownKey.status, JSON.parse(unknownKey.body).detail.error_code]).toEqual([401, 'UNAUTHORIZED'])
  })
})
