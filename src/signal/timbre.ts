/** Timbre: what a voice's throat and mouth are like, from an open vowel that it says. */
import { Resampler } from '../audio/resample.ts'
import { bell, levelOf, orderFor, predictorOf, preEmphasis } from './linear-prediction.ts'
import { PitchTracker, pitchSampleRate } from './pitch.ts'

/** A voice, as far as sounds without words need it. */
export interface Timbre {
  /** Hz. */
  readonly sampleRate: number
  /** Its usual pitch: a single word falls at its end. */
  readonly hz: number
  /** Its usual level, over full scale. */
  readonly level: number
  /** Of the filter that its mouth is, for a source without tilt. */
  readonly coefficients: Float64Array
}

const frameSeconds = 0.04
/** Where no pitch is found. */
const usualHz = 130

/** The timbre of a voice that says “ah”; undefined when it says nothing. */
export const timbreOf = (vowel: Float32Array, sampleRate: number): Timbre | undefined => {
  const size = Math.round(frameSeconds * sampleRate)
  let best = 0
  let level = 0
  for (let at = 0; at + size <= vowel.length; at += size / 4) {
    const here = levelOf(vowel.subarray(at, at + size))
    if (here <= level) continue
    best = Math.round(at)
    level = here
  }
  const window = bell(size)
  const frame = Float32Array.from(
    { length: size },
    (_, i) => ((vowel[best + i] ?? 0) - preEmphasis * (vowel[best + i - 1] ?? 0)) * window[i]!,
  )
  const predictor = predictorOf(frame, orderFor(sampleRate))
  if (!predictor) return undefined
  const resampler = new Resampler(sampleRate, pitchSampleRate)
  const pitches = new PitchTracker()
    .push(resampler.push(vowel))
    .flatMap(({ hz }) => (hz > 0 ? [hz] : []))
    .sort((a, b) => a - b)
  return {
    sampleRate,
    hz: pitches[Math.floor(pitches.length * 0.75)] ?? usualHz,
    level,
    coefficients: predictor.coefficients,
  }
}
