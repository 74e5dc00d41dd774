/** What counts as base64. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64 } from './base64.ts'

const rejected = expect.objectContaining({ code: 'invalid_request' })

describe('decodeBase64', () => {
  it('reads what any encoder writes: both alphabets, with padding and without', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const buffer = Buffer.from(bytes)
        const padded = buffer.toString('base64')
        const urlSafe = buffer.toString('base64url')
        const forms = [padded, padded.replace(/=+$/, ''), urlSafe, urlSafe.padEnd(padded.length, '=')]
        for (const form of forms) expect(Buffer.from(decodeBase64(form)).equals(buffer)).toBe(true)
      }),
    )
  })

  it('reads long texts too', () => {
    const bytes = Buffer.alloc(200_000, 7)
    expect(Buffer.from(decodeBase64(bytes.toString('base64'))).equals(bytes)).toBe(true)
    expect(() => decodeBase64(`${bytes.toString('base64').slice(0, -4)}!AAA`)).toThrow(rejected)
  })

  it.each([
    'A',
    'AAAAA',
    '=',
    '====',
    'AA=',
    'AAA==',
    'A===',
    'AA==AA==',
    'AA=A',
    'AA A',
    'AAAA\n',
    'ä',
    '!!!!',
    'AAAA=',
  ])('rejects %j, which no encoder writes', (text) => {
    expect(() => decodeBase64(text)).toThrow(rejected)
  })

  it('never gives bytes for a text with a foreign character', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(' ', '\r', '.', '*', '\u0000', 'é', '😀'), fc.string(), (a, x, b) => {
        expect(() => decodeBase64(a + x + b)).toThrow(rejected)
      }),
    )
  })
})
