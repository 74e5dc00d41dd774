/** Inworld's tokens: for a session (`token:generate`), and for one use (`POST /auth/v1/tokens`). */
import { randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import { inworldError, missingCredential, statusAnswer, unknownCredential } from '../../protocols/inworld-stt/http.ts'
import { readTokenCall, tokenAnswer } from '../../protocols/inworld-stt/one-time-token.ts'
import { sessionTokenAnswer, sessionTokenCall } from '../../protocols/realtime/http.ts'
import { readBody } from '../body.ts'
import { type Env, guarded, type Refuse, respond } from '../guard.ts'
import type { House } from '../house.ts'

/** A few short fields. */
const bodyLimitBytes = 64 * 1024

const refuse: Refuse = (error, { credential }) =>
  error.code === 'unauthorized' ? statusAnswer(credential ? unknownCredential : missingCredential) : inworldError(error)

export const inworldTokenRoutes = (app: Hono<Env>, house: House): void => {
  const guard = guarded(house, refuse, { tokens: false })
  // Paths that begin with `/auth` have lost that prefix here.
  for (const path of ['/v1/sessionTokens/token:generate', '/v1/tokens/token:generate']) {
    app.post(path, guard, (context) => {
      const at = Date.now()
      const expiresAt = at + sessionTokenCall.ttlSeconds * 1000
      const value = house.secrets.mint({ key: context.get('key'), pinned: sessionTokenCall }, expiresAt, at)
      return respond(sessionTokenAnswer({ value, expiresAt }, randomUUID()))
    })
  }
  app.post('/v1/tokens', guard, async (context) => {
    const call = readTokenCall(new TextDecoder().decode(await readBody(context.req.raw, bodyLimitBytes)))
    const at = Date.now()
    const expiresAt = at + call.ttlSeconds * 1000
    const value = house.tokens.mint({ key: context.get('key'), singleUse: call.singleUse, expiresAt }, at)
    return respond(tokenAnswer(call, { id: randomUUID(), value, expiresAt }))
  })
}
