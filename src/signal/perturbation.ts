/**
 * Jitter, shimmer and harmonics-to-noise ratio: how uneven a voice's periods are. Periods are found one after the other by
 * cross-correlation, as Praat does it: P. Boersma, “Accurate short-term analysis of the fundamental frequency and the
 * harmonics-to-noise ratio of a sampled sound”, Proc. IFA Amsterdam 17, 1993; the ratios as in its manual (“Voice 2, 3, 6”).
 */

export interface Perturbation {
  /** Mean difference of neighbouring periods over the mean period: 0.005 to 0.02 for healthy vowels. */
  readonly jitter: number
  /** Mean difference of neighbouring amplitudes over the mean amplitude. */
  readonly shimmer: number
  /** Energy that repeats from period to period over energy that does not, in dB, −10…40. */
  readonly harmonicsDb: number
}

/** Periods may differ from the expected one by so much. */
const reach = 0.15

/** How alike the stretch at `a` and the one at `b` are, −1…1. */
const likeness = (samples: Float32Array, a: number, b: number, length: number): number => {
  let product = 0
  let first = 1e-12
  let second = 1e-12
  for (let i = 0; i < length; i += 1) {
    const x = samples[a + i]!
    const y = samples[b + i]!
    product += x * y
    first += x * x
    second += y * y
  }
  return product / Math.sqrt(first * second)
}

const amplitude = (samples: Float32Array, at: number, length: number): number => {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let i = at; i < at + length; i += 1) {
    if (samples[i]! < least) least = samples[i]!
    if (samples[i]! > most) most = samples[i]!
  }
  return most - least
}

/** Of the `length` samples at `from`, whose period is about `period` samples; undefined with fewer than three whole periods. */
export const perturbationOf = (
  samples: Float32Array,
  from: number,
  length: number,
  period: number,
): Perturbation | undefined => {
  const least = Math.floor(period * (1 - reach))
  const most = Math.ceil(period * (1 + reach))
  const whole = Math.round(period)
  const likenesses = new Float64Array(most + 2)
  let at = from
  let before = 0
  let periods = 0
  let steps = 0
  let differences = 0
  let swings = 0
  let swing = 0
  let amplitudes = 0
  let alike = 0
  while (at + most + 1 + whole <= from + length) {
    let best = least
    for (let lag = least - 1; lag <= most + 1; lag += 1) {
      likenesses[lag] = likeness(samples, at, at + lag, whole)
      if (lag >= least && lag <= most && likenesses[lag]! > likenesses[best]!) best = lag
    }
    const [left, here, right] = [likenesses[best - 1]!, likenesses[best]!, likenesses[best + 1]!]
    const curve = left - 2 * here + right
    const length = curve < 0 ? best + Math.max(-0.5, Math.min(0.5, (0.5 * (left - right)) / curve)) : best
    const height = amplitude(samples, at, whole)
    if (periods > 0) {
      differences += Math.abs(length - before)
      swings += Math.abs(height - swing)
    }
    before = length
    swing = height
    steps += length
    amplitudes += height
    alike += here
    periods += 1
    at += best
  }
  if (periods < 3 || amplitudes === 0) return undefined
  const mean = Math.min(0.9999, Math.max(0.1, alike / periods))
  return {
    jitter: differences / (periods - 1) / (steps / periods),
    shimmer: swings / (periods - 1) / (amplitudes / periods),
    harmonicsDb: Math.max(-10, 10 * Math.log10(mean / (1 - mean))),
  }
}
