/** Interjections: what a listener says while the user speaks. No part of any reply or item, and no reason to stop anything. */
import type { Tick } from './inputs.ts'
import type { Replies } from './replies.ts'
import type { Shared } from './shared.ts'

/** Hz of their audio, whatever replies have. */
export const interjectionRate = 24_000

type Told = Extract<Tick, { readonly type: `backchannel.${string}` }>

/** At most one at a time. One that may not go on is over at once, and what still comes of it is passed over. */
export class Interjections {
  readonly #shared: Shared
  readonly #replies: Replies
  #open: { readonly backchannelId: string; readonly phrase: string } | undefined

  constructor(shared: Shared, replies: Replies) {
    this.#shared = shared
    this.#replies = replies
  }

  take(tick: Told): void {
    const { emit } = this.#shared
    const { backchannelId } = tick
    switch (tick.type) {
      case 'backchannel.started':
        this.stop()
        if (this.#mayBe) this.#open = { backchannelId, phrase: tick.phrase }
        else emit({ type: 'backchannel.skipped', backchannelId, reason: 'turn-ended' })
        break
      case 'backchannel.audio':
        if (this.#open?.backchannelId === backchannelId) emit(tick)
        break
      case 'backchannel.ended':
        if (this.#open?.backchannelId === backchannelId) this.stop()
        break
      case 'backchannel.skipped':
        emit(tick)
        break
      default:
        tick satisfies never
    }
  }

  /** Ends one whose time is over: the user has stopped, or a reply has begun. */
  settle(): void {
    if (this.#open && !this.#mayBe) this.stop()
  }

  /** Ends one that is being said. */
  stop(): void {
    const open = this.#open
    this.#open = undefined
    if (open) this.#shared.emit({ type: 'backchannel.done', ...open })
  }

  get #mayBe(): boolean {
    const { config, turns } = this.#shared
    return config().backchannel?.enabled === true && turns.speaking !== undefined && !this.#replies.main
  }
}
