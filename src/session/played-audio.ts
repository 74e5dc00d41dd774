/** PlayedAudio: what a client was given to play, laid on the clock of what it sends. */
import { type AudioFrame, durationMs, endMs } from '../audio/frame.ts'
import { RateConverter } from '../listening/rate.ts'

/** Audio that is kept ahead of the input: a long reply goes out faster than it is heard. */
const keptMs = 60_000
/** A client that was told to stop may be heard for so long after that. */
const stopMs = 200
/** Input comes in jerks, and reply audio is never to lie behind its echo: the latest input counts, forgotten at 0.2 of the pace of time. */
const jerkShare = 0.2
const jerkLimitMs = 500
/** What goes out so soon after the end of what went out before is heard without a gap: timers and networks are late, players wait. */
const seamMs = 150
/** Input that comes so much later than it should left something out: what was played meanwhile is not in it. */
const gapMs = 300

/**
 * Whatever goes out is played at once and without gaps, behind what went out before; how long it takes to the client and
 * back is for others to find out.
 */
export class PlayedAudio {
  readonly #sampleRate: number
  readonly #now: () => number
  #converter: RateConverter
  #frames: AudioFrame[] = []
  #endMs = Number.NEGATIVE_INFINITY
  /** How far the clock of the input is behind the wall clock, and when that was known. Before there is any, it is the wall clock. */
  #behindMs = 0
  #knownAt: number | undefined

  /** `sampleRate`: Hz of what is read. `now`: milliseconds of a clock that never goes back. */
  constructor(sampleRate: number, now: () => number = () => performance.now()) {
    this.#sampleRate = sampleRate
    this.#now = now
    this.#converter = new RateConverter(sampleRate)
  }

  /** Where the last of it ends. */
  get endMs(): number {
    return this.#endMs
  }

  /** So much input has come in. */
  received(inputMs: number): void {
    const now = this.#now()
    const behindMs = now - inputMs
    if (behindMs > this.#behindMs + gapMs || this.#knownAt === undefined) this.#move(this.#behindMs - behindMs)
    const before = this.#behindMs - jerkShare * (now - (this.#knownAt ?? now))
    this.#behindMs = Math.min(Math.max(behindMs, before), behindMs + jerkLimitMs)
    this.#knownAt = now
  }

  /** The next audio of a reply goes out. */
  play(frame: AudioFrame): void {
    const nowMs = this.#nowMs
    const startMs = nowMs > this.#endMs + seamMs ? nowMs : this.#endMs
    const length = durationMs(frame)
    if (startMs !== this.#endMs || startMs + length > nowMs + keptMs) this.#close()
    this.#endMs = startMs + length
    if (this.#endMs <= nowMs + keptMs) this.#keep(this.#converter.push({ ...frame, startMs }))
  }

  /** The client drops what it has not played. */
  stop(): void {
    this.#close()
    this.#endMs = Math.min(this.#endMs, this.#nowMs + stopMs)
    this.#frames = this.#frames.map(({ samples, sampleRate, startMs }) => {
      const length = Math.max(0, Math.round(((this.#endMs - startMs) * sampleRate) / 1000))
      return { samples: samples.subarray(0, length), sampleRate, startMs }
    })
  }

  /** So many samples from there on, silence where nothing was played. What lies before is forgotten. */
  read(startMs: number, length: number): Float32Array {
    const samples = new Float32Array(length)
    this.#frames = this.#frames.filter((frame) => endMs(frame) > startMs)
    for (const frame of this.#frames) {
      const at = Math.round(((frame.startMs - startMs) * this.#sampleRate) / 1000)
      const from = Math.max(0, -at)
      const to = Math.min(frame.samples.length, length - at)
      if (to > from) samples.set(frame.samples.subarray(from, to), at + from)
    }
    return samples
  }

  /** Where the input is now. */
  get #nowMs(): number {
    return this.#now() - this.#behindMs
  }

  /** The clock of the input is another than was thought. */
  #move(byMs: number): void {
    this.#close()
    this.#endMs += byMs
    this.#frames = this.#frames.map((frame) => ({ ...frame, startMs: frame.startMs + byMs }))
  }

  /** What follows does not continue it. */
  #close(): void {
    this.#keep(this.#converter.flush())
    this.#converter = new RateConverter(this.#sampleRate)
  }

  #keep(frames: readonly AudioFrame[]): void {
    this.#frames.push(...frames)
  }
}
