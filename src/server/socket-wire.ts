/** SocketWire: what the server needs to know of a wire to open a socket for it. */
import type { WebSocket } from 'ws'
import type { VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Answer, Headers } from '../protocols/answer.ts'
import type { Outgoing } from '../protocols/codec.ts'
import type { Credential } from './auth.ts'

/** A socket that somebody wants, before the handshake is answered. */
export interface SocketRequest {
  /** As the client knows it: `ws:` or `wss:`, with path and query. */
  readonly url: string
  readonly headers: Headers
  readonly query: URLSearchParams
  readonly credential: Credential | undefined
}

/** What a socket is served with. */
export interface Serving {
  readonly sessionId: string
  readonly log: Log
  /** Aborts when the server has no more patience with open sockets. */
  readonly shutdown: AbortSignal
}

/** Serves one open socket to its end. Never rejects. */
export type ServeSocket = (socket: WebSocket, serving: Serving) => Promise<void>

/** One wire's side of opening a socket. */
export interface SocketWire {
  readonly name: string
  /** Longest message, in bytes. */
  readonly messageBytes: number
  /** The key of a credential that only this wire takes, by its short name. */
  key?(credential: Credential): string | undefined
  /** The key, by a short name, of a client that says who it is in a way of its own. */
  admits?(request: SocketRequest): string | undefined
  /** One-time tokens open every other wire. */
  readonly refusesTokens?: true
  /** Throws a VoiceError when the request makes no sense. `key`: of the credential, by its short name. */
  open(request: SocketRequest & { readonly key: string }): ServeSocket
  refuse(error: VoiceError, known: { readonly credential: boolean }): Answer
  /** For browsers, which cannot see why a handshake failed: what to say on an accepted socket, if the wire does that. */
  refuseInBand?(error: VoiceError, request: SocketRequest): readonly Outgoing[] | undefined
}
