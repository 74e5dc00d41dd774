/** Spoken: what comes of text that is being spoken, in the order in which it is heard. */
import type { SpeechEvent } from '../engines/text-to-speech.ts'

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

/** Times are on the clock of this speech, which begins at 0; places of words count characters of all texts so far, joined. */
export type Spoken =
  /**
   * Spoken from here on. All these texts joined are the text that was given, with its markup and without its tags; with
   * the tags put back it is the text that was given.
   */
  | { readonly type: 'text'; readonly text: string; readonly tags?: readonly PlacedTag[] }
  | Exclude<SpeechEvent, { readonly type: 'text' }>
