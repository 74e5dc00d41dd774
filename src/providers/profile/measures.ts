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

interface Spread {
  readonly mean: number
  readonly deviation: number
}

const spread = (values: readonly number[]): Spread => {
  if (values.length === 0) return { mean: 0, deviation: 0 }
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / values.length) }
}

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()

/** Lengths of the runs of `true`. */
const runs = (flags: readonly boolean[]): number[] => {
  const lengths: number[] = []
  let length = 0
  for (const flag of [...flags, false]) {
    if (flag) length += 1
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
  spread(name: string, values: readonly number[]): void {
    const { mean, deviation } = spread(values)
    this.set(`${name}.mean`, mean)
    this.set(`${name}.deviation`, deviation)
  }
}

/** Octaves over 100 Hz. */
const octaves = (hz: number): number => Math.log2(hz / 100)

const pitch = (row: Row, moments: readonly Moment[], voiced: readonly boolean[]): void => {
  const heights: number[] = []
  const slopes: number[] = []
  for (const [i, { hz }] of moments.entries()) {
    if (!voiced[i]) continue
    heights.push(octaves(hz))
    const before = moments[i - 1]
    if (!before || !voiced[i - 1]) continue
    const slope = octaves(hz) - octaves(before.hz)
    // More than half an octave in 20 ms is a mistake of the tracker.
    if (Math.abs(slope) < 0.5) slopes.push((slope * 1000) / momentMs)
  }
  const order = sorted(heights)
  row.set('pitch.median', quantile(order, 0.5))
  row.set('pitch.low', quantile(order, 0.1))
  row.set('pitch.high', quantile(order, 0.9))
  row.set('pitch.range', quantile(order, 0.9) - quantile(order, 0.1))
  row.set('pitch.deviation', spread(heights).deviation)
  const rising = slopes.filter((slope) => slope > 0)
  const falling = slopes.filter((slope) => slope < 0)
  row.set('pitch.rise', spread(rising).mean)
  row.set('pitch.fall', spread(falling).mean)
  row.set('pitch.rising', slopes.length > 0 ? rising.length / slopes.length : 0.5)
  row.set('pitch.movement', spread(slopes.map(Math.abs)).mean)
}

const voicing = (
  row: Row,
  moments: readonly Moment[],
  active: readonly boolean[],
  voiced: readonly boolean[],
): void => {
  const count = Math.max(1, active.filter(Boolean).length)
  row.set('voicing.share', voiced.filter(Boolean).length / count)
  const lengths = runs(voiced)
  row.spread('voicing.run', lengths)
  row.set('voicing.runs', (lengths.length * 1000) / (count * momentMs))
  row.spread(
    'periodicity',
    moments.filter((_, i) => active[i]).map(({ periodicity }) => periodicity),
  )
  const perturbed = moments.flatMap(({ perturbation }, i) => (voiced[i] && perturbation ? [perturbation] : []))
  row.set('jitter', quantile(sorted(perturbed.map(({ jitter }) => jitter)), 0.5))
  row.set('shimmer', quantile(sorted(perturbed.map(({ shimmer }) => shimmer)), 0.5))
  row.spread(
    'harmonics',
    perturbed.map(({ harmonicsDb }) => harmonicsDb),
  )
}

const level = (row: Row, moments: readonly Moment[], active: readonly boolean[], voiced: readonly boolean[]): void => {
  const order = sorted(moments.filter((_, i) => active[i]).map(({ levelDb }) => levelDb))
  row.set('level.upper', quantile(order, 0.95) - quantile(order, 0.5))
  row.set('level.lower', quantile(order, 0.5) - quantile(order, 0.1))
  row.set('level.deviation', spread([...order]).deviation)
  const steps = moments.flatMap(({ levelDb }, i) =>
    i > 0 && active[i] && active[i - 1] ? [levelDb - moments[i - 1]!.levelDb] : [],
  )
  row.set('level.rise', spread(steps.filter((step) => step > 0)).mean)
  row.set('level.fall', spread(steps.filter((step) => step < 0)).mean)
  row.spread(
    'flux',
    moments.filter((_, i) => voiced[i]).map(({ flux }) => flux),
  )
}

const lean = (row: Row, moments: readonly Moment[], active: readonly boolean[], voiced: readonly boolean[]): void => {
  const sung = moments.filter((_, i) => voiced[i])
  const hissed = moments.filter((_, i) => active[i] && !voiced[i])
  for (const name of ['alphaDb', 'hammarbergDb', 'slopeLow', 'slopeMiddle', 'centroidHz', 'flatness'] as const)
    row.spread(
      `voiced.${name}`,
      sung.map((moment) => moment.lean[name]),
    )
  row.set('unvoiced.alphaDb', spread(hissed.map((moment) => moment.lean.alphaDb)).mean)
  row.set('unvoiced.centroidHz', spread(hissed.map((moment) => moment.lean.centroidHz)).mean)
  row.set('unvoiced.flatness', spread(hissed.map((moment) => moment.lean.flatness)).mean)
  row.set('hiss', quantile(sorted(moments.filter((_, i) => active[i]).map(({ tilt }) => tilt)), 0.5))
}

const mouth = (row: Row, moments: readonly Moment[], active: readonly boolean[], voiced: readonly boolean[]): void => {
  for (let formant = 0; formant < 3; formant += 1) {
    const found = moments.flatMap(({ formants }, i) => (voiced[i] && formants.length > 2 ? [formants[formant]!] : []))
    row.spread(
      `formant${formant + 1}`,
      found.map(({ hz }) => hz),
    )
    row.set(`formant${formant + 1}.bandwidth`, spread(found.map(({ bandwidthHz }) => bandwidthHz)).mean)
  }
  for (let k = 0; k < cepstra; k += 1)
    row.spread(
      `cepstrum${k + 1}`,
      moments.filter((_, i) => active[i]).map(({ cepstrum }) => cepstrum[k]!),
    )
  for (let k = 0; k < 6; k += 1)
    row.set(
      `cepstrum${k + 1}.voiced`,
      spread(moments.filter((_, i) => voiced[i]).map(({ cepstrum }) => cepstrum[k]!)).mean,
    )
}

const pace = (row: Row, moments: readonly Moment[], active: readonly boolean[], loudDb: number): void => {
  const levels = Float64Array.from(moments, ({ levelDb }) => levelDb)
  const nuclei = syllables(levels, (at) => moments[at]!.hz > 0, loudDb)
  const spoken = Math.max(1, active.filter(Boolean).length) * momentMs
  row.set('rate.spoken', (nuclei.length * 1000) / spoken)
  row.set('rate.all', (nuclei.length * 1000) / Math.max(1, moments.length * momentMs))
  row.set('pause.share', 1 - spoken / Math.max(momentMs, moments.length * momentMs))
  row.set('pause.length', spread(runs(active.map((here) => !here))).mean)
  for (const [i, share] of modulation(levels, momentMs).entries()) row.set(`modulation${i + 1}`, share)
}

const around = (row: Row, moments: readonly Moment[]): void => {
  const levels = moments.map(({ levelDb }) => levelDb)
  const order = sorted(levels)
  row.set('room.aboveNoise', aboveNoiseDb(order))
  row.set('room.decay', decayDbPerSecond(levels, momentMs))
  row.set('band.high', spread(moments.map((moment) => moment.lean.highDb)).mean)
  row.set('band.highest', quantile(sorted(moments.map((moment) => moment.lean.highDb)), 0.95))
  row.set('band.low', spread(moments.map((moment) => moment.lean.lowDb)).mean)
  row.set('band.lowest', quantile(sorted(moments.map((moment) => moment.lean.lowDb)), 0.95))
  const limit = quantile(order, aroundShare)
  const quiet = moments.filter(({ levelDb }) => levelDb <= limit)
  row.set('around.level', spread(quiet.map(({ levelDb }) => levelDb)).mean)
  row.set('around.periodicity', spread(quiet.map(({ periodicity }) => periodicity)).mean)
  row.set('around.flux', spread(quiet.map(({ flux }) => flux)).mean)
  row.set('around.flatness', spread(quiet.map((moment) => moment.lean.flatness)).mean)
  row.set('around.centroid', spread(quiet.map((moment) => moment.lean.centroidHz)).mean)
  const bands = Array.from({ length: melBands }, (_, band) => spread(quiet.map(({ mel }) => mel[band]!)))
  const middle = spread(bands.map(({ mean }) => mean)).mean
  for (const [band, { mean }] of bands.entries()) row.set(`around.band${band}`, mean - middle)
  for (let band = 0; band < melBands; band += 3) row.set(`around.band${band}.deviation`, bands[band]!.deviation)
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
  const order = sorted(moments.map(({ levelDb }) => levelDb))
  const loudDb = quantile(order, 0.95)
  const least = Math.max(loudDb - activeRangeDb, quietestDb)
  const active = moments.map(({ levelDb }) => levelDb > least)
  const voiced = moments.map(({ hz, periodicity }, i) => active[i]! && hz > 0 && periodicity > surePeriodicity)
  const row = new Row()
  pitch(row, moments, voiced)
  voicing(row, moments, active, voiced)
  level(row, moments, active, voiced)
  lean(row, moments, active, voiced)
  mouth(row, moments, active, voiced)
  pace(row, moments, active, loudDb)
  around(row, moments)
  return {
    byName: row.byName,
    active: active.filter(Boolean).length,
    voiced: voiced.filter(Boolean).length,
  }
}
