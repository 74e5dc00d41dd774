/** Speech-to-text: audio → transcripts. */
import type { AudioInput, EngineCard, Work } from './engine.ts'

export interface Word {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
  /** 0…1. */
  readonly confidence?: number
  readonly speaker?: string
}

export type TranscriptEvent =
  /**
   * The present guess at the open segment; replaces the guess before it. The first `stable` characters of the text
   * are kept by every later partial of the segment; a final may differ, for a second pass is a new hearing.
   */
  | {
      readonly type: 'partial'
      readonly text: string
      readonly stable: number
      readonly startMs: number
      readonly endMs: number
      readonly words?: readonly Word[]
    }
  /** Closes the segment; will not change. Empty text when nothing was said. */
  | {
      readonly type: 'final'
      readonly text: string
      readonly startMs: number
      readonly endMs: number
      readonly words: readonly Word[]
      /** Which hearing it came from: the streaming pass, or one over the whole segment. */
      readonly pass: 'streaming' | 'whole'
      readonly language?: string
      /** Other readings, best first, without the text itself. Confidence is 0…1. */
      readonly alternatives?: readonly { readonly text: string; readonly confidence: number }[]
    }
  | { readonly type: 'flushed'; readonly flush: number }
  /** For recognizers that decide turns themselves. Likelihood is 0…1. */
  | { readonly type: 'turn-ended'; readonly likelihood: number }

export interface TranscribeOptions extends Work {
  /** Languages that may be spoken, best guess first (BCP-47 or base codes). A demand that cannot be met throws `unsupported`. */
  readonly languages?: readonly string[]
  /** Custom vocabulary: words and phrases that are likely. A hint. */
  readonly terms?: readonly string[]
  /**
   * Stands for one speaker's session: the same object for all its utterances. An engine may hang on it what it learns
   * of the voice and channel (in a WeakMap).
   */
  readonly session?: object
  /** False when nobody reads partials. Default true. */
  readonly partials?: boolean
  /** How many other readings a final should bring. Default 0. */
  readonly alternatives?: number
}

/**
 * A recognizer. `transcribe` is called once per utterance: the audio starts a little before speech does. Each `Flush`
 * closes the open segment: a `final`, then `flushed`. After one, the audio may go on later on the clock, for long pauses
 * are left out. The end of the audio without a `Flush` gives a last `final` too,
 * if there is an open segment. Text carries no invented punctuation and no sentence-start capital.
 */
export interface SpeechToText {
  /** Hz of the audio that `transcribe` is given. */
  readonly sampleRate: number
  readonly card: EngineCard
  transcribe(audio: AsyncIterable<AudioInput>, options: TranscribeOptions): AsyncIterable<TranscriptEvent>
  /** True when one more speaker would make those who speak now wait; new sessions are then refused. */
  busy?(): boolean
  /** Ends what the engine holds (processes, threads). */
  close?(): Promise<void>
}
