/** Realtime over HTTP: keys for browsers and apps in the forms of each dialect, and `GET /v1/realtime/ice-servers`. Calls have a file of their own. */
import type { Hono } from 'hono'
import {
  iceServersAnswer,
  readClientSecret,
  readOlderSession,
  type SecretCall,
  secretAnswer,
} from '../../protocols/realtime/http.ts'
import { readBody } from '../body.ts'
import { type Env, guarded, respond } from '../guard.ts'
import type { House } from '../house.ts'
import { newRealtimeId } from '../realtime-ids.ts'
import { realtimeLife } from '../realtime-session.ts'
import { realtimeRefusal } from '../realtime-wire.ts'

const readers: Readonly<Record<string, (text: string) => SecretCall>> = {
  client_secrets: readClientSecret,
  sessions: (text) => readOlderSession(text, false),
  transcription_sessions: (text) => readOlderSession(text, true),
}

export const realtimeRoutes = (app: Hono<Env>, house: House): void => {
  const { settings, secrets, engines } = house
  const guard = guarded(house, (error) => realtimeRefusal(error), { tokens: false })
  for (const [path, read] of Object.entries(readers)) {
    app.post(`/v1/realtime/${path}`, guard, async (context) => {
      const body = await readBody(context.req.raw, settings.limits.bodyBytes)
      const call = read(new TextDecoder().decode(body))
      const { id: model } = await engines.resolveLanguageModel('')
      const at = Date.now()
      const expiresAt = at + call.ttlSeconds * 1000
      const value = secrets.mint({ key: context.get('key'), pinned: call }, expiresAt, at)
      const identity = { id: newRealtimeId('session'), model, expiresAt: realtimeLife(house).expiresAt }
      return respond(secretAnswer(call, { value, expiresAt }, identity))
    })
  }
  app.get('/v1/realtime/ice-servers', guard, () => {
    // Who asks is about to call.
    house.calls.prepare()
    return respond(iceServersAnswer(settings.webrtc.iceServers))
  })
}
