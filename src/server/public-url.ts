/** Under which address a client reaches this server. */
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { pathPrefix, routePath } from './paths.ts'

const isForwardedTls = (header: string | readonly string[] | null | undefined): boolean =>
  String(header ?? '')
    .split(',')[0]
    ?.trim() === 'https'

const withoutSlash = (url: string): string => url.replace(/\/+$/, '')

/**
 * Such as `https://voice.example.com/prefix`, without a slash at its end: the operator's word for it, else what the
 * request says of itself.
 */
export const publicUrl = (request: Request, configured: string | undefined): string => {
  if (configured !== undefined) return withoutSlash(configured)
  const { protocol, host, pathname } = new URL(request.url)
  const scheme = isForwardedTls(request.headers.get('x-forwarded-proto')) ? 'https:' : protocol
  return withoutSlash(`${scheme}//${host}${pathPrefix(pathname)}`)
}

/** The whole address of a request, as its client knows it. */
export const publicRequestUrl = (request: Request, configured: string | undefined): string => {
  const { pathname, search } = new URL(request.url)
  return `${publicUrl(request, configured)}${routePath(pathname)}${search}`
}

/** The same of a socket that somebody wants to open: `ws:` or `wss:`. */
export const publicSocketUrl = (request: IncomingMessage, configured: string | undefined): string => {
  const [path = '/', search] = (request.url ?? '/').split(/\?(.*)/s, 2)
  const query = search ? `?${search}` : ''
  const secure = request.socket instanceof TLSSocket || isForwardedTls(request.headers['x-forwarded-proto'])
  const own = `${secure ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}${withoutSlash(pathPrefix(path))}`
  const base = configured === undefined ? own : withoutSlash(configured)
  return `${base.replace(/^http/, 'ws')}${routePath(path)}${query}`
}
