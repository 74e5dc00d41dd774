/** Rendering: how a text is cut for its voice, and how far the voice follows the instructions in it. */

/**
 * Where text that is still being written is cut. `quick` speaks its first few words, then whole sentences; `clauses` speaks
 * soon and waits longer from piece to piece; `sentences` sounds better; `whole` waits for the end (or a flush).
 */
export type Cut = 'quick' | 'clauses' | 'sentences' | 'whole'

/** How a speech is rendered. */
export interface Rendering {
  readonly cut: Cut
  /** Whether all pieces of a speech are one to the voice, or each begins anew. */
  readonly context: 'speech' | 'piece'
  /**
   * `repeated`: each piece begins with the instruction in force. `once`: an instruction is given where it stands, and
   * lasts as long as the context does.
   */
  readonly steering: 'repeated' | 'once'
  /** How strongly instructions are followed: 1 as they ask, 0 not at all. */
  readonly expression: number
}

/** As it is when nobody says otherwise. */
export const plainRendering: Rendering = { cut: 'clauses', context: 'speech', steering: 'repeated', expression: 1 }
