/**
 * Linear prediction: a short stretch of a voice as a filter, which is the shape of its throat and mouth. After J. Makhoul,
 * “Linear prediction: a tutorial review”, Proc. IEEE 63 (4), 1975: autocorrelation method, Levinson's recursion.
 */

/** How much of each sample is taken from the next, so that the tilt of a voice's pulses is not part of its filter. */
export const preEmphasis = 0.95

/** The same hiss at every run: uniform, of power 1. */
export class Noise {
  #state: number

  constructor(seed = 1) {
    this.#state = seed
  }

  next(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) | 0
    return (this.#state / 2 ** 31) * Math.sqrt(3)
  }
}

/** A bell over `length` samples; two of them, half a length apart, add up to 1. */
export const bell = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length))

/** How many coefficients a voice has at a rate in Hz: two for each formant, one formant in each kHz, and two more. */
export const orderFor = (sampleRate: number): number => Math.round(sampleRate / 1000) + 2

/** Coefficients of the filter whose outcome `samples` are, for hiss or pulses of power `gain`²; undefined for silence. */
export const predictorOf = (
  samples: Float32Array,
  order: number,
): { readonly coefficients: Float64Array; readonly gain: number } | undefined => {
  const correlation = new Float64Array(order + 1)
  for (let lag = 0; lag <= order; lag += 1)
    for (let i = lag; i < samples.length; i += 1) correlation[lag]! += samples[i]! * samples[i - lag]!
  if (correlation[0]! < 1e-7) return undefined
  // A floor of noise 50 dB down: formants are never sharper than this, so that the filter stays stable.
  let error = correlation[0]! * (1 + 1e-5)
  correlation[0] = error
  const coefficients = new Float64Array(order)
  const previous = new Float64Array(order)
  for (let i = 0; i < order; i += 1) {
    let reflection = correlation[i + 1]!
    for (let j = 0; j < i; j += 1) reflection -= coefficients[j]! * correlation[i - j]!
    reflection /= error
    previous.set(coefficients)
    coefficients[i] = reflection
    for (let j = 0; j < i; j += 1) coefficients[j] = previous[j]! - reflection * previous[i - 1 - j]!
    error *= 1 - reflection * reflection
  }
  return { coefficients, gain: Math.sqrt(Math.max(0, error) / samples.length) }
}

/** What comes of `excitation` in the filter. */
export const filtered = (excitation: Float32Array, coefficients: Float64Array): Float32Array => {
  const output = new Float32Array(excitation.length)
  for (let i = 0; i < output.length; i += 1) {
    let sum = excitation[i]!
    const terms = Math.min(i, coefficients.length)
    for (let k = 0; k < terms; k += 1) sum += coefficients[k]! * output[i - 1 - k]!
    output[i] = sum
  }
  return output
}

/** Root of the mean power. */
export const levelOf = (samples: Float32Array): number => {
  let power = 0
  for (const sample of samples) power += sample * sample
  return samples.length > 0 ? Math.sqrt(power / samples.length) : 0
}
