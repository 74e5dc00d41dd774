/** One sample rate → another, across frame boundaries: a windowed-sinc filter kept as one row of taps per phase. */
import { joined } from './joined.ts'

/** Zero crossings of the sinc on each side, counted at the lower of the two rates. */
const zeroCrossings = 12
/** Middle of the transition band, as a share of the lower rate: within 0.1 dB to 0.39 of it, 50 dB down from 0.53 on. */
const cutoff = 0.455
/** Kaiser's shape for 62 dB in the stop band. */
const beta = 5.9
/** Rows × taps up to which each phase has its exact row; beyond, neighbouring rows are blended. */
const exactLimit = 1 << 17
/** Rows per input sample, at the lower rate, where rows are blended: the error is below −90 dB. */
const blendedRows = 512
/** Filters kept for the next stream with the same pair of rates. */
const keptFilters = 32

/** What a pair of rates needs: shared by all streams that have it. */
interface Filter {
  /** Position advances by down/up input samples per output sample. */
  readonly up: number
  readonly down: number
  /** Taps of a row lie over the input samples from `half - 1` before the position to `half` after it. */
  readonly half: number
  readonly rows: number
  /** `rows + 1` rows of `2 · half` taps; the last is the first, one sample on. */
  readonly taps: Float32Array
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))

/** Modified Bessel function of the first kind, order 0, by its power series. */
const bessel = (x: number): number => {
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

const design = (fromHz: number, toHz: number): Filter => {
  const divisor = greatestCommonDivisor(fromHz, toHz)
  const up = toHz / divisor
  const down = fromHz / divisor
  const stretch = Math.max(1, fromHz / toHz)
  const reach = zeroCrossings * stretch
  // Even, for rows are worked through four taps at a time.
  const half = 2 * Math.ceil(reach / 2)
  const width = 2 * half
  const rows = up * width <= exactLimit ? up : Math.ceil(blendedRows / stretch)
  const taps = new Float32Array((rows + 1) * width)
  const bandwidth = (2 * cutoff) / stretch
  for (let row = 0; row <= rows; row++) {
    let sum = 0
    for (let tap = 0; tap < width; tap++) {
      const x = tap - (half - 1) - row / rows
      const inside = 1 - (x / reach) ** 2
      const angle = Math.PI * bandwidth * x
      const sinc = angle === 0 ? 1 : Math.sin(angle) / angle
      const value = inside <= 0 ? 0 : sinc * bessel(beta * Math.sqrt(inside))
      taps[row * width + tap] = value
      sum += value
    }
    // Each row sums to one, so that a constant stays that constant.
    for (let tap = 0; tap < width; tap++) taps[row * width + tap]! /= sum
  }
  return { up, down, half, rows, taps }
}

const filters = new Map<string, Filter>()

const filterFor = (fromHz: number, toHz: number): Filter => {
  const key = `${fromHz} ${toHz}`
  const filter = filters.get(key) ?? design(fromHz, toHz)
  filters.delete(key)
  filters.set(key, filter)
  if (filters.size > keptFilters) filters.delete(filters.keys().next().value as string)
  return filter
}

/** The filter's answer at `start` of `input`, for one row. */
const answer = (input: Float32Array, start: number, taps: Float32Array, row: number, width: number): number => {
  // Four sums, for additions that do not wait for each other run side by side.
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let tap = 0; tap < width; tap += 4) {
    a += input[start + tap]! * taps[row + tap]!
    b += input[start + tap + 1]! * taps[row + tap + 1]!
    c += input[start + tap + 2]! * taps[row + tap + 2]!
    d += input[start + tap + 3]! * taps[row + tap + 3]!
  }
  return a + b + c + d
}

/**
 * Resamples one stream. Output sample k lies at the time k / `toHz` of the input, whatever the lengths of the pushes, and
 * n samples become round(n · `toHz` / `fromHz`) in all. Equal rates: samples pass through as they are.
 */
