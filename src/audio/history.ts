/** The last few seconds of a stream, to look back at. */
import type { AudioFrame } from './frame.ts'

/** A frame that starts further than this from where the last one ended does not continue it. */
const gapMs = 1

/** Keeps at most `limitMs` of audio; its memory grows with what it holds, up to that. */
export class History {
  readonly #limitMs: number
  #ring = new Float32Array(0)
  #sampleRate = 0
  #originMs = 0
  /** Samples since the origin, and how many of the last of them are held. */
  #seen = 0
  #held = 0

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  /** Where what is held begins on the audio clock. */
  get startMs(): number {
    return this.#timeOf(this.#seen - this.#held)
  }

  /** Where what is held ends on the audio clock. */
  get endMs(): number {
    return this.#timeOf(this.#seen)
  }

  /** Adds a frame. One that leaves a gap, goes back, or has another rate starts the history anew. */
  push(frame: AudioFrame): void {
    if (frame.sampleRate !== this.#sampleRate || Math.abs(frame.startMs - this.endMs) > gapMs) {
      if (frame.sampleRate !== this.#sampleRate) this.#ring = new Float32Array(0)
      this.#sampleRate = frame.sampleRate
      this.#originMs = frame.startMs
      this.#seen = 0
      this.#held = 0
    }
    const limit = Math.ceil((this.#limitMs * frame.sampleRate) / 1000)
    const wanted = Math.min(limit, this.#held + frame.samples.length)
    if (wanted > this.#ring.length) this.#grow(Math.min(limit, Math.max(wanted, this.#ring.length * 2)))
    this.#seen += frame.samples.length
    const kept = frame.samples.subarray(Math.max(0, frame.samples.length - limit))
    const at = this.#place(this.#seen - kept.length)
    const first = kept.subarray(0, this.#ring.length - at)
    this.#ring.set(first, at)
    this.#ring.set(kept.subarray(first.length), 0)
    this.#held = Math.min(this.#held + frame.samples.length, limit)
  }

  /** What is held from `startMs` (or from where it begins, if that is later) to the end, as a copy; undefined if nothing is. */
  since(startMs: number): AudioFrame | undefined {
    const skipped = Math.round(((startMs - this.startMs) * this.#sampleRate) / 1000)
    const length = Math.min(this.#held, this.#held - skipped)
    if (!(length > 0)) return undefined
    return { samples: this.#last(length), sampleRate: this.#sampleRate, startMs: this.#timeOf(this.#seen - length) }
  }

  #timeOf(sample: number): number {
    return this.#sampleRate === 0 ? 0 : this.#originMs + (sample * 1000) / this.#sampleRate
  }

  #place(sample: number): number {
    return this.#ring.length === 0 ? 0 : sample % this.#ring.length
  }

  #last(length: number): Float32Array<ArrayBuffer> {
    const samples = new Float32Array(length)
    const from = this.#place(this.#seen - length)
    const first = this.#ring.subarray(from, from + length)
    samples.set(first)
    samples.set(this.#ring.subarray(0, length - first.length), first.length)
    return samples
  }

  #grow(size: number): void {
    const samples = this.#last(this.#held)
    this.#ring = new Float32Array(size)
    const at = this.#place(this.#seen - samples.length)
    const first = samples.subarray(0, size - at)
    this.#ring.set(first, at)
    this.#ring.set(samples.subarray(first.length), 0)
  }
}
