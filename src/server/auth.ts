/** Who may come in: keys in every form that the wires' clients send them, compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** A credential as it was sent, and where it was found. */
export interface Credential {
  readonly value: string
  readonly scheme: 'basic' | 'bearer' | 'key'
  /** True when it came by the query string, as it does from browsers. */
  readonly fromQuery: boolean
}

const keyHeaders = ['x-api-key-id', 'x-api-key', 'api-key']
/** Best first: on some wires `key` is not a key but the client's name for its session. */
const queryNames = ['authorization', 'token', 'x-api-key-id', 'api_key', 'key']

/** The credential of a request: header first, then the forms for browsers. Undefined when there is none. */
export const findCredential = (headers: IncomingHttpHeaders, query: URLSearchParams): Credential | undefined => {
  const authorization = headers.authorization
  if (authorization) return fromAuthorization(authorization, false)
  for (const name of keyHeaders) {
    const value = headers[name]
    if (typeof value === 'string' && value !== '') return { value, scheme: 'key', fromQuery: false }
  }
  const spoken = fromSubprotocols(subprotocols(headers))
  if (spoken) return spoken
  for (const wanted of queryNames) {
    const value = [...query].find(([name, text]) => name.toLowerCase() === wanted && text !== '')?.[1]
    if (value === undefined) continue
    return wanted === 'authorization' ? fromAuthorization(value, true) : { value, scheme: 'key', fromQuery: true }
  }
  return undefined
}

/** What a socket's client offers to speak; browsers put their key among it. */
export const subprotocols = (headers: IncomingHttpHeaders): readonly string[] =>
  (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

const spokenKeys = [
  { prefix: 'openai-insecure-api-key.', scheme: 'bearer' },
  { prefix: 'bearer_', scheme: 'bearer' },
  { prefix: 'basic_', scheme: 'basic' },
] as const

/** Whether a subprotocol is a key, which must never be answered. */
export const isSpokenKey = (name: string): boolean => spokenKeys.some(({ prefix }) => name.startsWith(prefix))

const fromSubprotocols = (names: readonly string[]): Credential | undefined => {
  for (const { prefix, scheme } of spokenKeys) {
    const value = names.find((name) => name.startsWith(prefix))?.slice(prefix.length)
    if (value) return { value, scheme, fromQuery: false }
  }
  return undefined
}

const fromAuthorization = (text: string, fromQuery: boolean): Credential | undefined => {
  const [scheme = '', ...rest] = text.trim().split(/\s+/)
  const value = rest.join(' ')
  const lower = scheme.toLowerCase()
  if (lower === 'basic' || lower === 'bearer') return value === '' ? undefined : { value, scheme: lower, fromQuery }
  return scheme === '' || value !== '' ? undefined : { value: scheme, scheme: 'key', fromQuery }
}

const digest = (text: string): Buffer => createHash('sha256').update(text.replace(/=+$/, '')).digest()

/**
 * The server's own keys. A key is an opaque token; one of the form `id:secret` also matches its base64, and any key
 * matches as the user name of HTTP Basic with an empty password.
 */
export class Keys {
  readonly #digests: readonly Buffer[]

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest)
  }

  /** A short name of the key that matches (never the key), or undefined when none does. */
  check(credential: Credential): string | undefined {
    const candidates = [credential.value]
    if (credential.scheme === 'basic') {
      const pair = Buffer.from(credential.value, 'base64').toString('utf8')
      candidates.push(pair, pair.replace(/:$/, ''))
    }
    let found: number | undefined
    for (const candidate of candidates) {
      const sent = digest(candidate)
      // Every key is compared, so that the time taken says nothing about which one matched.
      for (const [index, own] of this.#digests.entries()) if (timingSafeEqual(own, sent)) found ??= index
    }
    return found === undefined ? undefined : `key-${found + 1}`
  }
}
