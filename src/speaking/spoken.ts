/** Spoken: what comes of text that is being spoken, in the order in which it is heard. */
import type { AudioFrame } from '../audio/frame.ts'

/** A tag as it was written, and the number of characters of its text that stand before it. */
export interface PlacedTag {
  readonly at: number
  readonly tag: string
}

/** A text with its tags put back. */
export const withTags = (text: string, tags: readonly PlacedTag[] = []): string => {
  let whole = ''
  let from = 0
  for (const { at, tag } of tags) {
    whole += text.slice(from, at) + tag
    from = at
  }
  return whole + text.slice(from)
}

/** Times are on the clock of this speech, which begins at 0. */
export type Spoken =
  /**
   * Spoken from here on. All these texts joined are the text that was given, with its markup and without its tags; with
   * the tags put back it is the text that was given.
   */
  | { readonly type: 'text'; readonly text: string; readonly tags?: readonly PlacedTag[] }
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
