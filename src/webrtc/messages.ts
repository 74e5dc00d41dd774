/** What the server and its process for calls tell each other. Audio is 16-bit mono in bytes. */
import type { ErrorCode } from '../errors.ts'

/** Rate of the audio that comes from a call, in Hz. */
export const heardRate = 24_000

/** Where calls are reached. */
export interface Reach {
  /** Address that is listened on; undefined: all of this machine. */
  readonly bind: string | undefined
  /** UDP port of all calls; 0: each has one of its own. */
  readonly port: number
  /** Further addresses that lead here, such as the public one of a router. */
  readonly addresses: readonly string[]
}

/** To the process. `call` is the caller's number for it. */
export type ToPeers =
  | { readonly type: 'open'; readonly call: number; readonly offer: string; readonly reach: Reach }
  | { readonly type: 'play'; readonly call: number; readonly pcm: Uint8Array; readonly sampleRate: number }
  /** What was to be played and has not been sent is forgotten. */
  | { readonly type: 'drop'; readonly call: number }
  | { readonly type: 'send'; readonly call: number; readonly text: string }
  | { readonly type: 'close'; readonly call: number }

/** Why a call ended where it was not closed here. */
export type CallEnd = 'hung-up' | 'unreachable' | 'too-slow' | 'broken'

/** From the process. */
export type FromPeers =
  | { readonly type: 'answered'; readonly call: number; readonly answer: string }
  | { readonly type: 'refused'; readonly call: number; readonly code: ErrorCode; readonly message: string }
  /** Messages may go, up to so many bytes each. */
  | { readonly type: 'opened'; readonly call: number; readonly limitBytes: number }
  | { readonly type: 'said'; readonly call: number; readonly text: string }
  /** Of all calls in which something was heard since the last. */
  | { readonly type: 'heard'; readonly audio: readonly (readonly [call: number, pcm: Uint8Array])[] }
  | { readonly type: 'closed'; readonly call: number; readonly reason: CallEnd }
