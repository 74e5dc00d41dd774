/** What crosses between the Silero engine and its thread. */

/** Samples at 16 kHz that one likelihood is about. */
export const windowSamples = 512
/** Samples before a window that the model is given again. */
export const contextSamples = 64

/** Windows of any number of streams, in order. */
export interface ToJudge {
  /** The stream of each window. */
  readonly streams: Uint32Array
  /** The windows, one after the other. */
  readonly windows: Float32Array
  /** Streams that end after these windows. */
  readonly ended: readonly number[]
}

export interface Judged {
  /** One for each window. */
  readonly likelihoods: Float32Array
}
