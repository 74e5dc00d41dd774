/** Inworld's one-time tokens: `POST /auth/v1/tokens`. */
import { randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import { inworldError, missingCredential, statusAnswer, unknownCredential } from '../../protocols/inworld-stt/http.ts'
import { readTokenCall, tokenAnswer } from '../../protocols/inworld-stt/one-time-token.ts'
import { readBody } from '../body.ts'
import { type Env, guarded, type Refuse, respond } from '../guard.ts'
import type { House } from '../house.ts'

/** A few short fields. */
const bodyLimitBytes = 64 * 1024

const refuse: Refuse = (error, { credential }) =>
  error.code === 'unauthorized' ? statusAnswer(credential ? unknownCredential : missingCredential) : inworldError(error)

export const inworldTokenRoutes = (app: Hono<Env>, house: House): void => {
  // The path is `/auth/v1/tokens` without its prefix.
  app.post('/v1/tokens', guarded(house, refuse, { tokens: false }), async (context) => {
    const call = readTokenCall(new TextDecoder().decode(await readBody(context.req.raw, bodyLimitBytes)))
    const at = Date.now()
    const expiresAt = at + call.ttlSeconds * 1000
    const value = house.tokens.mint({ key: context.get('key'), singleUse: call.singleUse, expiresAt }, at)
    return respond(tokenAnswer(call, { id: randomUUID(), value, expiresAt }))
  })
}
