/** SocketWire: what the server needs to know of a wire to open a socket for it. */
import type { VoiceError } from '../errors.ts'
import type { Answer, Headers } from '../protocols/answer.ts'
import type { RecordableCodec } from '../protocols/replay.ts'

/** One wire's side of opening a socket. */
export interface SocketWire {
  readonly name: string
  /** Longest message, in bytes. */
  readonly messageBytes: number
  /** 0: the client may stay silent for ever. */
  readonly firstMessageMs: number
  /** The codec for this connection. Throws a VoiceError when the upgrade request makes no sense. */
  codec(headers: Headers, query: URLSearchParams): RecordableCodec
  refuse(error: VoiceError, known: { readonly credential: boolean }): Answer
}
