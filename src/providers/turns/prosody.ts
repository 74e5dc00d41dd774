/** The sound before a pause → how the voice came to it: falling or held, fading or cut, drawn out or not. */
import { Resampler } from '../../audio/resample.ts'
import { type PitchPoint, PitchTracker, pitchSampleRate } from '../../signal/pitch.ts'

/** As much as is looked at, the silence of the pause included. */
export const prosodyMs = 2500

/** An estimate of the pitch every so many seconds. */
const step = 0.02
/** Less speech than this has no melody. */
const leastSpeechPoints = 12
/** Level under the loudest of the voice that is no longer voice. */
const belowPeakDb = 30
/** Level above the background that may be voice. */
const aboveFloorDb = 8

/** What the numbers of `prosodyOf` tell, in their order. */
export const prosodyNames = [
  'pitch at the end, semitones over the median',
  'pitch slope at the end, semitones in a tenth of a second',
  'pitch range before, semitones',
  'level at the end, dB over the median',
  'level slope at the end, dB in a tenth of a second',
  'last voiced stretch, seconds',
  'last voiced stretch over the mean one',
  'voiced share of the end',
  'periodicity at the end',
  'syllables in a second',
] as const

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / (values.length || 1)

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0

/** Rise per tenth of a second of the line through values that lie `step` apart; `undefined` values are left out. */
const slope = (values: readonly (number | undefined)[]): number => {
  const points = values.flatMap((y, index) => (y === undefined ? [] : [{ x: (index * step) / 0.1, y }]))
  if (points.length < 3) return 0
  const middleX = mean(points.map(({ x }) => x))
  const middleY = mean(points.map(({ y }) => y))
  const above = points.reduce((sum, { x, y }) => sum + (x - middleX) * (y - middleY), 0)
  return above / points.reduce((sum, { x }) => sum + (x - middleX) ** 2, 0)
}

/** Lengths of the stretches of voice, in points. */
const voicedStretches = (points: readonly PitchPoint[]): readonly number[] => {
  const stretches: number[] = []
  let before = false
  for (const { hz } of points) {
    if (hz > 0 && before) stretches[stretches.length - 1]! += 1
    else if (hz > 0) stretches.push(1)
    before = hz > 0
  }
  return stretches.filter((length) => length > 1)
}

/** Rises of the level by 3 dB and more: about one for each syllable. */
const syllables = (levels: readonly number[]): number => {
  let count = 0
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  let rising = false
  for (const level of levels) {
    low = Math.min(low, level)
    high = Math.max(high, level)
    if (!rising && level > low + 3) {
      count += 1
      rising = true
      high = level
    } else if (rising && level < high - 3) {
      rising = false
      low = level
    }
  }
  return count
}

const clamp = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value))

/** The audio up to now, a pause at its end → numbers as in `prosodyNames`; undefined where too little is spoken. */
export const prosodyOf = (samples: Float32Array, sampleRate: number): readonly number[] | undefined => {
  const recent = samples.subarray(Math.max(0, samples.length - Math.round((sampleRate * prosodyMs) / 1000)))
  const resampler = sampleRate === pitchSampleRate ? undefined : new Resampler(sampleRate, pitchSampleRate)
  const points = new PitchTracker().push(resampler ? resampler.push(recent) : recent)
  const levels = points.map(({ levelDb }) => levelDb)
  const limit = Math.max(quantile(levels, 0.98) - belowPeakDb, quantile(levels, 0.08) + aboveFloorDb)
  const loud = (point: PitchPoint): boolean => point.levelDb > limit
  const end = points.findLastIndex((point, index) => loud(point) && index > 0 && loud(points[index - 1]!)) + 1
  const spoken = points.slice(0, end)
  const speech = spoken.filter(loud)
  if (speech.length < leastSpeechPoints) return undefined

  const pitches = speech.flatMap(({ hz }) => (hz > 0 ? [12 * Math.log2(hz)] : []))
  const median = quantile(pitches, 0.5)
  const pitchOf = ({ hz }: PitchPoint): number | undefined =>
    hz > 0 ? clamp(12 * Math.log2(hz) - median, 8) : undefined
  const last = spoken.slice(-15)
  const lastPitches = last.flatMap((point) => pitchOf(point) ?? [])
  const stretches = voicedStretches(spoken)
  const lastStretch = Math.min(25, stretches.at(-1) ?? 0)
  return [
    mean(lastPitches.slice(-4)),
    clamp(slope(last.map(pitchOf)), 6),
    pitches.length > 4 ? Math.min(12, quantile(pitches, 0.9) - quantile(pitches, 0.1)) : 0,
    clamp(
      mean(last.slice(-8).map(({ levelDb }) => levelDb)) -
        quantile(
          speech.map(({ levelDb }) => levelDb),
          0.5,
        ),
      20,
    ),
    clamp(slope(last.map(({ levelDb }) => levelDb)), 15),
    lastStretch * step,
    Math.min(3, lastStretch / (mean(stretches) || 1)),
    last.filter(({ hz }) => hz > 0).length / last.length,
    mean(last.map(({ periodicity }) => periodicity)),
    Math.min(10, syllables(speech.map(({ levelDb }) => levelDb)) / (speech.length * step)),
  ]
}
