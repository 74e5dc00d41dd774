/** Whether a request comes from a carrier: each signs what it asks in its own way. */
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto'
import type { Headers } from '../protocols/answer.ts'

/** A request as a signature covers it. */
export interface SignedRequest {
  readonly method: 'GET' | 'POST'
  /** As the carrier knows it, with its query. */
  readonly url: string
  readonly headers: Headers
  /** As it was sent; empty where there is none. */
  readonly body: string
}

/** How old a signature may be. */
const longestAgeMs = 300_000

const same = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const fieldsOf = ({ method, body }: SignedRequest): readonly (readonly [string, string])[] =>
  method === 'POST' ? [...new URLSearchParams(body)] : []

const byName = (fields: Iterable<readonly [string, string]>): readonly (readonly [string, string])[] =>
  [...fields].sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))

/** The address with its port and without, with a slash at its end and without: carriers are not of one mind. */
const spellings = (address: string): readonly string[] => {
  const url = new URL(address)
  const { protocol, host, hostname, port, search } = url
  const usual = protocol === 'https:' || protocol === 'wss:' ? '443' : '80'
  const paths = [url.pathname, url.pathname.endsWith('/') ? url.pathname.slice(0, -1) : `${url.pathname}/`]
  const hosts = [...new Set([host, hostname, `${hostname}:${port || usual}`])]
  return hosts.flatMap((name) => paths.map((path) => `${protocol}//${name}${path}${search}`))
}

/** Twilio: `X-Twilio-Signature`, for what it asks over HTTP and for its sockets. */
export const isFromTwilio = (request: SignedRequest, authToken: string): boolean => {
  const sent = request.headers['x-twilio-signature'] ?? ''
  const fields = byName(fieldsOf(request)).flat().join('')
  return spellings(request.url)
    .map((url) => createHmac('sha1', authToken).update(`${url}${fields}`).digest('base64'))
    .reduce((found, expected) => same(sent, expected) || found, false)
}

/** Plivo: `X-Plivo-Signature-V3` with its nonce. Several signatures may stand there. */
export const isFromPlivo = (request: SignedRequest, authToken: string): boolean => {
  const { headers } = request
  const nonce = headers['x-plivo-signature-v3-nonce'] ?? ''
  const sent = [headers['x-plivo-signature-v3'], headers['x-plivo-signature-ma-v3']].flatMap(
    (header) => header?.split(',').map((one) => one.trim()) ?? [],
  )
  const fields = byName(fieldsOf(request))
  return spellings(request.url)
    .map((address) => {
      const url = new URL(address)
      const query = byName(url.searchParams)
        .map(([name, value]) => `${name}=${value}`)
        .join('&')
      const asked = query === '' && fields.length === 0 ? '' : `?${query}`
      const dot = query !== '' && fields.length > 0 ? '.' : ''
      const signed = `${address.split('?')[0]}${asked}${dot}${fields.flat().join('')}.${nonce}`
      return createHmac('sha256', authToken).update(signed).digest('base64')
    })
    .reduce((found, expected) => sent.some((one) => same(one, expected)) || found, false)
}

/** What stands before the 32 bytes of an Ed25519 key in the form that the platform reads (RFC 8410). */
const ed25519Header = Buffer.from('302a300506032b6570032100', 'hex')

/** Telnyx: `telnyx-signature-ed25519` over the time and the body. `at` in milliseconds since 1970. */
export const isFromTelnyx = ({ headers, body }: SignedRequest, publicKey: string, at: number): boolean => {
  const timestamp = headers['telnyx-timestamp'] ?? ''
  const signature = Buffer.from(headers['telnyx-signature-ed25519'] ?? '', 'base64')
  if (!(Math.abs(at - Number(timestamp || Number.NaN) * 1000) <= longestAgeMs)) return false
  try {
    const der = Buffer.concat([ed25519Header, Buffer.from(publicKey, 'base64')])
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return verify(null, Buffer.from(`${timestamp}|${body}`), key, signature)
  } catch {
    return false
  }
}
