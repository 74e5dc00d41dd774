/**
 * Fundamental frequency of a voice by YIN: A. de Cheveigné and H. Kawahara, “YIN, a fundamental frequency estimator for
 * speech and music”, J. Acoust. Soc. Am. 111 (4), 2002. Steps 1 to 5 of it, on audio of 8 kHz.
 */
import { joined } from '../audio/joined.ts'
import { correlate } from './correlation.ts'

/** Hz of the audio that all of this is for: a voice's pitch and its first harmonics lie below 4 kHz. */
export const pitchSampleRate = 8000

/** One estimate every 20 ms. */
const hopSamples = 160
export const pitchHopMs = (hopSamples * 1000) / pitchSampleRate

/** Samples over which a period is compared with the next: two of a voice of 67 Hz. */
const windowSamples = 240
/** 65 to 500 Hz: creaky men to shouting women and children. */
const longestLag = 123
const shortestLag = 16

/** Samples that one estimate looks at. */
const spanSamples = windowSamples + longestLag + 1

/** Least normalised difference that counts as a period at once; the article has 0.1 for clean studio speech. */
const threshold = 0.15
/** Most at which the best lag still counts as voiced. */
const voicedLimit = 0.3

/** A voice at one moment. */
export interface PitchPoint {
  /** 0 where no voice sounds. */
  readonly hz: number
  /** How alike neighbouring periods are, 0…1: near 1 for a clear voice, low for whispers and noise. */
  readonly periodicity: number
  /** Level over full scale, in dB. */
  readonly levelDb: number
  /** Share of the energy in the first difference, 0…4: below 0.3 for voices, around 1 and above for hissing. */
  readonly tilt: number
}

const difference = new Float64Array(longestLag + 2)

/** The samples of one estimate. */
const span = new Float64Array(spanSamples)
/** Σ span[i] · span[i + lag] over the window, for each lag from 0. */
const products = new Float64Array(longestLag + 1)
const all = { from: 0, length: windowSamples, firstLag: 0, lags: longestLag + 1 } as const

/** One estimate from the `spanSamples` samples at `at`. */
const estimate = (samples: Float32Array, at: number): PitchPoint => {
  let energy = 0
  let steps = 0
  for (let i = 0; i < spanSamples; i += 1) span[i] = samples[at + i]!
  for (let i = 0; i < windowSamples; i += 1) {
    const x = span[i]!
    const step = span[i + 1]! - x
    energy += x * x
    steps += step * step
  }
  const levelDb = 10 * Math.log10(energy / windowSamples + 1e-12)
  const tilt = energy > 0 ? steps / energy : 0
  // Silence has no period, and is not worth the search.
  if (levelDb < -75) return { hz: 0, periodicity: 0, levelDb, tilt }

  // Step 2: d(lag) = Σ (x[i] − x[i + lag])², as energies less twice a product. Step 3: over its own mean so far.
  correlate(span, all, products)
  let shifted = energy
  let sum = 0
  for (let lag = 1; lag <= longestLag; lag++) {
    const leaving = span[lag - 1]!
    const entering = span[lag - 1 + windowSamples]!
    shifted += entering * entering - leaving * leaving
    const d = Math.max(0, energy + shifted - 2 * products[lag]!)
    sum += d
    difference[lag] = sum > 0 ? (d * lag) / sum : 1
  }
  difference[longestLag + 1] = Number.POSITIVE_INFINITY

  // Step 4: the first dip below the threshold, else the deepest of all.
  let best = shortestLag
  for (let lag = shortestLag; lag <= longestLag; lag++) {
    if (difference[lag]! < difference[best]!) best = lag
    if (difference[best]! < threshold && difference[lag + 1]! >= difference[best]!) break
  }
  const depth = difference[best]!
  const periodicity = Math.max(0, Math.min(1, 1 - depth))
  if (depth > voicedLimit) return { hz: 0, periodicity, levelDb, tilt }
  return { hz: pitchSampleRate / refined(best), periodicity, levelDb, tilt }
}

/** Step 5: the place of the dip between lags, from the parabola through its neighbours. */
const refined = (lag: number): number => {
  if (lag >= longestLag) return lag
  const before = difference[lag - 1]!
  const here = difference[lag]!
  const behind = difference[lag + 1]!
  const curve = before - 2 * here + behind
  return curve > 0 ? lag + Math.max(-0.5, Math.min(0.5, (0.5 * (before - behind)) / curve)) : lag
}

/** Estimates along a stream of 8 kHz that arrives cut anywhere. */
export class PitchTracker {
  #rest: Float32Array = new Float32Array(0)

  /** An estimate for each hop whose span is now there. */
  push(samples: Float32Array): PitchPoint[] {
    const waiting = joined(Float32Array, [this.#rest, samples])
    const points: PitchPoint[] = []
    let at = 0
    for (; at + spanSamples <= waiting.length; at += hopSamples) points.push(estimate(waiting, at))
    this.#rest = waiting.slice(at)
    return points
  }
}
