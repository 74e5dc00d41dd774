/** What a recording leaves out: keys for other servers, which clients give along with tools. */
import { isObject } from './wire-json.ts'

const masked = '***'

/** For `JSON.stringify`: tokens and headers without what they say. */
export const withoutKeys = (name: string, value: unknown): unknown => {
  if (name === 'authorization' && typeof value === 'string') return masked
  if (name !== 'headers' || !isObject(value)) return value
  return Object.fromEntries(Object.keys(value).map((key) => [key, masked]))
}

/** A message as it came, but for such keys. */
export const messageWithoutKeys = (message: string): string => {
  if (!/"(?:authorization|headers)"/.test(message)) return message
  try {
    return JSON.stringify(JSON.parse(message), withoutKeys)
  } catch {
    // No JSON: nothing will be made of it.
    return masked
  }
}
