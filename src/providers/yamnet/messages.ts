/** What the sound tagger and its thread tell each other. */

/** Samples at 16 kHz that the model hears at a time. */
export const windowSamples = 15_600

export interface ThreadData {
  readonly modelFile: string
  readonly labelsFile: string
}

/** One window, silence behind it where there was less; without samples, only whether the model works is asked. */
export interface Sound {
  readonly samples: Float32Array
}

/** Logarithms of the scores of groups of sounds; see `groupScores`. */
export type Scores = ReadonlyMap<string, number>
