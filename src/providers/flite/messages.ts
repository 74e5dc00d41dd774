/** What the engine and its threads tell each other. */

/** A text to be spoken, as flite takes it: ASCII, one string for each token of what was given. */
export interface Saying {
  readonly voice: string
  /** 2 is twice as slow. */
  readonly stretch: number
  readonly says: readonly string[]
  readonly delivery?: Delivery
}

/** What is different from the voice as it is by itself. */
export interface Delivery {
  /** 2 is an octave higher. */
  readonly pitch: number
  /** How far the pitch moves: 1 as always, 0 not at all. */
  readonly range: number
  readonly volumeDb: number
  readonly whisper: boolean
  /** 0…1. */
  readonly breathiness: number
  /** Which of `says` stand out. */
  readonly stressed: readonly number[]
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
