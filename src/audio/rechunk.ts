/** Frames of any length → frames of one length. */
import type { AudioFrame } from './frame.ts'

/** Cuts one continuous stream anew. The first frame says where it begins; times follow from counting samples. */
export class Rechunker {
  readonly #sampleRate: number
  readonly #samplesPerFrame: number
  #rest: Float32Array
  #held = 0
  #originMs = 0
  #given = 0

  /** `sampleRate` is that of every frame that will be pushed. */
  constructor(sampleRate: number, samplesPerFrame: number) {
    this.#sampleRate = sampleRate
    this.#samplesPerFrame = samplesPerFrame
    this.#rest = new Float32Array(samplesPerFrame)
  }

  /** The frames that this one completes. */
  push(frame: AudioFrame): AudioFrame[] {
    const { samples } = frame
    if (this.#held === 0 && this.#given === 0) this.#originMs = frame.startMs
    if (this.#held === 0 && samples.length === this.#samplesPerFrame) return [this.#give(samples)]
    const frames: AudioFrame[] = []
    let at = 0
    while (at < samples.length) {
      const part = samples.subarray(at, at + this.#samplesPerFrame - this.#held)
      this.#rest.set(part, this.#held)
      this.#held += part.length
      at += part.length
      if (this.#held < this.#samplesPerFrame) break
      frames.push(this.#give(this.#rest))
      this.#rest = new Float32Array(this.#samplesPerFrame)
      this.#held = 0
    }
    return frames
  }

  /** The short rest, if there is one. What is pushed afterwards is a new stream. */
  flush(): AudioFrame[] {
    const rest = this.#held > 0 ? [this.#give(this.#rest.slice(0, this.#held))] : []
    this.#held = 0
    this.#given = 0
    return rest
  }

  #give(samples: Float32Array): AudioFrame {
    const startMs = this.#originMs + (this.#given * 1000) / this.#sampleRate
    this.#given += samples.length
    return { samples, sampleRate: this.#sampleRate, startMs }
  }
}
