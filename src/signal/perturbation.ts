/**
 * Jitter, shimmer and harmonics-to-noise ratio: how uneven a voice's periods are. Periods are found one after the other by
 * cross-correlation, as Praat does it: P. Boersma, “Accurate short-term analysis of the fundamental frequency and the
 * harmonics-to-noise ratio of a sampled sound”, Proc. IFA Amsterdam 17, 1993; the ratios as in its manual (“Voice 2, 3, 6”).
 */
import { correlate } from './correlation.ts'

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
/** Keeps silence from being divided by. */
const least = 1e-12

/** The longest stretch that is looked at, and what `correlate` reads beyond it. */
const mostSamples = 1024
const stretch = new Float64Array(mostSamples + 4)
const products = new Float64Array(mostSamples)

const energy = (from: number, length: number): number => {
  let sum = 0
  for (let i = from; i < from + length; i += 1) sum += stretch[i]! * stretch[i]!
  return sum
}

const amplitude = (at: number, length: number): number => {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let i = at; i < at + length; i += 1) {
    const x = stretch[i]!
    if (x < least) least = x
    if (x > most) most = x
  }
  return most - least
}

/** How alike the `length` samples at `at` and those `firstLag`, `firstLag + 1`, … later are, −1…1: into `products`. */
const likenesses = (at: number, length: number, firstLag: number, lags: number): void => {
  correlate(stretch, { from: at, length, firstLag, lags }, products)
  const here = energy(at, length) + least
  let there = energy(at + firstLag, length)
  for (let k = 0; k < lags; k += 1) {
    products[k] = products[k]! / Math.sqrt(here * (Math.max(0, there) + least))
    const leaving = stretch[at + firstLag + k]!
    const entering = stretch[at + firstLag + k + length]!
    there += entering * entering - leaving * leaving
  }
}

/**
 * Of the `length` samples at `from`, at most 1024, whose period is about `period` samples; undefined with fewer than three whole
 * periods.
 */
export const perturbationOf = (
  samples: Float32Array,
  from: number,
  length: number,
  period: number,
): Perturbation | undefined => {
  const shortest = Math.floor(period * (1 - reach))
  const longest = Math.ceil(period * (1 + reach))
  const whole = Math.round(period)
  // One more on each side, for the parabola through the neighbours of the best.
  const lags = longest - shortest + 3
  for (let i = 0; i < length; i += 1) stretch[i] = samples[from + i] ?? 0
  let at = 0
  let before = 0
  let periods = 0
  let steps = 0
  let differences = 0
  let swings = 0
  let swing = 0
  let amplitudes = 0
  let alike = 0
  while (at + longest + 1 + whole <= length) {
    likenesses(at, whole, shortest - 1, lags)
    let best = 1
    for (let k = 2; k < lags - 1; k += 1) if (products[k]! > products[best]!) best = k
    const [left, here, right] = [products[best - 1]!, products[best]!, products[best + 1]!]
    const curve = left - 2 * here + right
    const lag = shortest - 1 + best
    const exact = curve < 0 ? lag + Math.max(-0.5, Math.min(0.5, (0.5 * (left - right)) / curve)) : lag
    const height = amplitude(at, whole)
    if (periods > 0) {
      differences += Math.abs(exact - before)
      swings += Math.abs(height - swing)
    }
    before = exact
    swing = height
    steps += exact
    amplitudes += height
    alike += here
    periods += 1
    at += lag
  }
  if (periods < 3 || amplitudes === 0) return undefined
  const mean = Math.min(0.9999, Math.max(0.1, alike / periods))
  return {
    jitter: differences / (periods - 1) / (steps / periods),
    shimmer: swings / (periods - 1) / (amplitudes / periods),
    harmonicsDb: Math.max(-10, 10 * Math.log10(mean / (1 - mean))),
  }
}
