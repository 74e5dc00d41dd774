/** Block: what a decoder gives, before it has its place in a stream of frames. */

/** A run of audio, one run of samples per channel, all of one length. */
export interface Block {
  /** Hz. */
  readonly sampleRate: number
  readonly channels: readonly Float32Array[]
}
