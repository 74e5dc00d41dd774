/** Sounds without words in a voice's own timbre: a source of pulses and hiss, and the filter that is the voice's mouth. */
import { filtered, levelOf, Noise, preEmphasis } from './linear-prediction.ts'
import { louder } from './loudness.ts'
import { type Puff, recipes } from './sound-recipes.ts'
import type { Timbre } from './timbre.ts'

/** How a sound is to differ from how it is by itself. */
export interface SoundStyle {
  readonly rate: number
  readonly pitchSemitones: number
  readonly volumeDb: number
  readonly whisper: boolean
}

const plain: SoundStyle = { rate: 1, pitchSemitones: 0, volumeDb: 0, whisper: false }
/** A shout stays as loud as it can be understood. */
const loudest = 0.9

/** Names of the sounds that can be made. */
export const madeSounds: readonly string[] = Object.keys(recipes)

/** The sound in that voice; undefined when there is no recipe for it. Takes a few thousandths of a second. */
export const soundOf = (name: string, timbre: Timbre, style: SoundStyle = plain): Float32Array | undefined => {
  const recipe = recipes[name]
  if (!recipe) return undefined
  const noise = new Noise(name.length)
  const puffs = recipe.map((puff) => puffOf(puff, timbre, style, noise))
  const output = new Float32Array(puffs.reduce((sum, puff) => sum + puff.length, 0))
  let at = 0
  for (const puff of puffs) {
    output.set(puff, at)
    at += puff.length
  }
  return louder(output, style.volumeDb)
}

const puffOf = (puff: Puff, timbre: Timbre, style: SoundStyle, noise: Noise): Float32Array => {
  const { sampleRate, coefficients } = timbre
  const { voice = 0, hiss = 0, level = 0, grows = 10, tilt = preEmphasis } = puff
  const length = Math.round((puff.ms * sampleRate) / 1000 / style.rate)
  if (voice === 0 && hiss === 0) return new Float32Array(length)
  const source = style.whisper ? new Float32Array(length) : pulses(puff, length, timbre, style, noise)
  const breath = style.whisper ? Math.max(voice, hiss) : hiss
  // Voicing lets the air through in time with the pulses; a hiss is steady.
  for (let i = 0; i < length; i += 1) source[i]! += breath * 0.5 * noise.next()
  const sound = filtered(source, coefficients)
  let before = 0
  for (let i = 0; i < length; i += 1) {
    before = sound[i]! + tilt * before
    sound[i] = before
  }
  const now = levelOf(sound)
  const wanted = Math.min(loudest, level * timbre.level * (style.whisper && voice > 0 ? 0.4 : 1))
  const growing = Math.max(1, (grows * sampleRate) / 1000 / style.rate)
  const rumble = (2 * Math.PI * 28) / sampleRate
  const rough = style.whisper ? 0 : (puff.rough ?? 0)
  return sound.map((sample, i) => {
    const shape = i < growing ? i / growing : (length - i) / Math.max(1, length - growing)
    const shake = 1 - rough * 0.35 * (1 + Math.sin(i * rumble))
    return now > 0 ? ((sample * wanted) / now) * 1.4 * Math.sqrt(Math.max(0, shape)) * shake : 0
  })
}

/** A train of pulses of power `voice`², gliding from one pitch to the other, less even where it is rough. */
const pulses = (
  { voice = 0, pitch = [1, 1], rough = 0 }: Puff,
  length: number,
  { hz, sampleRate }: Timbre,
  { pitchSemitones }: SoundStyle,
  noise: Noise,
): Float32Array => {
  const source = new Float32Array(length)
  const shift = hz * 2 ** (pitchSemitones / 12)
  let uneven = 1
  for (let i = 0, phase = 1; voice > 0 && i < length; i += 1) {
    const now = Math.min(900, shift * (pitch[0] + ((pitch[1] - pitch[0]) * i) / length))
    phase += (now * uneven) / sampleRate
    if (phase < 1) continue
    phase -= 1
    uneven = 1 + (0.01 + 0.12 * rough) * noise.next()
    source[i] = voice * Math.sqrt(sampleRate / now) * (1 - 0.5 * rough * Math.abs(noise.next()))
  }
  return source
}
