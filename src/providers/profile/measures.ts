/** Moments of a voice → the numbers that the models take: one vector for a stretch of speech, whatever its length. */
import { cepstra, type Moment, melBands, momentMs } from '../../signal/moments.ts'
import { modulation, syllables } from '../../signal/rhythm.ts'
import { aboveNoiseDb, decayDbPerSecond, quantile } from '../../signal/room.ts'

/** Moments further than this below the loudest are pauses. */
const activeRangeDb = 30
const quietestDb = -70
/** Below it, a moment's period is too unsure to be counted as voiced. */
const surePeriodicity = 0.7
/** The quietest moments, by share: what sounds around the voice. */
const aroundShare = 0.15

/** A measure of one moment. */
type Of = (moment: Moment) => number

const mean = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i += 1) sum += values[i]!
  return values.length > 0 ? sum / values.length : 0
}

const deviation = (values: ArrayLike<number>, middle: number): number => {
  let squares = 0
  for (let i = 0; i < values.length; i += 1) squares += (values[i]! - middle) ** 2
  return values.length > 0 ? Math.sqrt(squares / values.length) : 0
}

const each = (moments: readonly Moment[], of: Of): Float64Array => {
  const values = new Float64Array(moments.length)
  for (let i = 0; i < values.length; i += 1) values[i] = of(moments[i]!)
  return values
}

const meanOf = (moments: readonly Moment[], of: Of): number => mean(each(moments, of))
const sortedOf = (moments: readonly Moment[], of: Of): Float64Array => each(moments, of).sort()

/** Lengths of the runs of one value. */
const runs = (flags: readonly boolean[], wanted: boolean): number[] => {
  const lengths: number[] = []
  let length = 0
  for (let i = 0; i <= flags.length; i += 1) {
    if (flags[i] === wanted) length += 1
    else if (length > 0) {
      lengths.push(length)
      length = 0
    }
  }
  return lengths
}

/** Names and values, in the order in which they are set. */
class Row {
  readonly byName = new Map<string, number>()

  set(name: string, value: number): void {
    this.byName.set(name, Number.isFinite(value) ? value : 0)
  }

  /** Mean and deviation. */
  spread(name: string, values: ArrayLike<number>): void {
    const middle = mean(values)
    this.set(`${name}.mean`, middle)
    this.set(`${name}.deviation`, deviation(values, middle))
  }
}

/** Moments of a stretch of speech, and which of them are what. */
interface Parted {
  readonly all: readonly Moment[]
  /** For each of all: whether somebody speaks, and whether a voice sounds. */
  readonly isActive: readonly boolean[]
  readonly isVoiced: readonly boolean[]
  readonly active: readonly Moment[]
  readonly voiced: readonly Moment[]
  /** Active and not voiced. */
  readonly hissed: readonly Moment[]
  /** Level of the loud parts, in dB. */
  readonly loudDb: number
}

const parted = (all: readonly Moment[]): Parted => {
  const loudDb = quantile(
    sortedOf(all, ({ levelDb }) => levelDb),
    0.95,
  )
  const least = Math.max(loudDb - activeRangeDb, quietestDb)
  const isActive = all.map(({ levelDb }) => levelDb > least)
  const isVoiced = all.map(({ hz, periodicity }, i) => isActive[i]! && hz > 0 && periodicity > surePeriodicity)
  return {
    all,
    isActive,
    isVoiced,
    active: all.filter((_, i) => isActive[i]),
    voiced: all.filter((_, i) => isVoiced[i]),
    hissed: all.filter((_, i) => isActive[i] && !isVoiced[i]),
    loudDb,
  }
}

/** Octaves over 100 Hz. */
const octaves = ({ hz }: Moment): number => Math.log2(hz / 100)

const pitch = (row: Row, { all, isVoiced, voiced }: Parted): void => {
  const heights = each(voiced, octaves)
  const slopes: number[] = []
  let place = 0
  for (let i = 0; i < all.length; i += 1) {
    if (!isVoiced[i]) continue
    const slope = i > 0 && isVoiced[i - 1] ? heights[place]! - heights[place - 1]! : Number.NaN
    place += 1
    // More than half an octave in 20 ms is a mistake of the tracker.
    if (Math.abs(slope) < 0.5) slopes.push((slope * 1000) / momentMs)
  }
  const spread = deviation(heights, mean(heights))
  heights.sort()
  row.set('pitch.median', quantile(heights, 0.5))
  row.set('pitch.low', quantile(heights, 0.1))
  row.set('pitch.high', quantile(heights, 0.9))
  row.set('pitch.range', quantile(heights, 0.9) - quantile(heights, 0.1))
  row.set('pitch.deviation', spread)
  const rising = slopes.filter((slope) => slope > 0)
  row.set('pitch.rise', mean(rising))
  row.set('pitch.fall', mean(slopes.filter((slope) => slope < 0)))
  row.set('pitch.rising', slopes.length > 0 ? rising.length / slopes.length : 0.5)
  row.set('pitch.movement', mean(slopes.map(Math.abs)))
}

const voicing = (row: Row, { isVoiced, active, voiced }: Parted): void => {
  const count = Math.max(1, active.length)
  row.set('voicing.share', voiced.length / count)
  const lengths = runs(isVoiced, true)
  row.spread('voicing.run', lengths)
  row.set('voicing.runs', (lengths.length * 1000) / (count * momentMs))
  row.spread(
    'periodicity',
    each(active, ({ periodicity }) => periodicity),
  )
  const perturbed = voiced.filter(({ perturbation }) => perturbation)
  row.set(
    'jitter',
    quantile(
      sortedOf(perturbed, (moment) => moment.perturbation!.jitter),
      0.5,
    ),
  )
  row.set(
    'shimmer',
    quantile(
      sortedOf(perturbed, (moment) => moment.perturbation!.shimmer),
      0.5,
    ),
  )
  row.spread(
    'harmonics',
    each(perturbed, (moment) => moment.perturbation!.harmonicsDb),
  )
}

