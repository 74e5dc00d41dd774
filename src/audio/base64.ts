/** Base64 → bytes, strictly. */
import { VoiceError } from '../errors.ts'

const foreign = /[^A-Za-z0-9+/_-]/

/** Texts up to this length are held against what their bytes encode to, which takes a fifth of the time of a search. */
const comparedLimit = 1 << 16

/**
 * The bytes that a text stands for: standard or URL-safe alphabet, with or without padding. Throws `invalid_request` on
 * any other character (line breaks too) and on a length that no bytes have; Node's own decoder passes over junk.
 */
export const decodeBase64 = (text: string): Uint8Array => {
  if (text.length <= comparedLimit) {
    const bytes = Buffer.from(text, 'base64')
    if (bytes.toString('base64') === text) return bytes
  }
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const length = text.length - padding
  const impossible = length % 4 === 1 || (padding > 0 && text.length % 4 !== 0)
  if (impossible || foreign.test(text.slice(0, length)))
    throw new VoiceError('invalid_request', 'The audio is not valid base64.')
  return Buffer.from(text, 'base64')
}
