/** `GET /healthz` answers while the process lives, `GET /readyz` once the engines are warm. */
import type { Hono } from 'hono'
import { json } from '../../protocols/answer.ts'
import { type Env, respond } from '../guard.ts'
import type { House } from '../house.ts'

export const healthRoutes = (app: Hono<Env>, house: House): void => {
  app.get('/healthz', () => respond(json(200, { status: 'ok' })))
  app.get('/readyz', () => {
    const readiness = house.readiness()
    if (!readiness) return respond(json(503, { status: 'warming up' }, { 'retry-after': '1' }))
    const engines = readiness.engines.map(({ kind, id, card, problem }) => ({
      kind,
      id,
      name: card?.name,
      accuracy: card?.accuracy,
      problem,
    }))
    const missing = engines.flatMap(({ problem }) => problem ?? [])
    const status = missing.length > 0 ? 'not ready' : 'ready'
    return respond(json(missing.length > 0 ? 503 : 200, { status, missing, engines }))
  })
}
