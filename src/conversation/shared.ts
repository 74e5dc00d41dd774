/** What the parts of a conversation share. */
import type { SessionConfig } from './config.ts'
import type { Effect } from './effects.ts'
import type { SessionEvent } from './events.ts'
import type { Items } from './items.ts'
import type { Refused } from './refusal.ts'
import type { UserTurns } from './user-turns.ts'
import type { UserVoice } from './user-voice.ts'

/** One for each conversation. */
export interface Shared {
  readonly config: () => SessionConfig
  readonly items: Items
  readonly turns: UserTurns
  readonly voice: UserVoice
  /** A new id, never given before. */
  readonly newId: (kind: 'item' | 'reply') => string
  /** Tells it, in its turn. */
  readonly emit: (event: SessionEvent) => void
  /** Has the session do it, once everything has been told. */
  readonly perform: (effect: Effect) => void
}

/** `param` is the field at fault, as the wire calls it. */
export const unknownItem = (itemId: string, param: string): Refused => ({
  reason: 'unknown-item',
  message: `There is no item ${itemId}.`,
  param,
})
