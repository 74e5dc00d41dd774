/** safeFetch: requests to addresses that somebody else chose, which must not reach what only this machine can reach. */
import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, type RequestInit as AgentRequest, fetch } from 'undici'
import { VoiceError } from '../errors.ts'
import { isPublicAddress } from './addresses.ts'

/** The addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

export interface SafeFetchOptions {
  /** Hosts that may be reached wherever they are, such as `searx.lan` or `127.0.0.1:8888`. */
  readonly privateHosts?: readonly string[]
  /** How long a server may be silent, in milliseconds. */
  readonly silenceMs: number
  /** Largest answer, in bytes; what is more breaks the answer off. */
  readonly answerBytes: number
  /** In place of the system's resolver. */
  readonly resolve?: Resolve
  /** Certificates (PEM) that are trusted in place of the system's. */
  readonly ca?: string
}

export interface SafeFetch {
  /**
   * As the platform's `fetch`. Throws `invalid_request` for what may not be reached. Names are resolved once, every address
   * is looked at, and the connection goes to what was looked at; so it is with each redirect. No proxy is used.
   */
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>
  /** Breaks off what is under way. */
  close(): Promise<void>
}

const mostRedirects = 3
const headerBytes = 16 * 1024
const connectMs = 5000

const refused = (what: string): VoiceError =>
  new VoiceError('invalid_request', `${what} may not be reached from this server.`)

/** Name and name with port; those of an IPv6 address without its brackets. */
const namesOf = ({ protocol, hostname, port }: URL): readonly string[] => {
  const name = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  return [name, `${name}:${port || (protocol === 'https:' ? '443' : '80')}`]
}

/** The URL, if a request may go there as far as can be told before its name is resolved. */
const admitted = (text: string | URL, isPrivate: (url: URL) => boolean): URL => {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new VoiceError('invalid_request', 'The address is not a URL.')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(`What is not http or https`)
  const [name = ''] = namesOf(url)
  if (isIP(name) !== 0 && !isPrivate(url) && !isPublicAddress(name)) throw refused(name)
  return url
}

/** What goes along to another origin: nothing that one was trusted with. */
const forStranger = (init: RequestInit): RequestInit => {
  const accept = new Headers(init.headers).get('accept')
  return { ...init, headers: accept === null ? {} : { accept } }
}

/** What a redirect makes of a request. 307 and 308 send it again as it was. */
const redirectedInit = (init: RequestInit, status: number, sameOrigin: boolean): RequestInit => {
  const asked = sameOrigin ? init : forStranger(init)
  const method = (init.method ?? 'GET').toUpperCase()
  if (status === 307 || status === 308 || method === 'GET' || method === 'HEAD') return asked
  const headers = new Headers(asked.headers)
  headers.delete('content-type')
  return { ...asked, method: 'GET', body: null, headers }
}

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true })

/** One for each kind of errand, so that what one may reach is not open to another. */
export const createSafeFetch = (options: SafeFetchOptions): SafeFetch => {
  const { silenceMs, answerBytes, resolve = systemResolve, ca } = options
  const known = new Set(options.privateHosts?.map((host) => host.toLowerCase()))
  const isPrivate = (url: URL): boolean => namesOf(url).some((name) => known.has(name))

  const agentFor = (checks: boolean): Agent => {
    const look: LookupFunction = (hostname, { all }, done) => {
      void resolve(hostname).then(
        (found) => {
          const usable = !checks || found.every(({ address }) => isPublicAddress(address))
          if (!usable || found.length === 0) done(refused(hostname), [])
          else if (all) done(null, [...found])
          else done(null, found[0]!.address, found[0]!.family)
        },
        (error: NodeJS.ErrnoException) => done(error, []),
      )
    }
    return new Agent({
      connect: { lookup: look, timeout: connectMs, ...(ca === undefined ? {} : { ca }) },
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
      maxHeaderSize: headerBytes,
      maxResponseSize: answerBytes,
    })
  }
  // A connection that was made to a private host is not used for anything else.
  const open = agentFor(true)
  const trusted = agentFor(false)

  const go = async (text: string | URL, init: RequestInit, left: number): Promise<Response> => {
    const url = admitted(text, isPrivate)
    const dispatcher = isPrivate(url) ? trusted : open
    const headers = new Headers(init.headers)
    // A small answer must not unfold into a large one.
    headers.set('accept-encoding', 'identity')
    const asked = { ...init, headers, redirect: 'manual', dispatcher } as unknown as AgentRequest
    const answer = (await fetch(url, asked)) as unknown as Response
    if ((answer.headers.get('content-encoding') ?? 'identity') !== 'identity') {
      await answer.body?.cancel()
      throw new VoiceError('provider_failed', `${url.hostname} compresses its answer unasked.`)
    }
    const location = answer.status >= 300 && answer.status < 400 ? answer.headers.get('location') : null
    if (location === null || init.redirect === 'manual') return answer
    await answer.body?.cancel()
    if (init.redirect === 'error' || left === 0) throw refused('What lies behind so many redirects')
    const next = admitted(new URL(location, url), isPrivate)
    return go(next, redirectedInit(init, answer.status, next.origin === url.origin), left - 1)
  }

  return {
    fetch: async (url, init = {}) => {
      try {
        return await go(url, init, mostRedirects)
      } catch (error) {
        // The reason lies below what the platform says of every failure alike.
        const { cause } = error as { cause?: unknown }
        throw cause instanceof VoiceError ? cause : error
      }
    },
    close: async () => {
      await Promise.all([open.destroy(), trusted.destroy()])
    },
  }
}
