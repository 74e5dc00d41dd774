/** What the turn detector and its thread tell each other. */

/** The last seconds before a pause. */
export interface Ending {
  readonly samples: Float32Array
  readonly sampleRate: number
}

/** Numbers as in `prosodyNames`; undefined where too little is spoken. */
export type Melody = readonly number[] | undefined
