/** The outline of a recording: the least and the greatest sample of every ten milliseconds. */

/** Milliseconds that one pair stands for. */
export const peakMs = 10

/** Grows while audio comes in. */
export class Peaks {
  readonly #samplesPerPeak: number
  #least = new Float32Array(1024)
  #most = new Float32Array(1024)
  #count = 0
  #inOpen = 0

  constructor(sampleRate: number) {
    this.#samplesPerPeak = Math.round((sampleRate * peakMs) / 1000)
  }

  push(samples: Float32Array): void {
    for (const sample of samples) {
      if (this.#inOpen === 0) this.#open(sample)
      else {
        const at = this.#count - 1
        if (sample < this.#least[at]!) this.#least[at] = sample
        if (sample > this.#most[at]!) this.#most[at] = sample
      }
      this.#inOpen = (this.#inOpen + 1) % this.#samplesPerPeak
    }
  }

  /** How much audio there is. */
  get lengthMs(): number {
    return this.#count * peakMs
  }

  /** The least and the greatest sample between two times; zeros where there is no audio. */
  between(fromMs: number, toMs: number): readonly [least: number, most: number] {
    const from = Math.max(0, Math.floor(fromMs / peakMs))
    const to = Math.min(this.#count, Math.max(from + 1, Math.ceil(toMs / peakMs)))
    let [least, most] = [0, 0]
    for (let at = from; at < to; at++) {
      if (this.#least[at]! < least) least = this.#least[at]!
      if (this.#most[at]! > most) most = this.#most[at]!
    }
    return [least, most]
  }

  #open(sample: number): void {
    if (this.#count === this.#least.length) {
      this.#least = doubled(this.#least)
      this.#most = doubled(this.#most)
    }
    this.#least[this.#count] = sample
    this.#most[this.#count] = sample
    this.#count += 1
  }
}

const doubled = (values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> => {
  const larger = new Float32Array(values.length * 2)
  larger.set(values)
  return larger
}
