/** CurrentConfig: the session's config as it stands, and what changes it. */
import { merge, type SessionConfig, withoutFixed } from './config.ts'
import type { SessionEvent } from './events.ts'
import type { Command } from './inputs.ts'
import type { Item } from './item.ts'
import type { Items } from './items.ts'
import { counted, type MemoryUpdate, restored, updated } from './memory.ts'
import type { Refused } from './refusal.ts'

/** Characters of `extras` as JSON: what nothing acts on is kept, and told with each update. */
const mostExtras = 1024 * 1024

export class CurrentConfig {
  readonly #items: Items
  readonly #emit: (event: SessionEvent) => void
  #config: SessionConfig
  #hasSpoken = false

  constructor(parts: {
    readonly config: SessionConfig
    readonly items: Items
    readonly emit: (event: SessionEvent) => void
  }) {
    this.#config = parts.config
    this.#items = parts.items
    this.#emit = parts.emit
  }

  get value(): SessionConfig {
    return this.#config
  }

  /** The assistant has been heard: its voice stays. */
  spoken(): void {
    this.#hasSpoken = true
  }

  /** What the client wants changed. */
  update({ patch: wanted, unused = [] }: Extract<Command, { readonly type: 'session.update' }>): Refused | undefined {
    const voice = wanted.output?.voice
    if (this.#hasSpoken && voice !== undefined && voice !== this.#config.output.voice) {
      return { reason: 'voice-locked', message: 'The voice cannot be changed once the assistant has been heard.' }
    }
    const { kind } = this.#config
    const { patch, ignored: fixed } = withoutFixed(wanted, this.#config)
    const config = restored(this.#config, { ...merge(this.#config, patch), kind })
    if (patch.extras !== undefined && JSON.stringify(config.extras).length > mostExtras)
      return { reason: 'too-much', message: `The additions to a session hold ${mostExtras} characters at most.` }
    this.#config = config
    const ignored = [...unused, ...fixed]
    this.#emit({ type: 'session.updated', config: this.#config, ...(ignored.length > 0 && { ignored }) })
    return undefined
  }

  /** The memory counts the turns. */
  count(item: Item): void {
    this.#config = counted(this.#config, item)
  }

  /** What a model has summed up. */
  remember(update: MemoryUpdate): void {
    const { memory } = this.#config
    if (!memory?.enabled) return
    this.#config = { ...this.#config, memory: updated(memory, update, this.#items.trim(update.trim)) }
    this.#emit({ type: 'session.updated', config: this.#config })
  }
}
