/** Encoder: samples of one stream → bytes of one file. Runs in a worker thread: a call may compute for long. */

/** What is encoded in the worker: 16-bit PCM and G.711 without a header, FLAC, Opus in Ogg. */
export type EncodedKind = 'pcm' | 'mulaw' | 'alaw' | 'flac' | 'ogg-opus'

/** What an encoder needs to know of its stream. */
export interface EncoderSettings {
  readonly kind: EncodedKind
  /** Hz of the file. Opus is always played at 48,000 Hz, and takes this for the highest that is worth coding. */
  readonly sampleRate: number
  /** Bits in a second, for Opus. */
  readonly bitRate: number
}

/** Encodes one stream. Its bytes, put together, are the file. */
export interface Encoder {
  push(samples: Float32Array): Uint8Array
  /** What is left. Nothing is pushed afterwards. */
  end(): Uint8Array
  free(): void
}