const level = (row: Row, { all, isActive, active, voiced }: Parted): void => {
  const order = sortedOf(active, ({ levelDb }) => levelDb)
  row.set('level.upper', quantile(order, 0.95) - quantile(order, 0.5))
  row.set('level.lower', quantile(order, 0.5) - quantile(order, 0.1))
  row.set('level.deviation', deviation(order, mean(order)))
  const steps: number[] = []
  for (let i = 1; i < all.length; i += 1)
    if (isActive[i] && isActive[i - 1]) steps.push(all[i]!.levelDb - all[i - 1]!.levelDb)
  row.set('level.rise', mean(steps.filter((step) => step > 0)))
  row.set('level.fall', mean(steps.filter((step) => step < 0)))
  row.spread(
    'flux',
    each(voiced, ({ flux }) => flux),
  )
}

const lean = (row: Row, { active, voiced, hissed }: Parted): void => {
  for (const name of ['alphaDb', 'hammarbergDb', 'slopeLow', 'slopeMiddle', 'centroidHz', 'flatness'] as const)
    row.spread(
      `voiced.${name}`,
      each(voiced, (moment) => moment.lean[name]),
    )
  for (const name of ['alphaDb', 'centroidHz', 'flatness'] as const)
    row.set(
      `unvoiced.${name}`,
      meanOf(hissed, (moment) => moment.lean[name]),
    )
  row.set(
    'hiss',
    quantile(
      sortedOf(active, ({ tilt }) => tilt),
      0.5,
    ),
  )
}

const mouth = (row: Row, { active, voiced }: Parted): void => {
  const open = voiced.filter(({ formants }) => formants.length > 2)
  for (let formant = 0; formant < 3; formant += 1) {
    row.spread(
      `formant${formant + 1}`,
      each(open, ({ formants }) => formants[formant]!.hz),
    )
    row.set(
      `formant${formant + 1}.bandwidth`,
      meanOf(open, ({ formants }) => formants[formant]!.bandwidthHz),
    )
  }
  for (let k = 0; k < cepstra; k += 1)
    row.spread(
      `cepstrum${k + 1}`,
      each(active, ({ cepstrum }) => cepstrum[k]!),
    )
  for (let k = 0; k < 6; k += 1)
    row.set(
      `cepstrum${k + 1}.voiced`,
      meanOf(voiced, ({ cepstrum }) => cepstrum[k]!),
    )
}

const pace = (row: Row, { all, isActive, active, loudDb }: Parted): void => {
  const levels = each(all, ({ levelDb }) => levelDb)
  const nuclei = syllables(levels, (at) => all[at]!.hz > 0, loudDb)
  const spoken = Math.max(1, active.length) * momentMs
  row.set('rate.spoken', (nuclei.length * 1000) / spoken)
  row.set('rate.all', (nuclei.length * 1000) / Math.max(1, all.length * momentMs))
  row.set('pause.share', 1 - spoken / Math.max(momentMs, all.length * momentMs))
  row.set('pause.length', mean(runs(isActive, false)))
  for (const [i, share] of modulation(levels, momentMs).entries()) row.set(`modulation${i + 1}`, share)
}

const around = (row: Row, all: readonly Moment[]): void => {
  const levels = each(all, ({ levelDb }) => levelDb)
  const order = levels.slice().sort()
  row.set('room.aboveNoise', aboveNoiseDb(order))
  row.set('room.decay', decayDbPerSecond(levels, momentMs))
  const high = sortedOf(all, (moment) => moment.lean.highDb)
  row.set('band.high', mean(high))
  row.set('band.highest', quantile(high, 0.95))
  const low = sortedOf(all, (moment) => moment.lean.lowDb)
  row.set('band.low', mean(low))
  row.set('band.lowest', quantile(low, 0.95))
  const limit = quantile(order, aroundShare)
  const quiet = all.filter(({ levelDb }) => levelDb <= limit)
  row.set(
    'around.level',
    meanOf(quiet, ({ levelDb }) => levelDb),
  )
  row.set(
    'around.periodicity',
    meanOf(quiet, ({ periodicity }) => periodicity),
  )
  row.set(
    'around.flux',
    meanOf(quiet, ({ flux }) => flux),
  )
  row.set(
    'around.flatness',
    meanOf(quiet, (moment) => moment.lean.flatness),
  )
  row.set(
    'around.centroid',
    meanOf(quiet, (moment) => moment.lean.centroidHz),
  )
  const bands = Array.from({ length: melBands }, (_, band) => each(quiet, ({ mel }) => mel[band]!))
  const means = bands.map(mean)
  const middle = mean(means)
  for (const [band, here] of means.entries()) row.set(`around.band${band}`, here - middle)
  for (let band = 0; band < melBands; band += 3)
    row.set(`around.band${band}.deviation`, deviation(bands[band]!, means[band]!))
}

/** What a stretch of speech comes to. */
export interface Measures {
  /** Always the same names, in the same order. */
  readonly byName: ReadonlyMap<string, number>
  /** Moments with speech, and with a voice. */
  readonly active: number
  readonly voiced: number
}

/** Measures of a stretch. */
export const measure = (moments: readonly Moment[]): Measures => {
  const parts = parted(moments)
  const row = new Row()
  pitch(row, parts)
  voicing(row, parts)
  level(row, parts)
  lean(row, parts)
  mouth(row, parts)
  pace(row, parts)
  around(row, moments)
  return { byName: row.byName, active: parts.active.length, voiced: parts.voiced.length }
}
