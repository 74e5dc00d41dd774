/** Frames at one rate → frames at another, with their places on the clock. */
import { type AudioFrame, endMs } from '../audio/frame.ts'
import { Resampler, resampled } from '../audio/resample.ts'

/** For one stream. Frames may skip ahead on the clock after a `flush`. */
export class RateConverter {
  readonly #sampleRate: number
  #resampler: Resampler | undefined
  #fromHz = 0
  #nextMs: number | undefined

  /** `sampleRate` is what comes out, in Hz. */
  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate
  }

  /** What this frame completes; may be empty. */
  push(frame: AudioFrame): readonly AudioFrame[] {
    const before = frame.sampleRate === this.#fromHz ? [] : this.flush()
    this.#fromHz = frame.sampleRate
    if (frame.sampleRate === this.#sampleRate) return [...before, frame]
    this.#resampler ??= new Resampler(frame.sampleRate, this.#sampleRate)
    this.#nextMs ??= frame.startMs
    return [...before, ...this.#frame(this.#resampler.push(frame.samples))]
  }

  /** What is left; the next frame may have another place and rate. */
  flush(): readonly AudioFrame[] {
    const rest = this.#resampler ? this.#frame(this.#resampler.flush()) : []
    this.#resampler = undefined
    this.#nextMs = undefined
    return rest
  }

  #frame(samples: Float32Array): AudioFrame[] {
    if (samples.length === 0) return []
    const frame = { samples, sampleRate: this.#sampleRate, startMs: this.#nextMs ?? 0 }
    this.#nextMs = endMs(frame)
    return [frame]
  }
}

/** A whole piece of audio at another rate. */
export const atRate = (frame: AudioFrame, sampleRate: number): AudioFrame =>
  frame.sampleRate === sampleRate
    ? frame
    : { samples: resampled(frame.samples, frame.sampleRate, sampleRate), sampleRate, startMs: frame.startMs }
