/** What can be measured of a voice, for tests of how something is said. */
import type { AudioFrame } from '../../src/audio/frame.ts'
import { Resampler } from '../../src/audio/resample.ts'
import { levelOf } from '../../src/signal/linear-prediction.ts'
import { PitchTracker, pitchSampleRate } from '../../src/signal/pitch.ts'

/** Pitch in Hz and share of voiced moments among those that are not silent, and the level in dB. */
export const measured = ({ samples, sampleRate }: AudioFrame) => {
  const resampler = new Resampler(sampleRate, pitchSampleRate)
  const tracker = new PitchTracker()
  const points = [...tracker.push(resampler.push(samples)), ...tracker.push(resampler.flush())]
  const levelDb = 20 * Math.log10(levelOf(samples))
  const loud = points.filter((point) => point.levelDb > levelDb - 15)
  const hertz = loud.flatMap(({ hz }) => (hz > 0 ? [hz] : [])).sort((a, b) => a - b)
  const at = (share: number): number => hertz[Math.floor(hertz.length * share)] ?? 0
  return {
    levelDb,
    voiced: hertz.length / Math.max(1, loud.length),
    hz: at(0.5),
    /** Of the middle of all its pitches, in semitones. */
    range: 12 * Math.log2(at(0.85) / at(0.15)),
  }
}
