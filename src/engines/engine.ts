/** What all engines share: the work they are given, what travels with audio, and the card that describes them. */
import type { AudioFrame } from '../audio/frame.ts'
import type { Log } from '../log.ts'

/** What every piece of work is given. */
export interface Work {
  /** Aborts when the work is no longer wanted; its input then ends too, and its output must, within 100 ms. */
  readonly signal: AbortSignal
  readonly log: Log
  /** Takes measures such as queue depth or stage times; engines know no metrics library. */
  readonly observe?: (measure: Measure) => void
}

/** One number that an engine reports about itself. */
export interface Measure {
  readonly name: string
  readonly value: number
}

/** Rides along with audio and comes back once all the audio before it has been dealt with. */
export interface Flush {
  readonly flush: number
  /** How long the answer may take from here, in milliseconds of wall time; a better answer that takes longer is given up. */
  readonly budgetMs?: number
  /**
   * How much of the audio that it closes was speech beyond doubt, where that is known. Noise, music and far voices have
   * next to none: what a recognizer finds in them are no words.
   */
  readonly sureSpeechMs?: number
}

/**
 * Rides along with audio where speech pauses and where it goes on. A hint: an engine may begin work on the audio so
 * far at `begun`, since a `Flush` is likely to follow, and must throw that work away at `over`.
 */
export interface Pause {
  readonly pause: 'begun' | 'over'
}

export type AudioInput = AudioFrame | Flush | Pause

/** What an engine says about itself, for people and for `GET /v1/models`. */
export interface EngineCard {
  /** Such as `PocketSphinx 0.8, US English`. */
  readonly name: string
  /** Base language codes (`en`) that it knows; absent when it takes any. */
  readonly languages?: readonly string[]
  /** True when it tells the language of the speech by itself. */
  readonly detectsLanguage?: boolean
  /** One honest sentence: what was measured, on what. */
  readonly accuracy?: string
  /** CPU seconds per second of audio on one core, as measured. */
  readonly cost?: number
  /** A better engine to install, in words that name the command. */
  readonly better?: string
}
