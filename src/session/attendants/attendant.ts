/** Attendant: what watches a session and has a say in it, with timers of its own. */
import type { SessionConfig } from '../../conversation/config.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import type { Input } from '../../conversation/inputs.ts'
import type { Item } from '../../conversation/item.ts'
import type { Heard } from '../../listening/heard.ts'
import type { Log } from '../../log.ts'
import type { Phrases } from '../phrases.ts'
import type { ReplyEngines } from '../reply.ts'

/** What attendants are made of. */
export interface AttendantParts {
  readonly config: () => SessionConfig
  readonly items: () => readonly Item[]
  /** Gives an input to the conversation. */
  readonly apply: (input: Input) => void
  /** Work that ends with the session. What it throws ends the session. */
  readonly start: (work: (signal: AbortSignal) => Promise<void>) => void
  readonly newId: (kind: 'backchannel') => string
  readonly engines: ReplyEngines
  readonly phrases: Phrases
  /** 0…1. */
  readonly random: () => number
  readonly log: Log
}

/** Sees what happens; what it wants to happen it gives as inputs. Does nothing unless the session's config asks for it. */
export interface Attendant {
  see(event: SessionEvent): void
  /** What is heard, before the conversation makes anything of it. */
  hear?(heard: Heard): void
  /** Stops its timers. */
  close(): void
}
