/** Spoken: what comes of text that is being spoken, in the order in which it is heard. */
import type { AudioFrame } from '../audio/frame.ts'

/** Times are on the clock of this speech, which begins at 0. */
export type Spoken =
  /** Spoken from here on. All these texts joined are the text that was given, with its markup. */
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'audio'; readonly frame: AudioFrame }
  /** Comes before the audio in which the word ends. `from` and `to` count characters of all texts so far, joined. */
  | {
      readonly type: 'word'
      readonly text: string
      readonly from: number
      readonly to: number
      readonly startMs: number
      readonly endMs: number
      readonly phones?: readonly { readonly phone: string; readonly startMs: number; readonly endMs: number }[]
    }
  | { readonly type: 'flushed'; readonly flush: number }
