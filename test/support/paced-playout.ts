/** Playout for tests of the conversation: plays what it is told of by steps, and tells what was heard. */
import { durationMs } from '../../src/audio/frame.ts'
import type { Effect } from '../../src/conversation/effects.ts'
import type { SessionEvent } from '../../src/conversation/events.ts'
import type { Tick } from '../../src/conversation/inputs.ts'

interface Line {
  readonly replyId: string
  readonly items: { readonly itemId: string; ms: number }[]
  heardMs: number
  complete: boolean
}

export class PacedPlayout {
  readonly #lines: Line[] = []
  held = false
  /** How much of each item was heard, of replies that were cleared. */
  readonly heard = new Map<string, number>()

  see(event: SessionEvent): void {
    if (event.type === 'reply.started' && event.reply.modalities.audio)
      this.#lines.push({ replyId: event.reply.id, items: [], heardMs: 0, complete: false })
    const line = this.#lines.find(({ replyId }) => 'replyId' in event && event.replyId === replyId)
    if (event.type === 'reply.part-added' && event.part.type === 'audio')
      line?.items.push({ itemId: event.itemId, ms: 0 })
    if (event.type === 'reply.audio' && line) line.items.at(-1)!.ms += durationMs(event.frame)
    const ended = this.#lines.find(({ replyId }) => event.type === 'reply.finished' && event.reply.id === replyId)
    if (ended) ended.complete = true
  }

  perform(effect: Effect): readonly Tick[] {
    if (effect.type === 'hold-playback') this.held = true
    if (effect.type === 'resume-playback') this.held = false
    if (effect.type !== 'clear-playback') return []
    this.held = false
    return this.#lines.splice(0).map((line) => {
      this.#note(line)
      return { type: 'playback.cleared', replyId: line.replyId, heardMs: line.heardMs }
    })
  }

  /** So much time passes. */
  pass(ms: number): readonly Tick[] {
    const ticks: Tick[] = []
    let left = this.held ? 0 : ms
    for (let line = this.#lines[0]; line; line = this.#lines[0]) {
      const restMs = line.items.reduce((sum, item) => sum + item.ms, 0) - line.heardMs
      const nowMs = Math.min(left, restMs)
      if (nowMs > 0 && line.heardMs === 0) ticks.push({ type: 'playback.started', replyId: line.replyId })
      line.heardMs += nowMs
      left -= nowMs
      if (nowMs < restMs || !line.complete) break
      ticks.push({ type: 'playback.stopped', replyId: line.replyId })
      this.#lines.shift()
    }
    return ticks
  }

  #note({ items, heardMs }: Line): void {
    let left = heardMs
    for (const { itemId, ms } of items) {
      this.heard.set(itemId, Math.min(left, ms))
      left -= Math.min(left, ms)
    }
  }
}
