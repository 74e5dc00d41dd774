/** The HTTP side: what every route shares (paths, CORS, keys, request ids, errors), and where the routes are. */
import { randomBytes } from 'node:crypto'
import { Hono, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { Answer } from '../protocols/answer.ts'
import { statusAnswer, unknownPath } from '../protocols/inworld-stt/http.ts'
import { openaiUnknownPath } from '../protocols/openai-audio/http.ts'
import { findCredential } from './auth.ts'
import { routePath } from './paths.ts'
import { healthRoutes } from './routes/health.ts'
import { inworldRoutes } from './routes/inworld-stt.ts'
import { openaiRoutes } from './routes/openai-audio.ts'
import { vachanaRoutes } from './routes/vachana.ts'
import type { House } from './server.ts'

/** What the middleware leaves for a route. */
export interface Env {
  Variables: { key: string; requestId: string; model: string | undefined }
}

/** A wire's answer as a Response. */
export const respond = ({ status, headers, body }: Answer): Response => new Response(body, { status, headers })

/** Says an error in the dialect of one wire. */
export type Refuse = (
  error: VoiceError,
  context: { readonly credential: boolean; readonly requestId: string; readonly model?: string | undefined },
) => Answer

/** Checks the key and the request rate of everything below `paths`, and turns what is thrown there into that wire's errors. */
export const guarded =
  (house: House, refuse: Refuse): MiddlewareHandler<Env> =>
  async (context, next) => {
    const { headers } = context.req.raw
    const query = new URL(context.req.url).searchParams
    const credential = findCredential(Object.fromEntries(headers), query)
    const requestId = headers.get('x-request-id') ?? headers.get('x-api-request-id') ?? randomBytes(16).toString('hex')
    context.set('requestId', requestId)
    const failed = (error: VoiceError): Response => {
      if (error.code === 'internal') house.log.error({ requestId, err: error.cause ?? error }, 'request failed')
      else house.log.info({ requestId, code: error.code, param: error.param }, 'request refused')
      return respond(refuse(error, { credential: credential !== undefined, requestId, model: context.get('model') }))
    }
    context.header('x-request-id', requestId)
    const key = credential && house.keys.check(credential)
    if (!key) {
      const message = credential ? 'The key is not known here.' : 'No key was sent.'
      return withId(failed(new VoiceError('unauthorized', message)), requestId)
    }
    if (!house.limits.takeRequest(key, performance.now())) {
      return withId(failed(new VoiceError('overloaded', 'Too many requests with this key.')), requestId)
    }
    context.set('key', key)
    await next()
    if (context.error) context.res = withId(failed(asVoiceError(context.error)), requestId)
    return undefined
  }

const withId = (response: Response, requestId: string): Response => {
  response.headers.set('x-request-id', requestId)
  return response
}

/** Runs one piece of work that counts as a conversation of the key. Throws `overloaded` when the key has too many. */
export const withPlace = async <T>(house: House, key: string, work: () => Promise<T>): Promise<T> => {
  if (house.shutdown.aborted) throw new VoiceError('shutting_down', 'The server is shutting down.')
  const release = house.limits.openSession(key)
  if (!release) throw new VoiceError('overloaded', 'This key has all its conversations open.')
  try {
    return await work()
  } finally {
    release()
  }
}

/** Every route of the server. */
export const createApp = (house: House): Hono<Env> => {
  const app = new Hono<Env>({ getPath: (request) => routePath(new URL(request.url).pathname) })
  app.use(
    cors({
      origin: house.settings.cors.origins.includes('*') ? '*' : house.settings.cors.origins,
      allowHeaders: ['authorization', 'content-type', 'x-api-key-id', 'x-openai-agents-sdk', 'openai-beta'],
      allowMethods: ['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS'],
      exposeHeaders: ['Location', 'x-request-id', 'Retry-After', 'x-parley-engine'],
      maxAge: 600,
    }),
  )
  // The rest of a thrown error is told by the guard of its wire, which sees it in `context.error`.
  app.onError(() => new Response(null, { status: 500 }))
  app.notFound((context) =>
    respond(context.req.path.startsWith('/v1/') ? openaiUnknownPath(context.req.path) : statusAnswer(unknownPath)),
  )
  healthRoutes(app, house)
  inworldRoutes(app, house)
  vachanaRoutes(app, house)
  openaiRoutes(app, house)
  return app
}
