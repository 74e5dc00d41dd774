/** The HTTP side: what every route shares (paths, CORS, keys, request ids, errors), and where the routes are. */
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { statusAnswer, unknownPath } from '../protocols/inworld-stt/http.ts'
import { openaiUnknownPath } from '../protocols/openai-audio/http.ts'
import { type Env, respond } from './guard.ts'
import type { House } from './house.ts'
import { routePath } from './paths.ts'
import { healthRoutes } from './routes/health.ts'
import { inworldJobRoutes } from './routes/inworld-jobs.ts'
import { inworldRoutes } from './routes/inworld-stt.ts'
import { inworldTokenRoutes } from './routes/inworld-tokens.ts'
import { inworldTtsRoutes } from './routes/inworld-tts.ts'
import { openaiRoutes } from './routes/openai-audio.ts'
import { openaiChatRoutes } from './routes/openai-chat.ts'
import { openaiSpeechRoutes } from './routes/openai-speech.ts'
import { playgroundRoutes } from './routes/playground.ts'
import { realtimeRoutes } from './routes/realtime.ts'
import { realtimeCallRoutes } from './routes/realtime-calls.ts'
import { statusRoutes } from './routes/status.ts'
import { telephonyRoutes } from './routes/telephony.ts'
import { vachanaRoutes } from './routes/vachana.ts'

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
  statusRoutes(app, house)
  playgroundRoutes(app, house)
  inworldRoutes(app, house)
  inworldJobRoutes(app, house)
  vachanaRoutes(app, house)
  telephonyRoutes(app, house)
  openaiRoutes(app, house)
  realtimeRoutes(app, house)
  realtimeCallRoutes(app, house)
  openaiChatRoutes(app, house)
  openaiSpeechRoutes(app, house)
  inworldTtsRoutes(app, house)
  inworldTokenRoutes(app, house)
  return app
}
