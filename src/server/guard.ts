/** What stands before the routes: keys, rates, places, request ids, and errors in the dialect of each wire. */
import { randomBytes } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { Answer } from '../protocols/answer.ts'
import { type Credential, findCredential } from './auth.ts'
import type { House } from './house.ts'
import { isOneTimeToken } from './one-time-tokens.ts'

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

/** The key whose one-time token this is; whoever lets it in spends it. */
export const tokenKey = (house: House, { value }: Credential): string | undefined =>
  house.tokens.find(value, Date.now())

/** What to say to who has no key, or not the right one. */
export const unauthorized = (credential: Credential | undefined): VoiceError => {
  if (!credential) return new VoiceError('unauthorized', 'No key was sent.')
  const known = isOneTimeToken(credential.value)
  const message = known
    ? 'The token has been used, has expired, or does not open this door.'
    : 'The key is not known here.'
  return new VoiceError('unauthorized', message)
}

/**
 * Checks the key and the request rate of a route, and turns what is thrown there into that wire's errors. `tokens`:
 * whether a one-time token will do in place of a key, as it does unless said otherwise. `key`: the key of a credential
 * that this route alone takes.
 */
export const guarded =
  (
    house: House,
    refuse: Refuse,
    {
      tokens = true,
      key: ownKey,
    }: { readonly tokens?: boolean; readonly key?: (credential: Credential) => string | undefined } = {},
  ): MiddlewareHandler<Env> =>
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
    const key =
      credential &&
      (house.keys.check(credential) ?? ownKey?.(credential) ?? (tokens ? tokenKey(house, credential) : undefined))
    if (!key) return withId(failed(unauthorized(credential)), requestId)
    if (!house.limits.takeRequest(key, performance.now())) {
      return withId(failed(new VoiceError('overloaded', 'Too many requests with this key.')), requestId)
    }
    house.tokens.spend(credential.value)
    context.set('key', key)
    await next()
    if (context.error) context.res = withId(failed(asVoiceError(context.error)), requestId)
    return undefined
  }

const withId = (response: Response, requestId: string): Response => {
  response.headers.set('x-request-id', requestId)
  return response
}

/** Begins what counts as a conversation of the key; gives what ends it. Throws `overloaded` when the key has too many. */
export const takePlace = (house: House, key: string): (() => void) => {
  if (house.shutdown.aborted) throw new VoiceError('shutting_down', 'The server is shutting down.')
  const release = house.limits.openSession(key)
  if (!release) throw new VoiceError('overloaded', 'This key has all its conversations open.')
  return release
}

/** Runs one piece of work that counts as a conversation of the key. Throws `overloaded` when the key has too many. */
export const withPlace = async <T>(house: House, key: string, work: () => Promise<T>): Promise<T> => {
  const release = takePlace(house, key)
  try {
    return await work()
  } finally {
    release()
  }
}
