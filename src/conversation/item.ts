/** Item: an entry of the conversation. */

import type { PlacedTag } from '../speaking/spoken.ts'

/** When a word of spoken text was heard, for cutting the text to what was heard. Times count from the start of the part's audio. */
export interface SpokenWord {
  /** Characters of the part's text: the word is `text.slice(from, to)`. */
  readonly from: number
  readonly to: number
  readonly startMs: number
  readonly endMs: number
}

/** What a message is made of. Audio itself is kept by the session, not here. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  /** `text` is what was said: undefined while the recognizer has not finished (user), what was spoken so far (assistant). */
  | {
      readonly type: 'audio'
      readonly text: string | undefined
      readonly audioMs: number
      readonly words?: readonly SpokenWord[]
      /** What in the model's own text told how to say it. */
      readonly tags?: readonly PlacedTag[]
      /** So much of `text`, from its beginning, was said until the model began, and is nothing for a model. */
      readonly fillerCharacters?: number
      /** The user heard only so much of it; `text` is already cut. */
      readonly heardMs?: number
    }
  | { readonly type: 'image'; readonly url: string; readonly detail?: string }

/** `incomplete`: cut short by the user, a limit or a failure. */
export type ItemStatus = 'running' | 'completed' | 'incomplete'

export type Item = { readonly id: string; readonly status: ItemStatus } & (
  | { readonly type: 'message'; readonly role: 'system' | 'user' | 'assistant'; readonly parts: readonly Part[] }
  | { readonly type: 'call'; readonly callId: string; readonly name: string; readonly arguments: string }
  | { readonly type: 'call-output'; readonly callId: string; readonly output: string }
  /** What this server does not act on but keeps and gives back (MCP), as the client wrote it. */
  | { readonly type: 'other'; readonly wire: Readonly<Record<string, unknown>> }
)