export class Resampler {
  readonly #fromHz: number
  readonly #toHz: number
  readonly #filter: Filter | undefined
  /** Input that later output still needs, then the input of the current push. */
  #input: Float32Array
  #held = 0
  /** Where the next output lies: its first tap in `#input`, and the part of a sample beyond, in 1/up. */
  #start = 0
  #phase = 0
  #taken = 0
  #given = 0

  /** Whole rates from 4,000 to 192,000 Hz. */
  constructor(fromHz: number, toHz: number) {
    for (const rate of [fromHz, toHz])
      if (!Number.isInteger(rate) || rate < 4000 || rate > 192_000) throw new RangeError(`no resampling at ${rate} Hz`)
    this.#fromHz = fromHz
    this.#toHz = toHz
    this.#filter = fromHz === toHz ? undefined : filterFor(fromHz, toHz)
    this.#input = new Float32Array(0)
    this.#begin()
  }

  /** The output that this input completes. */
  push(samples: Float32Array): Float32Array {
    if (!this.#filter) return samples
    this.#append(samples)
    this.#taken += samples.length
    return this.#produce(Number.POSITIVE_INFINITY)
  }

  /** The rest of the output, for the input has ended. What is pushed afterwards is a new stream. */
  flush(): Float32Array {
    if (!this.#filter) return new Float32Array(0)
    const owed = Math.round((this.#taken * this.#toHz) / this.#fromHz) - this.#given
    // The last output lies at most half an output sample after the input's end.
    this.#append(new Float32Array(this.#filter.half + Math.ceil(this.#fromHz / this.#toHz)))
    const rest = this.#produce(owed)
    this.#begin()
    return rest
  }

  #begin(): void {
    // Silence before the first sample, so that the first output lies on it.
    this.#held = this.#filter ? this.#filter.half - 1 : 0
    if (this.#input.length < this.#held) this.#input = new Float32Array(this.#held)
    else this.#input.fill(0, 0, this.#held)
    this.#start = 0
    this.#phase = 0
    this.#taken = 0
    this.#given = 0
  }

  #append(samples: Float32Array): void {
    const length = this.#held + samples.length
    if (length > this.#input.length) {
      const grown = new Float32Array(length)
      grown.set(this.#input.subarray(0, this.#held))
      this.#input = grown
    }
    this.#input.set(samples, this.#held)
    this.#held = length
  }

  #produce(most: number): Float32Array {
    const { up, down, half, rows, taps } = this.#filter as Filter
    const width = 2 * half
    // Positions of which the input holds every tap, counted in 1/up of a sample.
    const room = (this.#held - width - this.#start + 1) * up - this.#phase
    const output = new Float32Array(Math.min(most, room > 0 ? Math.ceil(room / down) : 0))
    const input = this.#input
    const step = Math.floor(down / up)
    const phaseStep = down % up
    const exact = rows === up
    let start = this.#start
    let phase = this.#phase
    for (let k = 0; k < output.length; k++) {
      if (exact) output[k] = answer(input, start, taps, phase * width, width)
      else {
        const place = (phase * rows) / up
        const row = Math.floor(place)
        const near = answer(input, start, taps, row * width, width)
        output[k] = near + (place - row) * (answer(input, start, taps, (row + 1) * width, width) - near)
      }
      start += step
      phase += phaseStep
      if (phase >= up) {
        phase -= up
        start += 1
      }
    }
    this.#given += output.length
    this.#phase = phase
    // Where samples are skipped, the next position may lie beyond what has come so far.
    const spent = Math.min(start, this.#held)
    input.copyWithin(0, spent, this.#held)
    this.#held -= spent
    this.#start = start - spent
    return output
  }
}

/** A whole run of samples at another rate. */
export const resampled = (samples: Float32Array, fromHz: number, toHz: number): Float32Array => {
  if (fromHz === toHz) return samples
  const resampler = new Resampler(fromHz, toHz)
  return joined(Float32Array, [resampler.push(samples), resampler.flush()])
}
