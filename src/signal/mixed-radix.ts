/** The power spectrum of real numbers, of any length that has small factors; for powers of two `PowerSpectrum` is quicker. */

const factorsOf = (size: number): readonly number[] => {
  for (let factor = 2; factor * factor <= size; factor++)
    if (size % factor === 0) return [factor, ...factorsOf(size / factor)]
  return [size]
}

/** Cooley and Tukey, "An algorithm for the machine calculation of complex Fourier series" (1965), in Stockham's order. */
export class MixedRadix {
  readonly #size: number
  readonly #factors: readonly number[]
  readonly #cos: Float64Array
  readonly #sin: Float64Array
  /** What a stage reads and what it writes; they change places. */
  #from: readonly [re: Float64Array, im: Float64Array]
  #to: readonly [re: Float64Array, im: Float64Array]

  constructor(size: number) {
    this.#size = size
    this.#factors = factorsOf(size)
    const angle = (2 * Math.PI) / size
    this.#cos = Float64Array.from({ length: size }, (_, at) => Math.cos(at * angle))
    this.#sin = Float64Array.from({ length: size }, (_, at) => -Math.sin(at * angle))
    this.#from = [new Float64Array(size), new Float64Array(size)]
    this.#to = [new Float64Array(size), new Float64Array(size)]
  }

  /** Squared magnitudes from 0 Hz to half the rate, size / 2 + 1 of them, written into `power`. */
  power(values: Float64Array, power: Float64Array): void {
    this.#from[0].set(values)
    this.#from[1].fill(0)
    let length = 1
    for (const factor of this.#factors) {
      this.#combine(length, factor)
      length *= factor
    }
    const [re, im] = this.#from
    for (let bin = 0; bin <= this.#size / 2; bin++) power[bin] = re[bin]! ** 2 + im[bin]! ** 2
  }

  /** Transforms of this length, which lie interleaved → `factor` times longer ones. */
  #combine(length: number, factor: number): void {
    const size = this.#size
    const left = size / (length * factor)
    const [re, im] = this.#from
    const [toRe, toIm] = this.#to
    for (let bin = 0; bin < length * factor; bin++) {
      const read = (bin % length) * left * factor
      const write = bin * left
      for (let at = 0; at < left; at++) {
        toRe[write + at] = re[read + at]!
        toIm[write + at] = im[read + at]!
      }
      for (let part = 1; part < factor; part++) {
        const turn = (part * bin * left) % size
        const cos = this.#cos[turn]!
        const sin = this.#sin[turn]!
        const place = read + part * left
        for (let at = 0; at < left; at++) {
          toRe[write + at]! += re[place + at]! * cos - im[place + at]! * sin
          toIm[write + at]! += re[place + at]! * sin + im[place + at]! * cos
        }
      }
    }
    const before = this.#from
    this.#from = this.#to
    this.#to = before
  }
}
