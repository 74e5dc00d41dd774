/** What goes between the recognizer and its decoders in child processes. */
import type { Mean } from './library.ts'

/** A word as the decoder heard it: frames of 10 ms from the start of the segment. */
export interface HeardWord {
  readonly text: string
  readonly firstFrame: number
  readonly lastFrame: number
  /** Posterior, 0…1; 1 where the pass knows none. */
  readonly confidence: number
  /** Acoustic score per frame, less that of the best sound at each: 0 at most, in a unit of the pass's own. */
  readonly fit: number
}

/** One pass over a segment. Fillers such as silence and noise are no words. */
export interface Hearing {
  readonly words: readonly HeardWord[]
  readonly alternatives: readonly { readonly text: string; readonly confidence: number }[]
}

export interface DecoderLoad {
  readonly libraryDir: string
  readonly modelDir: string
  /** Streaming decoders to make at once. */
  readonly spare: number
  readonly secondPass: boolean
}

export type ToDecoder =
  /** The first message. `mean` is the cepstral mean that an utterance of the same session ended with. */
  | {
      readonly type: 'begin'
      readonly mean?: Mean | undefined
      readonly terms: readonly string[]
      readonly alternatives: number
    }
  /** `partial`: whether words are wanted in the answer. */
  | { readonly type: 'audio'; readonly samples: Int16Array; readonly partial: boolean }
  | { readonly type: 'pause'; readonly begun: boolean }
  /** Closes the segment; what follows belongs to the next. `whole`: whether a second pass is wanted. */
  | { readonly type: 'finish'; readonly segment: number; readonly whole: boolean }
  /** The second pass that was asked for is no longer wanted. */
  | { readonly type: 'give-up' }

export type FromDecoder =
  /** Answers `audio`. */
  | { readonly type: 'taken'; readonly samples: number; readonly words?: readonly HeardWord[] }
  /** Answers `finish` at once. */
  | { readonly type: 'streamed'; readonly segment: number; readonly hearing: Hearing; readonly mean: Mean }
  /** Answers `finish` when the second pass is done, if it was wanted. Undefined when it came to nothing. */
  | { readonly type: 'whole'; readonly segment: number; readonly hearing: Hearing | undefined }
