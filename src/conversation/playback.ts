/** Playback: what of the replies the user is hearing, as far as a conversation can know it. */
import { durationMs } from '../audio/frame.ts'
import type { Effect } from './effects.ts'
import type { SessionEvent } from './events.ts'

/** A message that is spoken, and where it begins in its reply's audio. */
export interface SpokenItem {
  readonly itemId: string
  readonly fromMs: number
  readonly audioMs: number
}

/** A reply of which something may still be heard. */
export interface HeardReply {
  readonly items: SpokenItem[]
  audioMs: number
  /** Some of it has been heard. */
  started: boolean
  /** It was cancelled, or failed: there may be text that was never voiced. */
  broken: boolean
}

/**
 * Where the session paces playout (`paced`), it is told. Elsewhere the client plays: the audio of a reply is taken to be
 * heard from when it was made, at the pace of the audio that the client sends.
 */
export class Playback {
  readonly paced: boolean
  readonly #perform: (effect: Effect) => void
  readonly #replies = new Map<string, HeardReply>()
  #held = false
  /** Replies that were dropped; how much of them was heard is still to come. */
  readonly #clearing = new Set<string>()
  #receivedMs = 0
  /** On the input's audio clock. */
  #heardUntilMs = 0

  constructor(paced: boolean, perform: (effect: Effect) => void) {
    this.paced = paced
    this.#perform = perform
  }

  /** All audio of the user up to here has come. */
  received(endMs: number): void {
    this.#receivedMs = endMs
  }

  see(event: SessionEvent): void {
    switch (event.type) {
      case 'reply.started':
        if (event.reply.modalities.audio && (this.paced || !event.reply.outOfBand))
          this.#replies.set(event.reply.id, { items: [], audioMs: 0, started: false, broken: false })
        break
      case 'reply.part-added': {
        const reply = this.#replies.get(event.replyId)
        if (event.part.type !== 'audio') break
        reply?.items.push({ itemId: event.itemId, fromMs: reply.audioMs, audioMs: 0 })
        break
      }
      case 'reply.audio': {
        const reply = this.#replies.get(event.replyId)
        const item = reply?.items.pop()
        if (!reply || !item) break
        const ms = durationMs(event.frame)
        reply.items.push({ ...item, audioMs: item.audioMs + ms })
        reply.audioMs += ms
        this.#heardUntilMs = Math.max(this.#heardUntilMs, this.#receivedMs) + ms
        break
      }
      case 'reply.finished': {
        if (event.reply.status === 'cancelled') this.#heardUntilMs = this.#receivedMs
        const reply = this.#replies.get(event.reply.id)
        if (reply) reply.broken = event.reply.status === 'cancelled' || event.reply.status === 'failed'
        if (!this.paced) this.#replies.delete(event.reply.id)
        break
      }
      case 'item.truncated':
        this.#heardUntilMs = this.#receivedMs
        break
      default:
    }
  }

  /** Whether the user is hearing a reply now, or would be if it were not held. */
  get isHeard(): boolean {
    if (!this.paced) return this.#heardUntilMs > this.#receivedMs
    return [...this.#replies.values()].some(({ started }) => started)
  }

  /** Where playout is paced: whether any of a reply is still to be heard. */
  get hasRest(): boolean {
    return this.paced && this.#replies.size > 0
  }

  /** Whether it is not known yet how much was heard of what was dropped: no time to ask a model. */
  get isClearing(): boolean {
    return this.#clearing.size > 0
  }

  /** Whether anything of this reply has been heard. */
  hasHeard(replyId: string): boolean {
    return this.#replies.get(replyId)?.started ?? false
  }

  /** The first of this reply is heard. False: it is not known. */
  started(replyId: string): boolean {
    const reply = this.#replies.get(replyId)
    if (reply) reply.started = true
    return reply !== undefined
  }

  /** Nothing more of this reply will be heard. Gives what is known of it. */
  ended(replyId: string): Readonly<HeardReply> | undefined {
    const reply = this.#replies.get(replyId)
    this.#replies.delete(replyId)
    this.#clearing.delete(replyId)
    return reply
  }

  /** Has playout stand still, or go on. */
  hold(held: boolean): void {
    if (!this.paced || this.#held === held) return
    this.#held = held
    this.#perform({ type: held ? 'hold-playback' : 'resume-playback' })
  }

  /** Has what was not heard dropped, as far as it is still here. */
  clear(): void {
    this.#held = false
    if (this.paced) for (const replyId of this.#replies.keys()) this.#clearing.add(replyId)
    this.#perform({ type: 'clear-playback' })
  }
}
