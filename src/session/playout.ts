/** Playout: lets the audio of replies out at the pace of time, and knows how much was heard; can hold, go on and drop. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import type { SessionEvent } from '../conversation/events.ts'
import { Condition } from '../streams/condition.ts'

/** Audio that may wait to be heard, of all replies together; past that, replies wait. */
const waitingLimitMs = 10_000
/** How often some is let out, and most of what is let out as one. */
const stepMs = 20
/** How far ahead of time it is let out, so that a late timer is not heard. What is out cannot be held back. */
const leadMs = 60

/** What the conversation is told of it. `heardMs` counts what was let out. */
export type PlayoutTick =
  | { readonly type: 'playback.started' | 'playback.stopped'; readonly replyId: string }
  | { readonly type: 'playback.cleared'; readonly replyId: string; readonly heardMs: number }

/** The audio of one reply that is still to be let out. */
interface Line {
  readonly replyId: string
  readonly frames: AudioFrame[]
  /** Samples of the first frame that are out. */
  taken: number
  outMs: number
  /** That it is heard has been told, or will be. */
  begun: boolean
  /** No more will come. */
  complete: boolean
}

/** What is out and may not have been heard yet. */
interface Piece {
  readonly line: Line
  readonly frame: AudioFrame
  /** When it will have been heard. */
  readonly heardAt: number
}

export interface PlayoutParts {
  /** Given at most 20 ms of audio at a time, up to 60 ms before it is to be heard. */
  readonly play: (frame: AudioFrame) => void
  /** Forget what was given and has not been heard yet. Where it is missing, what was given is heard. */
  readonly drop?: () => void
  /** How much later than it could be what was given is heard, in milliseconds. Where it is missing, nothing. */
  readonly lagMs?: () => number
  readonly tell: (tick: PlayoutTick) => void
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
}

/**
 * One reply after the other. Each that began is told of once more, as stopped once it has been heard to its end or as
 * cleared. Whoever makes it closes it.
 */
export class Playout {
  readonly #parts: PlayoutParts
  readonly #now: () => number
  #lines = new Map<string, Line>()
  /** What is to be told once it is heard, in that order. */
  #due: { readonly tick: PlayoutTick; readonly at: number }[] = []
  #waitingMs = 0
  #out: Piece[] = []
  /** When all that is out will have been heard. */
  #heardAt = 0
  #held = false
  #timer: NodeJS.Timeout | undefined
  readonly #eased = new Condition()

  constructor(parts: PlayoutParts) {
    this.#parts = parts
    this.#now = parts.now ?? (() => performance.now())
  }

  /** True while nothing is heard, waits or is being made. */
  get isQuiet(): boolean {
    return this.#lines.size === 0 && this.#due.length === 0
  }

  /** True while so much waits that whoever makes more must wait for `eased`. */
  get isFull(): boolean {
    return this.#waitingMs > waitingLimitMs
  }

