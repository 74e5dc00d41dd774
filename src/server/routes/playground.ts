/** The playground: the page at `/` and its files below `/playground/`, which talk to nobody but this server. */
import type { Hono } from 'hono'
import type { Env } from '../guard.ts'
import type { House } from '../house.ts'
import { type PageFile, readPlayground } from '../playground.ts'

/** Files whose names hold a hash of their content never change. */
const forever = 'public, max-age=31536000, immutable'

/** Only what the server itself sends runs. Sockets are named too: not every browser takes them for the same origin. */
const pageHeaders = (host: string): Readonly<Record<string, string>> => {
  const sockets = /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : ''
  return {
    'content-security-policy': [
      "default-src 'self'",
      `connect-src 'self'${sockets}`,
      "img-src 'self' data: blob:",
      "media-src 'self' blob:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
}

const send = (request: Request, file: PageFile, headers: Readonly<Record<string, string>>): Response => {
  const all = { ...headers, 'content-type': file.type, etag: file.etag, vary: 'accept-encoding' }
  if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers: all })
  const small = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  return small
    ? new Response(file.compressed, { headers: { ...all, 'content-encoding': 'gzip' } })
    : new Response(file.bytes, { headers: all })
}

export const playgroundRoutes = (app: Hono<Env>, house: House): void => {
  const files = readPlayground(house.playground).catch((error: unknown): ReadonlyMap<string, PageFile> => {
    house.log.warn({ err: error }, 'the playground cannot be read')
    return new Map()
  })
  app.get('/', async ({ req }) => {
    const headers = { ...pageHeaders(req.header('host') ?? ''), 'cache-control': 'no-cache' }
    const page = (await files).get('index.html')
    if (page) return send(req.raw, page, headers)
    return new Response(unbuilt, { headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } })
  })
  app.get('/playground/*', async ({ req }, next) => {
    const file = (await files).get(req.path.slice(1))
    if (!file) return next()
    return send(req.raw, file, { 'cache-control': forever, 'x-content-type-options': 'nosniff' })
  })
}

const unbuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley</title>
<h1>Parley is listening</h1>
<p>Its playground has not been built: <code>npm run build</code> does that. The wires serve all the same.</p>
</html>
`
