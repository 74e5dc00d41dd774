/** speak(pieces, settings) → AsyncIterable<Spoken>. */
import type { Work } from '../engines/engine.ts'
import type { Piece, TextToSpeech } from '../engines/text-to-speech.ts'
import type { Spoken } from './spoken.ts'

/** How text is spoken, and by whom. */
export interface SpeakSettings {
  readonly engine: TextToSpeech
  /** Id of one of the engine's voices; its first voice where it is missing. */
  readonly voice?: string
  /** BCP-47. */
  readonly language?: string
  /** 1 is the voice's own speed. */
  readonly speed?: number
  /**
   * Where text that is still being written is cut: `clauses` speaks soonest, `sentences` sounds better, `whole` waits
   * for the end (or a flush) and sounds best. Default `clauses`.
   */
  readonly cut?: 'clauses' | 'sentences' | 'whole'
}

/** Text as it is written, in pieces of any size (half words too), and what else `Piece` allows. */
export type SpeakInput = string | Exclude<Piece, { type: 'text' }>

/**
 * Speaks text while it is being written: the first clause's audio is out before the second is synthesised. Ends when
 * the text has ended and been spoken; an aborted signal just ends it, within 20 ms. Throws what the engine throws.
 */
export declare const speak: (input: AsyncIterable<SpeakInput>, settings: SpeakSettings & Work) => AsyncIterable<Spoken>
