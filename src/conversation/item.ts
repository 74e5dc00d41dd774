/** Item: an entry of the conversation. */

import type { RemoteTool, ToolResult } from '../engines/remote-tools.ts'
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

/** A call of a tool at a server. `callId` is the model's own, `name` the server's. */
export interface ServerCall {
  readonly callId: string
  readonly server: string
  readonly name: string
  readonly arguments: string
}

/** `incomplete`: cut short by the user, a limit or a failure. */
export type ItemStatus = 'running' | 'completed' | 'incomplete'

export type Item = { readonly id: string; readonly status: ItemStatus } & (
  | { readonly type: 'message'; readonly role: 'system' | 'user' | 'assistant'; readonly parts: readonly Part[] }
  | { readonly type: 'call'; readonly callId: string; readonly name: string; readonly arguments: string }
  | { readonly type: 'call-output'; readonly callId: string; readonly output: string }
  /** What a server has; none and a problem where it could not be asked. */
  | {
      readonly type: 'tool-list'
      readonly server: string
      readonly tools: readonly RemoteTool[]
      readonly problem?: string
    }
  /** A call that the server makes itself; running until its result is there. */
  | ({ readonly type: 'server-call'; readonly approvalId?: string; readonly result?: ToolResult } & ServerCall)
  /** A call that is made once the client allows it. */
  | ({ readonly type: 'approval-request' } & ServerCall)
  | { readonly type: 'approval'; readonly requestId: string; readonly approve: boolean; readonly reason?: string }
  /** The server looked something up: clients are not told. */
  | {
      readonly type: 'search'
      readonly callId: string
      readonly name: string
      readonly arguments: string
      readonly result?: ToolResult
    }
  /** What this server does not act on but keeps and gives back (such as lists of another server's tools), as the client wrote it. */
  | { readonly type: 'other'; readonly wire: Readonly<Record<string, unknown>> }
)
