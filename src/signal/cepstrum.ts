/**
 * Mel bands and the mel cepstrum: the outline of a spectrum as the ear hears it, in a few numbers. S. Davis and
 * P. Mermelstein, “Comparison of parametric representations for monosyllabic word recognition in continuously spoken
 * sentences”, IEEE Trans. ASSP 28 (4), 1980.
 */

const melOf = (hz: number): number => 2595 * Math.log10(1 + hz / 700)
const hzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1)

/** Below it a band counts as silent: −100 dB. */
const floor = 1e-10

/** Triangular bands, evenly spaced in mel from 60 Hz to half the sample rate. */
export class MelBands {
  readonly count: number
  readonly #first: Int32Array
  readonly #weights: readonly Float64Array[]
  readonly #cosines: readonly Float64Array[]

  constructor(parts: {
    readonly count: number
    readonly sampleRate: number
    readonly size: number
    readonly cepstra: number
  }) {
    const { count, sampleRate, size, cepstra } = parts
    this.count = count
    const low = melOf(60)
    const high = melOf(sampleRate / 2)
    const edge = (i: number): number => (hzOf(low + ((high - low) * i) / (count + 1)) * size) / sampleRate
    this.#first = new Int32Array(count)
    this.#weights = Array.from({ length: count }, (_, band) => {
      const [from, peak, to] = [edge(band), edge(band + 1), edge(band + 2)]
      const first = Math.max(1, Math.floor(from))
      const last = Math.min(size / 2, Math.ceil(to))
      this.#first[band] = first
      const weights = Float64Array.from({ length: last - first + 1 }, (_, i) => {
        const bin = first + i
        return Math.max(0, bin <= peak ? (bin - from) / (peak - from) : (to - bin) / (to - peak))
      })
      const sum = weights.reduce((total, weight) => total + weight, 0)
      // The narrowest bands may lie between two bins.
      return sum > 0 ? weights.map((weight) => weight / sum) : weights.fill(1 / weights.length)
    })
    this.#cosines = Array.from({ length: cepstra }, (_, k) =>
      Float64Array.from({ length: count }, (_, band) => Math.cos((Math.PI * (k + 1) * (band + 0.5)) / count) / count),
    )
  }

  /** Mean power of each band, in dB. */
  levels(power: Float64Array): Float32Array {
    const levels = new Float32Array(this.count)
    for (let band = 0; band < this.count; band += 1) {
      const weights = this.#weights[band]!
      const first = this.#first[band]!
      let sum = 0
      for (let i = 0; i < weights.length; i += 1) sum += weights[i]! * power[first + i]!
      levels[band] = 10 * Math.log10(sum + floor)
    }
    return levels
  }

  /** Coefficients 1, 2, … of the cepstrum of such levels: without the first, the level itself. */
  cepstrum(levels: Float32Array): Float32Array {
    const cepstrum = new Float32Array(this.#cosines.length)
    for (const [k, cosines] of this.#cosines.entries()) {
      let sum = 0
      for (let band = 0; band < cosines.length; band += 1) sum += cosines[band]! * levels[band]!
      cepstrum[k] = sum
    }
    return cepstrum
  }
}
