/** What the smart-turn detector and its thread tell each other. */

/** The end of a turn at 16 kHz, 8 s at most. */
export interface Ending {
  readonly samples: Float32Array
}

export interface ThreadData {
  readonly modelFile: string
}
