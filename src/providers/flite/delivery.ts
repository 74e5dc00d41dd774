/** How flite is brought to say a text another way: by its own settings where it has them, else on the audio. */
import { resampled } from '../../audio/resample.ts'
import { levelOf } from '../../signal/linear-prediction.ts'
import { louder, stressed } from '../../signal/loudness.ts'
import { whispered } from '../../signal/whisper.ts'
import type { Delivery, Timed } from './messages.ts'

/** How much louder a word is that stands out. */
const stressDb = 5

/** How far the pitch of a voice moves, in Hz, as flite takes it. Of `rms` it takes nothing. */
const naturalRange: Readonly<Record<string, number>> = { slt: 24, awb: 25, kal16: 11 }

/** What flite does itself: settings for its command line, how much slower it is to speak, and what pitch is left to do. */
export const fliteSettings = (
  voice: string,
  stretch: number,
  delivery: Delivery | undefined,
): { readonly settings: readonly string[]; readonly pitchLeft: number } => {
  const { pitch = 1, range = 1 } = delivery ?? {}
  const own = naturalRange[voice]
  const pitchLeft = own === undefined ? pitch : 1
  const settings = [`duration_stretch=${(stretch * pitchLeft).toFixed(3)}`]
  if (own !== undefined && pitch !== 1) settings.push(`f0_shift=${pitch.toFixed(3)}`)
  // The robot breaks when its pitch moves further.
  const moves = voice === 'kal16' ? Math.min(range, 1.5) : range
  if (own !== undefined && moves !== 1) settings.push(`int_f0_target_stddev=${Math.max(0.5, own * moves).toFixed(1)}`)
  return { settings: settings.flatMap((setting) => ['--setf', setting]), pitchLeft }
}

/** Audio that sounds higher and ends sooner by `pitch`. */
export const higher = (samples: Float32Array, sampleRate: number, pitch: number): Float32Array =>
  pitch === 1 ? samples : resampled(samples, Math.round((sampleRate * pitch) / 100) * 100, sampleRate)

/** What is done on the audio, once it is known when each token is said. */
export const delivered = (
  samples: Float32Array,
  sampleRate: number,
  tokens: readonly Timed[],
  { whisper, breathiness, volumeDb, stressed: places }: Delivery,
): Float32Array => {
  let output = samples
  if (whisper) output = whispered(output, sampleRate)
  else if (breathiness > 0) output = breathy(output, whispered(output, sampleRate), breathiness)
  if (places.length > 0)
    output = stressed(
      output,
      sampleRate,
      places.map((place) => tokens[place]!),
      stressDb,
    )
  return louder(output, volumeDb)
}

/** Some of the voice, and some of its whisper; as loud as before. */
const breathy = (voice: Float32Array, breath: Float32Array, share: number): Float32Array => {
  const mixed = voice.map((sample, i) => sample * (1 - 0.6 * share) + breath[i]! * 1.5 * share)
  const level = levelOf(mixed)
  return level > 0 ? louder(mixed, 20 * Math.log10(levelOf(voice) / level || 1)) : mixed
}
