/** Reading JSON from clients: what every dialect has to forgive, and what it cannot. */
import { VoiceError } from '../errors.ts'

export type JsonObject = { readonly [key: string]: unknown }

/** True for `{…}`, false for arrays, null and everything else. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON text as an object. Throws `invalid_request` when it is anything else. */
export const parseObject = (text: string): JsonObject => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new VoiceError('invalid_request', 'The message is not valid JSON.')
  }
  if (!isObject(value)) throw new VoiceError('invalid_request', 'The message is not a JSON object.')
  return value
}

/** Bytes as text; undefined when they are not UTF-8. */
export const utf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** `end_turn` and `end-turn` as `endTurn`. */
export const camelCase = (key: string): string =>
  key.replace(/[_-]+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** The same value with camelCase keys at every level. What is nested deeper than any dialect goes is dropped. */
export const camelKeys = (value: unknown, depth = 8): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return undefined
  if (Array.isArray(value)) return value.map((item) => camelKeys(item, depth - 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [camelCase(key), camelKeys(item, depth - 1)]))
}

/** `value` held within `least` and `most`. */
export const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

/** Custom vocabulary without what no recognizer can use: odd characters, empty entries, doubles, more than 1000. */
export const cleanTerms = (terms: readonly unknown[]): readonly string[] => {
  const clean = new Set<string>()
  for (const term of terms) {
    if (typeof term !== 'string') continue
    const text = term
      .slice(0, 1000)
      .replace(/[^\p{L}\p{M}\p{N}'’.,&\- ]+/gu, ' ')
      .replace(/ +/g, ' ')
      .trim()
      .slice(0, 100)
    if (/[\p{L}\p{N}]/u.test(text)) clean.add(text)
    if (clean.size === 1000) break
  }
  return [...clean]
}
