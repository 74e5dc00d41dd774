/** A GET that asks for the rest of a file: redirects, time limits and ranges taken care of. */
import { VoiceError } from '../errors.ts'

export interface RequestLimits {
  /** Until the headers have come, redirects included. */
  readonly connectMs: number
  /** Without a byte. */
  readonly stallMs: number
}

/** The answer to a request, once it is known to be of use. */
export interface Body {
  /** Where in the file the first piece belongs: what was asked for, or 0 when the server sends the whole. */
  readonly from: number
  /** Length of the whole file, if it was told. */
  readonly total: number | undefined
  /** What the server calls this content, if that can be used to ask for the rest later. */
  readonly validator: string | undefined
  /** Ends early, without an error, where the connection is closed early. Throws `Broken` where it breaks or stalls. */
  readonly pieces: AsyncIterable<Uint8Array>
}

/** A failure that another attempt may not meet. */
export class Broken extends Error {}

const redirects = new Set([301, 302, 303, 307, 308])
const mostRedirects = 8

const follow = async (url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> => {
  let at = new URL(url)
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    if (at.protocol !== 'https:' && at.protocol !== 'http:')
      throw new VoiceError('provider_failed', `${url} leads to an address that is not of the web.`)
    const response = await fetch(at, { headers, redirect: 'manual', signal })
    const location = response.headers.get('location')
    if (!redirects.has(response.status) || location === null) return response
    await response.body?.cancel()
    const next = new URL(location, at)
    if (at.protocol === 'https:' && next.protocol === 'http:')
      throw new VoiceError('provider_failed', `${url} leads to an address that is not protected.`)
    at = next
  }
  throw new VoiceError('provider_failed', `${url} leads from one address to the next without end.`)
}

const refusal = (url: string, status: number): Error => {
  const message = `${url} was answered with HTTP ${status}.`
  return status >= 500 || status === 429 || status === 408
    ? new Broken(message)
    : new VoiceError('unavailable', message, { retryable: false })
}

/** `bytes 100-199/200` → where it begins and how long the whole is. */
const contentRange = (header: string | null): { from: number; total: number | undefined } | undefined => {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? '')
  return match ? { from: Number(match[1]), total: match[2] === '*' ? undefined : Number(match[2]) } : undefined
}

/** Weak names do not promise equal bytes. */
const validatorOf = (headers: Headers): string | undefined => {
  const tag = headers.get('etag')
  return tag && !tag.startsWith('W/') ? tag : (headers.get('last-modified') ?? undefined)
}

/**
 * Asks for `url` from byte `from` on, provided that the content is still what `validator` names. The caller reads
 * `pieces` to the end or leaves the loop. Throws `Broken`, VoiceError, or the signal's reason.
 */
export const request = async (
  url: string,
  options: {
    from: number
    validator: string | undefined
    signal: AbortSignal | undefined
    limits: RequestLimits
  },
): Promise<Body> => {
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  let timer = setTimeout(() => stop.abort(), options.limits.connectMs)
  const failed = (error: unknown, what: string): unknown => {
    clearTimeout(timer)
    options.signal?.throwIfAborted()
    if (error instanceof VoiceError || error instanceof Broken) return error
    return new Broken(stop.signal.aborted ? `${url}: ${what} for too long.` : `${url}: the connection failed.`, {
      cause: error,
    })
  }
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'parley' }
    if (options.from > 0 && options.validator !== undefined) {
      headers.range = `bytes=${options.from}-`
      headers['if-range'] = options.validator
    }
    const response = await follow(url, headers, signal)
    const range =
      response.status === 206 ? contentRange(response.headers.get('content-range')) : { from: 0, total: undefined }
    const refused = !response.ok && response.status !== 416
    if (refused || response.body === null) {
      stop.abort()
      throw refusal(url, response.status)
    }
    // What is there does not fit what the server has: begin again, asking for no range.
    if (response.status === 416 || !range || (range.from !== 0 && range.from !== options.from)) {
      clearTimeout(timer)
      stop.abort()
      if (options.from === 0) throw refusal(url, response.status)
      return request(url, { ...options, from: 0, validator: undefined })
    }
    const length = response.headers.get('content-length')
    const body: ReadableStream<Uint8Array> = response.body
    async function* pieces(): AsyncGenerator<Uint8Array> {
      try {
        timer = setTimeout(() => stop.abort(), options.limits.stallMs)
        for await (const piece of body) {
          timer.refresh()
          yield piece
        }
      } catch (error) {
        throw failed(error, 'nothing came')
      } finally {
        clearTimeout(timer)
        stop.abort()
      }
    }
    clearTimeout(timer)
    return {
      from: range.from,
      total: range.total ?? (response.status === 200 && length !== null ? Number(length) : undefined),
      validator: validatorOf(response.headers),
      pieces: pieces(),
    }
  } catch (error) {
    throw failed(error, 'no answer')
  }
}