  /** Resolves when half of the limit or less waits. */
  eased(): Promise<void> {
    if (this.#waitingMs <= waitingLimitMs / 2) return Promise.resolve()
    return this.#eased.wait()
  }

  /** Takes what concerns it. True for audio, which goes nowhere else. */
  takes(event: SessionEvent): boolean {
    if (event.type === 'reply.started' && event.reply.modalities.audio) this.begin(event.reply.id)
    if (event.type === 'reply.finished') this.end(event.reply.id)
    if (event.type !== 'reply.audio') return false
    this.push(event.replyId, event.frame)
    return true
  }

  /** A reply will be spoken. */
  begin(replyId: string): void {
    this.#lines.set(replyId, { replyId, frames: [], taken: 0, outMs: 0, begun: false, complete: false })
  }

  /** The next audio of a reply. */
  push(replyId: string, frame: AudioFrame): void {
    const line = this.#lines.get(replyId)
    if (!line || frame.samples.length === 0) return
    line.frames.push(frame)
    this.#waitingMs += durationMs(frame)
    this.#timer ?? this.#advance()
  }

  /** No more audio of this reply will come. */
  end(replyId: string): void {
    const line = this.#lines.get(replyId)
    if (!line) return
    line.complete = true
    if (line.begun) this.#closeIfOver(line)
    this.#schedule()
  }

  /** Lets nothing more out. */
  hold(): void {
    this.#held = true
    this.#takeBack()
  }

  /** Goes on from the next sample after the last that is out, or where what is out can be dropped, that was heard. */
  resume(): void {
    if (!this.#held) return
    this.#held = false
    this.#timer ?? this.#advance()
  }

  /** Drops all that is not out yet, of replies that go on too, and is no longer held. */
  clear(): void {
    this.#takeBack()
    const lines = [...this.#lines.values()]
    this.#lines.clear()
    this.#held = false
    this.#waitingMs = 0
    this.#ease()
    for (const { tick } of this.#due.splice(0)) this.#parts.tell(tick)
    for (const { replyId, outMs } of lines) this.#parts.tell({ type: 'playback.cleared', replyId, heardMs: outMs })
  }

  /** Resolves with the last that waits or is held. */
  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#held = true
    this.#lines.clear()
    this.#due = []
    this.#out = []
    this.#waitingMs = 0
    this.#ease()
  }

  #advance(): void {
    this.#timer = undefined
    const now = this.#now()
    this.#heardAt = Math.max(this.#heardAt, now)
    for (const line of this.#lines.values()) this.#closeIfOver(line)
    if (!this.#held) this.#letOut(now)
    const heardNow = this.#heardNow()
    while (this.#due[0] && this.#due[0].at <= heardNow) this.#parts.tell(this.#due.shift()!.tick)
    this.#schedule()
  }

  #letOut(now: number): void {
    while (this.#heardAt - now < leadMs) {
      const line = this.#current()
      if (!line) return
      if (!line.begun) this.#due.push({ tick: { type: 'playback.started', replyId: line.replyId }, at: this.#heardAt })
      line.begun = true
      const frame = this.#take(line)
      this.#parts.play(frame)
      this.#heardAt += durationMs(frame)
      if (this.#parts.drop) this.#remember({ line, frame, heardAt: this.#heardAt })
      this.#closeIfOver(line)
    }
  }

  #closeIfOver({ replyId, complete, frames }: Line): void {
    if (!complete || frames.length > 0) return
    this.#lines.delete(replyId)
    this.#due.push({ tick: { type: 'playback.stopped', replyId }, at: this.#heardAt })
  }

  /** The reply that is heard, else the next, if there is anything of it. */
  #current(): Line | undefined {
    const lines = [...this.#lines.values()]
    const line = lines.find(({ begun }) => begun) ?? lines.find(({ frames }) => frames.length > 0)
    return line && line.frames.length > 0 ? line : undefined
  }

  /** What the user hears at this moment, on the clock by which audio was let out. */
  #heardNow(): number {
    return this.#now() - (this.#parts.lagMs?.() ?? 0)
  }

  #remember(piece: Piece): void {
    const now = this.#heardNow()
    this.#out = [...this.#out.filter(({ heardAt }) => heardAt > now), piece]
  }

  /** Has what is out and was not heard dropped, where that can be, and puts it before what waits. */
  #takeBack(): void {
    if (!this.#parts.drop) return
    const now = this.#heardNow()
    const unheard = this.#out.filter(({ heardAt }) => heardAt > now)
    this.#out = []
    if (unheard.length === 0) return
    this.#parts.drop()
    this.#heardAt = this.#now()
    for (const { line, frame, heardAt } of unheard.toReversed()) {
      const ms = Math.min(durationMs(frame), heardAt - now)
      const from = frame.samples.length - Math.round((ms * frame.sampleRate) / 1000)
      if (line.taken > 0) {
        const [first] = line.frames
        line.frames[0] = { ...first!, samples: first!.samples.subarray(line.taken) }
        line.taken = 0
      }
      line.frames.unshift({ ...frame, samples: frame.samples.subarray(from) })
      line.outMs = Math.max(0, line.outMs - ms)
      this.#waitingMs += ms
      if (!this.#lines.has(line.replyId)) this.#lines = new Map([[line.replyId, line], ...this.#lines])
    }
    const back = new Map(unheard.map(({ line }) => [line.replyId, line]))
    this.#due = this.#due.filter(({ tick, at }) => {
      const line = at > now ? back.get(tick.replyId) : undefined
      if (line && tick.type === 'playback.started') line.begun = false
      return line === undefined
    })
  }

  /** The next samples, 20 ms of them at most. */
  #take(line: Line): AudioFrame {
    const { samples, sampleRate, startMs } = line.frames[0]!
    const from = line.taken
    const to = Math.min(samples.length, from + Math.round((sampleRate * stepMs) / 1000))
    line.taken = to
    if (to === samples.length) {
      line.frames.shift()
      line.taken = 0
    }
    const frame = { samples: samples.subarray(from, to), sampleRate, startMs: startMs + (from * 1000) / sampleRate }
    const ms = durationMs(frame)
    line.outMs += ms
    this.#waitingMs = Math.max(0, this.#waitingMs - ms)
    this.#ease()
    return frame
  }

  /** Looks again soon where there is anything to do. */
  #schedule(): void {
    if (this.#timer !== undefined) return
    const silent = [...this.#lines.values()].some(({ complete, frames }) => complete && frames.length === 0)
    if (this.#due.length === 0 && !silent && (this.#held || !this.#current())) return
    this.#timer = setTimeout(() => this.#advance(), stepMs)
  }

  #ease(): void {
    if (this.#waitingMs <= waitingLimitMs / 2) this.#eased.notify()
  }
}
