/** Transforms of short frames, by the radix-2 algorithm of J. Cooley and J. Tukey, Math. Comput. 19, 1965. */

/** Complex transforms of one length, a power of two. Keeps its tables only. */
export class Fourier {
  /** Where each sample is to lie before `turn`: the bits of its place in reverse. */
  readonly order: Uint16Array
  readonly #cosines: Float64Array
  readonly #sines: Float64Array

  constructor(size: number) {
    this.#cosines = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size))
    this.#sines = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size))
    const bits = Math.log2(size)
    this.order = Uint16Array.from({ length: size }, (_, i) => {
      let reversed = 0
      for (let bit = 0; bit < bits; bit += 1) if (i & (1 << bit)) reversed |= 1 << (bits - 1 - bit)
      return reversed
    })
  }

  /** In place: samples that lie in `order` → bins from 0 Hz up. With the two the other way round: the inverse, times `size`. */
  turn(real: Float64Array, imaginary: Float64Array): void {
    const cosines = this.#cosines
    const sines = this.#sines
    const count = real.length
    for (let half = 1; half < count; half *= 2) {
      const step = count / (2 * half)
      for (let k = 0; k < half; k += 1) {
        const cosine = cosines[k * step]!
        const sine = sines[k * step]!
        for (let a = k; a < count; a += 2 * half) {
          const b = a + half
          const turnedReal = real[b]! * cosine - imaginary[b]! * sine
          const turnedImaginary = real[b]! * sine + imaginary[b]! * cosine
          real[b] = real[a]! - turnedReal
          imaginary[b] = imaginary[a]! - turnedImaginary
          real[a] = real[a]! + turnedReal
          imaginary[a] = imaginary[a]! + turnedImaginary
        }
      }
    }
  }
}

/** A Hann window of this many samples; two that overlap by half add up to one. */
export const hann = (size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size))

/**
 * For lengths that are powers of two, where it takes a fraction of the time of `MixedRadix`, which takes any length. Real samples go
 * through a transform of half their number, the even ones as real parts and the odd ones as imaginary parts (J. Cooley,
 * P. Lewis and P. Welch, J. Sound Vib. 12, 1970). Keeps its tables and its scratch, so one belongs to one thread.
 */
export class PowerSpectrum {
  readonly size: number
  readonly #window: Float64Array
  /** Of `size` parts of a turn, the first half. */
  readonly #cosines: Float64Array
  readonly #sines: Float64Array
  readonly #fourier: Fourier
  readonly #real: Float64Array
  readonly #imaginary: Float64Array
  readonly #power: Float64Array

  /** `size`: samples of a frame, a power of two, at least 4. */
  constructor(size: number) {
    this.size = size
    const half = size / 2
    this.#window = hann(size)
    this.#cosines = Float64Array.from({ length: half }, (_, i) => Math.cos((2 * Math.PI * i) / size))
    this.#sines = Float64Array.from({ length: half }, (_, i) => -Math.sin((2 * Math.PI * i) / size))
    this.#fourier = new Fourier(half)
    this.#real = new Float64Array(half)
    this.#imaginary = new Float64Array(half)
    this.#power = new Float64Array(half + 1)
  }

  /** Power in each of `size / 2 + 1` bins of the samples at `at`, under a Hann window; good until the next call. */
  of(samples: Float32Array, at = 0): Float64Array {
    const window = this.#window
    const { order } = this.#fourier
    const real = this.#real
    const imaginary = this.#imaginary
    for (let i = 0; i < order.length; i += 1) {
      const place = order[i]!
      real[place] = (samples[at + 2 * i] ?? 0) * window[2 * i]!
      imaginary[place] = (samples[at + 2 * i + 1] ?? 0) * window[2 * i + 1]!
    }
    this.#fourier.turn(real, imaginary)
    return this.#parted()
  }

  /** What the even and the odd samples' transforms, which lie in one, come to for all samples. */
  #parted(): Float64Array {
    const real = this.#real
    const imaginary = this.#imaginary
    const power = this.#power
    const count = real.length
    const scale = 1 / (this.size * this.size)
    power[0] = (real[0]! + imaginary[0]!) ** 2 * scale
    power[count] = (real[0]! - imaginary[0]!) ** 2 * scale
    for (let k = 1; k < count; k += 1) {
      const m = count - k
      const evenReal = (real[k]! + real[m]!) / 2
      const evenImaginary = (imaginary[k]! - imaginary[m]!) / 2
      const oddReal = (imaginary[k]! + imaginary[m]!) / 2
      const oddImaginary = (real[m]! - real[k]!) / 2
      const x = evenReal + oddReal * this.#cosines[k]! - oddImaginary * this.#sines[k]!
      const y = evenImaginary + oddReal * this.#sines[k]! + oddImaginary * this.#cosines[k]!
      power[k] = (x * x + y * y) * scale
    }
    return power
  }
}
