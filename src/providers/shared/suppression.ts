/** A filter that works on frames and gives them late → one that gives as many samples as it was given, each in its place. */
import { joined } from '../../audio/joined.ts'
import { Resampler } from '../../audio/resample.ts'

/** Takes noise out of one stream, frame by frame. */
export interface FrameFilter {
  /** Hz. */
  readonly sampleRate: number
  /** Samples of a frame. */
  readonly frame: number
  /** How many samples later its output comes. */
  readonly delay: number
  /** The next frame; what it gives is good until the next call. */
  process(samples: Float32Array): Float32Array | Promise<Float32Array>
  /** Frees what it holds. */
  close?(): void
}

/** One stream at any rate. Its methods are called one at a time. */
export class Suppression {
  readonly #filter: FrameFilter
  #rate = 0
  #up = new Resampler(8000, 8000)
  #down = new Resampler(8000, 8000)
  #rest: Float32Array = new Float32Array(0)
  /** Samples of the filter's output that lie before the stretch. */
  #early = 0
  /** What came in and has not come out. */
  #waiting: Float32Array = new Float32Array(0)

  constructor(filter: FrameFilter) {
    this.#filter = filter
    this.#begin(filter.sampleRate)
  }

  /** The audio that this audio completes; `strength`: share of the filter's output in it. */
  async push(samples: Float32Array, sampleRate: number, strength: number): Promise<Float32Array> {
    if (sampleRate !== this.#rate) this.#begin(sampleRate)
    this.#waiting = joined(Float32Array, [this.#waiting, samples])
    return this.#give(this.#down.push(await this.#filtered(this.#up.push(samples))), strength)
  }

  /** All that has not come out: the stretch has ended. */
  async flush(strength: number): Promise<Float32Array> {
    const { frame, delay } = this.#filter
    if (this.#waiting.length === 0) return new Float32Array(0)
    const parts = [this.#down.push(await this.#filtered(this.#up.flush()))]
    const silence = new Float32Array(frame * Math.ceil((delay + frame) / frame))
    parts.push(this.#down.push(await this.#filtered(silence)), this.#down.flush())
    const rest = this.#give(joined(Float32Array, parts), strength)
    this.#begin(this.#rate)
    return rest
  }

  close(): void {
    this.#filter.close?.()
  }

  #begin(sampleRate: number): void {
    const { sampleRate: filterRate, delay } = this.#filter
    this.#rate = sampleRate
    this.#up = new Resampler(sampleRate, filterRate)
    this.#down = new Resampler(filterRate, sampleRate)
    this.#rest = new Float32Array(0)
    this.#early = delay
    this.#waiting = new Float32Array(0)
  }

  /** What the filter makes of whole frames, its delay taken off. */
  async #filtered(samples: Float32Array): Promise<Float32Array> {
    const { frame } = this.#filter
    const all = joined(Float32Array, [this.#rest, samples])
    const whole = all.length - (all.length % frame)
    const out = new Float32Array(whole)
    for (let at = 0; at < whole; at += frame) out.set(await this.#filter.process(all.subarray(at, at + frame)), at)
    this.#rest = all.slice(whole)
    const early = Math.min(this.#early, whole)
    this.#early -= early
    return out.subarray(early)
  }

  #give(samples: Float32Array, strength: number): Float32Array {
    const count = Math.min(samples.length, this.#waiting.length)
    const given = Float32Array.from({ length: count }, (_, at) => {
      const before = this.#waiting[at]!
      return before + strength * (samples[at]! - before)
    })
    this.#waiting = this.#waiting.slice(count)
    return given
  }
}
