/** Traits that are a number in one of three ranges: how high a voice is, and how fast it speaks. */
import { momentMs } from '../../signal/moments.ts'
import type { PitchPoint } from '../../signal/pitch.ts'
import type { Likelihoods } from '../shared/steady.ts'
import type { Measures } from './measures.ts'

/** Points further than this below the loudest are pauses, and breaths between words. */
const activeRangeDb = 25
const quietestDb = -65
/** Below it, a point's period is too unsure to be counted as pitch. */
const surePeriodicity = 0.8

/** Between the medians of most men's and most women's speaking voices, and between those and children's and raised ones. */
const lowBelowHz = 155
const highFromHz = 240
/** Fewer points with a pitch say nothing: 100 ms. */
const fewestVoiced = 5
/**
 * Of 400 readers and actors: the median of 24 points, the first second, lies 15 % off that of the whole utterance (standard
 * deviation), that of 60 points 9 %; and 6 % above it, for sentences begin high and fall.
 */
const spreadAfter = (points: number): number => Math.max(0.05, 0.15 * (25 / points) ** 0.7)
const fallAfter = (points: number): number => 0.06 * Math.min(1, 25 / points)

/**
 * Syllables a second of speech without its pauses, as they are counted here: of 300 readers of LibriSpeech nine in ten lie
 * between 1.6 and 4.4, and those who talk are faster.
 */
const slowBelow = 1.8
const fastFrom = 5
/** Standard deviation of a second of the same reader from all that they read. */
const rateSpread = 1.1
/** Fewer moments of speech are no measure of a pace: 1.5 s. */
const fewestSpoken = 1500 / momentMs

/** The logistic curve with this standard deviation. */
const logistic = (x: number, deviation: number): number =>
  1 / (1 + Math.exp((-x * Math.PI) / (Math.sqrt(3) * deviation)))

/** Likelihoods that a value lies below, between and above two limits. */
const ranges = (
  [low, mid, high]: readonly [string, string, string],
  value: number,
  [from, to]: readonly [number, number],
  deviation: number,
): Likelihoods => {
  const below = logistic(from - value, deviation)
  const above = logistic(value - to, deviation)
  return new Map([
    [low, below],
    [mid, Math.max(0, 1 - below - above)],
    [high, above],
  ])
}

/** Likelihoods of low, mid and high; undefined where no voice sounds. */
export const pitchOf = (points: readonly PitchPoint[]): Likelihoods | undefined => {
  const levels = Float64Array.from(points, ({ levelDb }) => levelDb).sort()
  const loud = levels[Math.floor(levels.length * 0.95)] ?? quietestDb
  const least = Math.max(loud - activeRangeDb, quietestDb)
  const heights = points
    .filter(({ hz, periodicity, levelDb }) => levelDb > least && hz > 0 && periodicity > surePeriodicity)
    .map(({ hz }) => Math.log(hz))
    .sort((a, b) => a - b)
  const height = heights[heights.length >> 1]
  if (height === undefined || heights.length < fewestVoiced) return undefined
  const limits = [Math.log(lowBelowHz), Math.log(highFromHz)] as const
  const { length } = heights
  return ranges(['low', 'mid', 'high'], height - fallAfter(length), limits, spreadAfter(length))
}

/** Likelihoods of slow, normal and fast; undefined for a second and a half, and where nobody speaks aloud. */
export const rateOf = ({ byName, active, voiced }: Measures): Likelihoods | undefined => {
  if (active < fewestSpoken || voiced < active * 0.15) return undefined
  const deviation = rateSpread / Math.sqrt((active * momentMs) / 1000)
  return ranges(['slow', 'normal', 'fast'], byName.get('rate.spoken') ?? 0, [slowBelow, fastFrom], deviation)
}
