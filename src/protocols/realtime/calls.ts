/** Realtime over WebRTC: the forms in which an offer comes over HTTP, and its answer. Errors are `openaiError`'s. */
import { VoiceError } from '../../errors.ts'
import type { Answer, Form } from '../answer.ts'
import { json } from '../answer.ts'
import { isObject, type JsonObject } from '../wire-json.ts'
import { isTranscription, parseSafely } from './commands.ts'
import type { IceServer } from './http.ts'

/** An offer of a call. */
export interface CallOffer {
  readonly sdp: string
  /** Which of the forms it came in: the answer is in the same. */
  readonly form: 'sdp' | 'multipart' | 'json'
  /** As the client wrote it, if it did. */
  readonly session?: JsonObject
  readonly transcriptionOnly: boolean
  /** As the session names it; empty: it does not. */
  readonly model: string
}

const invalid = (param: string, message: string): VoiceError => new VoiceError('invalid_request', message, { param })

const offerOf = (form: CallOffer['form'], sdp: string, session: unknown): CallOffer => {
  if (sdp.trim() === '') throw invalid('sdp', 'sdp is missing: it is the SDP of an offer.')
  if (session !== undefined && !isObject(session)) throw invalid('session', 'session must be an object.')
  return {
    // Descriptions end with a line break, which some clients cut off.
    sdp: `${sdp.trim()}\r\n`,
    form,
    transcriptionOnly: isTranscription(session),
    model: typeof session?.model === 'string' ? session.model : '',
    ...(session && { session }),
  }
}

/** Reads a body of type `application/sdp`, or of a type that nobody named. */
export const readSdpOffer = (body: string): CallOffer => offerOf('sdp', body, undefined)

/** Reads `{sdp, session?}`. */
export const readJsonOffer = (body: string): CallOffer => {
  const { sdp, session } = parseSafely(body)
  if (typeof sdp !== 'string') throw invalid('sdp', 'sdp must be the SDP of an offer, as text.')
  return offerOf('json', sdp, session ?? undefined)
}

/** Reads a form with the fields, or files, `sdp` and `session`. */
export const readFormOffer = ({ fields }: Form, files: ReadonlyMap<string, Uint8Array>): CallOffer => {
  const textOf = (name: string): string | undefined => {
    const bytes = files.get(name)
    return fields.find(([field]) => field === name)?.[1] ?? (bytes && new TextDecoder().decode(bytes))
  }
  const session = textOf('session')?.trim()
  return offerOf('multipart', textOf('sdp') ?? '', session ? parseSafely(session) : undefined)
}

/** What is told of a call that was answered. */
export interface AnsweredCall {
  /** Begins with `rtc_`. */
  readonly id: string
  readonly sdp: string
  readonly iceServers: readonly IceServer[]
}

/** The answer to an offer: 201, and where the call is to be found. */
export const callAnswer = ({ form }: CallOffer, { id, sdp, iceServers }: AnsweredCall): Answer => {
  const location = `/v1/realtime/calls/${id}`
  if (form !== 'json') return { status: 201, headers: { 'content-type': 'application/sdp', location }, body: sdp }
  const answer = json(201, { id, sdp, ice_servers: iceServers })
  return { ...answer, headers: { ...answer.headers, location } }
}
