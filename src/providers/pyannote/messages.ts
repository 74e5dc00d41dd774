/** What the segmentation model and its thread tell each other. */

/** A window at 16 kHz, as long as the model takes. */
export interface Window {
  readonly samples: Float32Array
}

/** Likelihoods of each voice, 0…1, step by step. */
export type Voices = readonly Float32Array[]

export interface ThreadData {
  readonly modelFile: string
}
