/** The power spectrum of a short frame, by the radix-2 transform of J. Cooley and J. Tukey, Math. Comput. 19, 1965. */

/**
 * For lengths that are powers of two, where it takes a third of the time of `MixedRadix`, which takes any length. Makes power
 * spectra of frames of one length; keeps its tables and its scratch, so one belongs to one thread.
 */
export class PowerSpectrum {
  readonly size: number
  readonly #window: Float64Array
  readonly #cosines: Float64Array
  readonly #sines: Float64Array
  readonly #order: Uint16Array
  readonly #real: Float64Array
  readonly #imaginary: Float64Array

  /** `size`: samples of a frame, a power of two. */
  constructor(size: number) {
    this.size = size
    this.#window = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size))
    this.#cosines = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size))
    this.#sines = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size))
    const bits = Math.log2(size)
    this.#order = Uint16Array.from({ length: size }, (_, i) => {
      let reversed = 0
      for (let bit = 0; bit < bits; bit += 1) if (i & (1 << bit)) reversed |= 1 << (bits - 1 - bit)
      return reversed
    })
    this.#real = new Float64Array(size)
    this.#imaginary = new Float64Array(size)
  }

  /** Power in each of `size / 2 + 1` bins of the samples at `at`, under a Hann window; good until the next call. */
  of(samples: Float32Array, at = 0): Float64Array {
    const { size } = this
    const real = this.#real
    const imaginary = this.#imaginary
    for (let i = 0; i < size; i += 1) real[this.#order[i]!] = (samples[at + i] ?? 0) * this.#window[i]!
    imaginary.fill(0)
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half)
      for (let start = 0; start < size; start += 2 * half)
        for (let k = 0; k < half; k += 1) {
          const cosine = this.#cosines[k * step]!
          const sine = this.#sines[k * step]!
          const a = start + k
          const b = a + half
          const turnedReal = real[b]! * cosine - imaginary[b]! * sine
          const turnedImaginary = real[b]! * sine + imaginary[b]! * cosine
          real[b] = real[a]! - turnedReal
          imaginary[b] = imaginary[a]! - turnedImaginary
          real[a] = real[a]! + turnedReal
          imaginary[a] = imaginary[a]! + turnedImaginary
        }
    }
    const scale = 1 / (size * size)
    for (let i = 0; i <= size / 2; i += 1) real[i] = (real[i]! * real[i]! + imaginary[i]! * imaginary[i]!) * scale
    return real.subarray(0, size / 2 + 1)
  }
}
