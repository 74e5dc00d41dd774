import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { camelKeys, cleanTerms, parseObject, utf8 } from './wire-json.ts'

describe('camelKeys', () => {
  it('renames at every level and leaves values alone', () => {
    expect(camelKeys({ end_turn: [{ 'voice-profile': 'a_b', topN: 1 }], x: null })).toEqual({
      endTurn: [{ voiceProfile: 'a_b', topN: 1 }],
      x: null,
    })
  })

  it('makes a plain key of __proto__', () => {
    const value = camelKeys(JSON.parse('{"__proto__":{"polluted":true}}'))
    expect((value as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('changes nothing that has no separators in its keys', () => {
    const plain = fc.dictionary(
      fc.stringMatching(/^[a-zA-Z]*$/),
      fc.oneof(fc.string(), fc.integer(), fc.array(fc.boolean())),
    )
    fc.assert(
      fc.property(plain, (value) => {
        expect(camelKeys(value)).toEqual({ ...value })
      }),
    )
  })
})

describe('cleanTerms', () => {
  it('keeps what can be spoken, once, and at most a thousand', () => {
    expect(cleanTerms(['naïve', 'naïve', 'C#', '—', 'हिन्दी', '  A&B  '])).toEqual(['naïve', 'C', 'हिन्दी', 'A&B'])
    expect(cleanTerms(Array.from({ length: 2000 }, (_, index) => `term ${index}`))).toHaveLength(1000)
    expect(cleanTerms(['x'.repeat(5000)])[0]).toHaveLength(100)
  })
})

describe('messages', () => {
  it('are objects in UTF-8 or nothing', () => {
    expect(parseObject('{"a":1}')).toEqual({ a: 1 })
    for (const text of ['', '[]', 'null', '"a"', '{'])
      expect(() => parseObject(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    expect(utf8(Uint8Array.of(0xc3, 0xa9))).toBe('é')
    expect(utf8(Uint8Array.of(0xc3))).toBeUndefined()
  })
})
