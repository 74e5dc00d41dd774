/** Everything that is measured of a voice, moment by moment, in one pass over its audio. */
import { joined } from '../audio/joined.ts'
import { Resampler } from '../audio/resample.ts'
import { MelBands } from './cepstrum.ts'
import { type Formant, formantSamples, formantsOf } from './formants.ts'
import { PowerSpectrum } from './fourier.ts'
import { type Perturbation, perturbationOf } from './perturbation.ts'
import { type PitchPoint, PitchTracker, pitchSampleRate } from './pitch.ts'
import { type Tilt, tiltOf } from './tilt.ts'

/** Hz of the audio that all of this is for. */
export const momentSampleRate = 16_000
/** One moment every 20 ms. */
export const momentMs = 20

const hop = (momentSampleRate * momentMs) / 1000
const size = 512
const narrowHop = (pitchSampleRate * momentMs) / 1000
/** Samples that pitch and periods look at. */
const span = 728
const narrowSpan = span / 2
/** A period is sure enough for jitter and formants. */
const sure = 0.7

const spectrum = new PowerSpectrum(size)
export const melBands = 24
export const cepstra = 12
const bands = new MelBands({ count: melBands, sampleRate: momentSampleRate, size, cepstra })

/** A voice at one moment. */
export interface Moment extends PitchPoint {
  readonly lean: Tilt
  /** Mel bands in dB, `melBands` of them. */
  readonly mel: Float32Array
  readonly cepstrum: Float32Array
  /** Change of the spectrum since the moment before, in dB. */
  readonly flux: number
  /** Where a voice sounds for sure. */
  readonly perturbation: Perturbation | undefined
  readonly formants: readonly Formant[]
}

/** Moments along a stream of 16 kHz that arrives cut anywhere. */
export class Moments {
  readonly #narrower = new Resampler(momentSampleRate, pitchSampleRate)
  readonly #tracker = new PitchTracker()
  #wide: Float32Array = new Float32Array(0)
  #narrow: Float32Array = new Float32Array(0)
  #points: PitchPoint[] = []
  #before: Float32Array | undefined

  /** A moment for each hop whose samples are now there. */
  push(samples: Float32Array): Moment[] {
    const narrow = this.#narrower.push(samples)
    this.#points = [...this.#points, ...this.#tracker.push(narrow)]
    this.#wide = joined(Float32Array, [this.#wide, samples])
    this.#narrow = joined(Float32Array, [this.#narrow, narrow])
    let count = 0
    const moments: Moment[] = []
    while (
      count < this.#points.length &&
      count * hop + span <= this.#wide.length &&
      count * narrowHop + narrowSpan <= this.#narrow.length
    ) {
      moments.push(this.#moment(this.#points[count]!, count * hop, count * narrowHop))
      count += 1
    }
    this.#points = this.#points.slice(count)
    this.#wide = this.#wide.slice(count * hop)
    this.#narrow = this.#narrow.slice(count * narrowHop)
    return moments
  }

  #moment(point: PitchPoint, at: number, narrowAt: number): Moment {
    const power = spectrum.of(this.#wide, at)
    const mel = bands.levels(power)
    let flux = 0
    if (this.#before) for (let i = 0; i < melBands; i += 1) flux += Math.abs(mel[i]! - this.#before[i]!) / melBands
    this.#before = mel
    const voiced = point.hz > 0 && point.periodicity > sure
    const perturbation = voiced ? perturbationOf(this.#wide, at, span, momentSampleRate / point.hz) : undefined
    const { hz, periodicity, levelDb, tilt } = point
    return {
      hz,
      periodicity,
      levelDb,
      tilt,
      lean: tiltOf(power, momentSampleRate / size),
      mel,
      cepstrum: bands.cepstrum(mel),
      flux,
      perturbation,
      formants: voiced ? formantsOf(this.#narrow, narrowAt + (narrowSpan - formantSamples) / 2) : [],
    }
  }
}
