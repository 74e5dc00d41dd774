/** Codec: one client's wire dialect. */
import type { VoiceError } from '../errors.ts'

export type WireMessage = string | Uint8Array

/** The server's wish to close the socket, after what was sent before it. */
export interface Close {
  readonly close: number
  readonly reason?: string
}

export type Outgoing = WireMessage | Close

/**
 * One client's dialect, for the life of its connection. Knows no socket and no clock: `at` is the wall time of the
 * message or event in milliseconds since 1970. A codec remembers what its dialect needs and nothing else, so the same
 * inputs always give the same messages (this is what `parley replay` rests on).
 */
export interface Codec<In, Out> {
  /** What to say when the connection opens, and commands that follow from the upgrade request alone. */
  open(at: number): { readonly send: readonly Outgoing[]; readonly commands: readonly In[] }
  /** Throws a VoiceError `invalid_request` when the message makes no sense. */
  decode(message: WireMessage, at: number): readonly In[]
  encode(event: Out, at: number): readonly Outgoing[]
  /** Says what went wrong and closes, in the dialect's way. */
  refuse(error: VoiceError, at: number): readonly Outgoing[]
}
