/** Inworld's one-time tokens over HTTP: `POST /auth/v1/tokens`, for browsers that are to speak or to be heard once. */
import { VoiceError } from '../../errors.ts'
import { type Answer, json } from '../answer.ts'
import { camelKeys, type JsonObject, parseObject } from '../wire-json.ts'

/** Seconds for which a token serves. */
const ttl = { least: 1, most: 3600, usual: 900 } as const
const longestReference = 256

/** A token that a client wants. */
export interface TokenCall {
  readonly singleUse: boolean
  readonly ttlSeconds: number
  /** The client's own name for it, given back; empty: none. */
  readonly reference: string
}

const invalid = (param: string, message: string): VoiceError => new VoiceError('invalid_request', message, { param })

const secondsOf = (wish: unknown): number => {
  if (wish === undefined || wish === null) return ttl.usual
  const seconds = typeof wish === 'string' && /^\d+(\.\d+)?s$/.test(wish) ? Number(wish.slice(0, -1)) : wish
  if (typeof seconds === 'number' && seconds >= ttl.least && seconds <= ttl.most) return seconds
  throw invalid('ttl', `ttl must be a length of time from ${ttl.least}s to ${ttl.most}s, such as "300s".`)
}

/** Reads the body, in camelCase or snake_case. Throws `invalid_request` with the field at fault. */
export const readTokenCall = (body: string): TokenCall => {
  const fields = (body.trim() === '' ? {} : camelKeys(parseObject(body))) as JsonObject
  const { singleUse = true, clientReferenceId: reference = '' } = fields
  if (typeof singleUse !== 'boolean') throw invalid('single_use', 'single_use must be true or false.')
  if (typeof reference !== 'string' || reference.length > longestReference)
    throw invalid(
      'client_reference_id',
      `client_reference_id must be a string of at most ${longestReference} characters.`,
    )
  return { singleUse, ttlSeconds: secondsOf(fields.ttl), reference }
}

/** `id` names the token without being it; `expiresAt` is wall time in milliseconds since 1970. */
export const tokenAnswer = (
  { singleUse, reference }: TokenCall,
  { id, value, expiresAt }: { readonly id: string; readonly value: string; readonly expiresAt: number },
): Answer =>
  json(200, {
    name: `tokens/${id}`,
    accessToken: value,
    expireTime: new Date(expiresAt).toISOString(),
    singleUse,
    ...(reference !== '' && { clientReferenceId: reference }),
  })
