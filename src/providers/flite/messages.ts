/** What the engine and its threads tell each other. */

/** A text to be spoken, as flite takes it: ASCII, one string for each token of what was given. */
export interface Saying {
  readonly voice: string
  /** 2 is twice as slow. */
  readonly stretch: number
  readonly says: readonly string[]
}

/** A sound of flite's phone set. */
export interface Phone {
  readonly phone: string
  readonly startMs: number
  readonly endMs: number
}

/** The phones of one token, in order; the first's start and the last's end are the token's. */
export interface Timed {
  readonly startMs: number
  readonly endMs: number
  readonly phones: readonly Phone[]
}

/** Audio, and when each token is spoken in it. */
export interface Said {
  readonly samples: Float32Array
  readonly tokens: readonly Timed[]
}
