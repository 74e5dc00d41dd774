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

/** The credential of a request: header first, then the query forms for browsers. Undefined when there is none. */
export const findCredential = (headers: IncomingHttpHeaders, query: URLSearchParams): Credential | undefined => {
  const authorization = headers.authorization
  if (authorization) return fromAuthorization(authorization, false)
  const key = headers['x-api-key-id'] ?? headers['x-api-key']
  if (typeof key === 'string' && key !== '') return { value: key, scheme: 'key', fromQuery: false }
  for (const [name, value] of query) {
    if (value === '') continue
    const lower = name.toLowerCase()
    if (lower === 'authorization') return fromAuthorization(value, true)
    if (lower === 'x-api-key-id' || lower === 'api_key' || lower === 'key') {
      return { value, scheme: 'key', fromQuery: true }
    }
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
