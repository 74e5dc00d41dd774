/** Carrier: one telephone company's way to send a call over a WebSocket; what all of them say, in one form. */
import { samplesToAlaw, samplesToMulaw } from '../../audio/g711.ts'
import { samplesToPcm16 } from '../../audio/pcm.ts'
import type { WireFormat } from '../../conversation/config.ts'
import { isObject, type JsonObject } from '../wire-json.ts'

/** Audio of a call. `bigEndian`: 16-bit samples in the order of the network. */
export interface CallFormat {
  readonly encoding: Exclude<WireFormat['encoding'], 'float32'>
  readonly sampleRate: number
  readonly bigEndian?: true
}

/** What a carrier tells of a call when it begins; what it does not tell is empty. */
export interface CallStart {
  readonly streamId: string
  readonly callId: string
  readonly from: string
  readonly to: string
  /** Undefined: as usual with this carrier. */
  readonly format: CallFormat | undefined
  /** The operator's own words about this call. */
  readonly parameters: Readonly<Record<string, string>>
}

/** One message of a carrier. */
export type Said =
  | ({ readonly type: 'start' } & CallStart)
  /** Base64 of the caller's audio. */
  | { readonly type: 'media'; readonly payload: string }
  /** All audio before the mark of this name has been played. */
  | { readonly type: 'mark'; readonly name: string }
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'stop' }
  /** Nothing that matters here. */
  | { readonly type: 'other' }

/** Names and messages of one carrier. Its messages are JSON in text frames. */
export interface Carrier {
  readonly format: CallFormat
  /** Audio goes out in messages of this length, or multiples of it. */
  readonly chunkMs: number
  readonly read: (message: JsonObject) => Said
  readonly media: (streamId: string, payload: string, format: CallFormat) => object
  readonly mark: (streamId: string, name: string) => object
  /** Throws away what has not been played. */
  readonly clear: (streamId: string) => object
  /** Presses keys on the caller's line, where the carrier does that. */
  readonly keys?: (streamId: string, keys: string) => object
}

/** A field of a message as an object; empty where it is none. */
export const objectIn = (message: JsonObject, name: string): JsonObject => {
  const value = message[name]
  return isObject(value) ? value : {}
}

/** A field as text; numbers count as text, everything else as empty. */
export const textIn = (message: JsonObject, name: string): string => {
  const value = message[name]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

/** Those entries of an object whose values are texts or numbers. */
export const textsIn = (value: unknown): Readonly<Record<string, string>> =>
  isObject(value)
    ? Object.fromEntries(
        Object.keys(value)
          .map((name) => [name, textIn(value, name)] as const)
          .filter(([, text]) => text !== ''),
      )
    : {}

const rates: readonly number[] = [8000, 16_000, 24_000]

/** A rate that a call may have; undefined for anything else. */
export const rateOf = (value: string): number | undefined => rates.find((rate) => String(rate) === value)

/** Samples as base64 of the call's format. */
export const payloadOf = (samples: Float32Array, { encoding, bigEndian }: CallFormat): string => {
  const bytes =
    encoding === 'mulaw'
      ? samplesToMulaw(samples)
      : encoding === 'alaw'
        ? samplesToAlaw(samples)
        : samplesToPcm16(samples)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return (bigEndian ? Buffer.from(buffer).swap16() : buffer).toString('base64')
}

/** 16-bit samples in the order that the rest of the server reads; half a sample at the end is dropped. */
export const littleEndian = (bytes: Uint8Array, { bigEndian }: CallFormat): Uint8Array =>
  bigEndian ? Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16() : bytes
