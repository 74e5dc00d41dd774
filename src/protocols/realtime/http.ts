/** Realtime: HTTP requests around the socket → typed calls, results → bodies. Errors are `openaiError`'s. */
import type { SessionConfig } from '../../conversation/config.ts'
import { VoiceError } from '../../errors.ts'
import { type Answer, json } from '../answer.ts'
import { isObject, type JsonObject } from '../wire-json.ts'
import { isTranscription, parseSafely } from './commands.ts'
import { initialConfig } from './config.ts'
import type { Dialect } from './dialect.ts'
import { type SessionIdentity, sessionBody } from './session-body.ts'

/** Seconds for which a secret opens connections. */
const ttl = { least: 10, most: 7200, usual: 600 } as const

/** A secret that a client wants, with the session that it shall open. */
export interface SecretCall {
  /** Of the answer, and of the connections that the secret opens. */
  readonly dialect: Dialect
  readonly transcriptionOnly: boolean
  readonly ttlSeconds: number
  /** As the client named it; empty: it did not. */
  readonly model: string
  /** The session as the client wrote it; it makes sense. For `initialConfig`. */
  readonly session: JsonObject
}

const invalid = (param: string, message: string): VoiceError => new VoiceError('invalid_request', message, { param })

const bodyOf = (text: string): JsonObject => (text.trim() === '' ? {} : parseSafely(text))

const ttlOf = (wish: unknown): number => {
  const seconds = isObject(wish) ? (wish.seconds ?? ttl.usual) : ttl.usual
  if (typeof seconds === 'number' && seconds >= ttl.least && seconds <= ttl.most) return Math.floor(seconds)
  throw invalid('expires_after.seconds', `expires_after.seconds must be between ${ttl.least} and ${ttl.most}.`)
}

const callOf = (dialect: Dialect, transcriptionOnly: boolean, session: JsonObject, wish: unknown): SecretCall => {
  const model = typeof session.model === 'string' ? session.model : ''
  // What makes no sense is refused here, not when the secret is used.
  initialConfig(dialect, { model, transcriptionOnly, session })
  return { dialect, transcriptionOnly, ttlSeconds: ttlOf(wish), model, session }
}

/** Reads the body of `POST /v1/realtime/client_secrets`. Throws `invalid_request`, with the field as `param`. */
export const readClientSecret = (text: string): SecretCall => {
  const { session = {}, expires_after: wish } = bodyOf(text)
  if (!isObject(session)) throw invalid('session', 'session must be an object.')
  const { type = 'realtime' } = session
  if (type !== 'realtime' && type !== 'transcription')
    throw invalid('session.type', 'session.type must be realtime or transcription.')
  return callOf('openai', isTranscription(session), session, wish)
}

/**
 * Reads the flat session that is the body of the older `POST /v1/realtime/sessions` and
 * `POST /v1/realtime/transcription_sessions`. Throws `invalid_request`, with the field as `param`.
 */
export const readOlderSession = (text: string, transcriptionOnly: boolean): SecretCall => {
  const { client_secret: secret, expires_after: wish, ...session } = bodyOf(text)
  return callOf('beta', transcriptionOnly, session, wish ?? (isObject(secret) ? secret.expires_after : undefined))
}

/** A secret as it was minted. */
export interface Secret {
  /** Begins with `ek_`, which some clients insist on. */
  readonly value: string
  /** Wall time in milliseconds since 1970. */
  readonly expiresAt: number
}

const configOf = (call: SecretCall): SessionConfig => initialConfig(call.dialect, call)

/** The answer to what `readClientSecret` or `readOlderSession` read. `identity`: of the session that will be. */
export const secretAnswer = (call: SecretCall, secret: Secret, identity: SessionIdentity): Answer => {
  const session = sessionBody(configOf(call), identity, call.dialect)
  const told = { value: secret.value, expires_at: Math.floor(secret.expiresAt / 1000) }
  return json(200, call.dialect === 'beta' ? { ...session, client_secret: told } : { ...told, session })
}

/** A server that helps a browser find a way to this one. */
export interface IceServer {
  readonly urls: string | readonly string[]
  readonly username?: string | undefined
  readonly credential?: string | undefined
}

/** `GET /v1/realtime/ice-servers`. */
export const iceServersAnswer = (servers: readonly IceServer[]): Answer => json(200, { ice_servers: servers })

/** Seconds for which a session token of Inworld's dialect opens connections. */
const tokenSeconds = 4 * 3600

/** What a session token stands for: Inworld's dialect, and nothing pinned. */
export const sessionTokenCall: SecretCall = {
  dialect: 'inworld',
  transcriptionOnly: false,
  ttlSeconds: tokenSeconds,
  model: '',
  session: {},
}

/** `POST /v1/sessionTokens/token:generate` and its forerunner. */
export const sessionTokenAnswer = ({ value, expiresAt }: Secret, sessionId: string): Answer =>
  json(200, { token: value, type: 'Bearer', expirationTime: new Date(expiresAt).toISOString(), sessionId })
