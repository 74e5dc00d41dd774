/** What the speaker encoder and its thread tell each other. */

/** Speech at 16 kHz. */
export interface Speech {
  readonly samples: Float32Array
}

/** Where the trained weights lie. */
export interface WeightFiles {
  readonly mixture: string
  readonly network: string
}

/** A vector of length 1. */
export type Voiceprint = Float32Array
