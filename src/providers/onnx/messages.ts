/** What the profiler and the thread of its model tell each other. */
import type { Likelihoods } from '../shared/steady.ts'

export interface Speech {
  readonly samples: Float32Array
}

/** One for each trait of the description, in its order. */
export type Judged = readonly Likelihoods[]
