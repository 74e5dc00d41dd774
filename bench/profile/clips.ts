/** Clips that the voice profile was not trained on, with what is known of them. */
import { existsSync, readFileSync } from 'node:fs'
import { joined } from '../../src/audio/joined.ts'
import { Resampler } from '../../src/audio/resample.ts'
import { decodeAudio } from '../../src/media/decode.ts'
import { momentSampleRate } from '../../src/signal/moments.ts'
import { sharedUrl } from '../../test/support/needs.ts'
import { environments, voices } from '../../training/profile/clips.ts'
import { dice, inNoise, onTelephone, read, speechOf } from '../../training/profile/sound.ts'

/** A clip, and one thing that is known of it. */
export interface Known {
  /** Corpus: a row of the table. */
  readonly set: string
  readonly trait: 'pitch' | 'vocalStyle' | 'environment' | 'age' | 'emotion'
  readonly truth: string
  /** Speech at 16 kHz. */
  samples(): Promise<Float32Array>
}

interface SharedClip {
  readonly file: string
  readonly category: string
  readonly corpus?: string
  readonly style?: string
  readonly emotion?: string
  readonly age_group?: string
  readonly f0_median_hz?: number
}

const emotions: Readonly<Record<string, string>> = {
  anger: 'angry',
  happiness: 'happy',
  happy: 'happy',
  neutral: 'neutral',
  calm: 'neutral',
  sadness: 'sad',
  fear: 'fearful',
}
const styles: Readonly<Record<string, string>> = { whisper: 'whispering', 'raised-voice': 'shouting' }
/** One clip of each. */
const rareStyles: Readonly<Record<string, string>> = { laugh: 'laughing', sing: 'singing' }

const decoded = async (file: string): Promise<Float32Array> => {
  const bytes = readFileSync(new URL(`audio/${file}`, sharedUrl))
  const pieces: Float32Array[] = []
  const format = { encoding: 'auto', sampleRate: 16_000, channels: 1 } as const
  const source = (async function* () {
    yield bytes
  })()
  let resampler: Resampler | undefined
  for await (const frame of decodeAudio(source, { format, signal: new AbortController().signal })) {
    resampler ??= new Resampler(frame.sampleRate, momentSampleRate)
    pieces.push(resampler.push(frame.samples))
  }
  return speechOf(joined(Float32Array, pieces))
}

/** What lies in `../shared/audio`, without EmoDB, whose speakers there were learnt from. */
export const sharedClips = (): readonly Known[] => {
  const manifest = new URL('audio/manifest.json', sharedUrl)
  if (!existsSync(manifest)) return []
  const clips: readonly SharedClip[] = JSON.parse(readFileSync(manifest, 'utf8')).clips
  return clips.flatMap((clip): Known[] => {
    const known = (trait: Known['trait'], truth: string | undefined, set: string): Known[] =>
      truth === undefined ? [] : [{ set, trait, truth, samples: () => decoded(clip.file) }]
    const hz = clip.f0_median_hz
    const voice = ['accent', 'age', 'language', 'telephony'].includes(clip.category)
    const pitch = voice && hz ? (hz < 155 ? 'low' : hz < 240 ? 'mid' : 'high') : undefined
    const emotion = clip.corpus?.startsWith('RAVDESS') ? emotions[clip.emotion ?? ''] : undefined
    const age = clip.age_group === 'child' ? 'kid' : clip.age_group === 'adult' ? 'adult' : undefined
    return [
      ...known('pitch', pitch, 'shared clips'),
      ...known('vocalStyle', clip.style ? styles[clip.style] : voice ? 'normal' : undefined, 'shared clips'),
      ...known('vocalStyle', rareStyles[clip.style ?? ''], 'a laugh and a song'),
      ...known('emotion', emotion, 'shared clips, RAVDESS'),
      ...known('age', age, 'shared clips, speechocean762'),
    ]
  })
}

const every = <T>(all: readonly T[], most: number): readonly T[] =>
  all.filter((_, i) => i % Math.max(1, Math.ceil(all.length / most)) === 0)

/** The test parts of the corpora in a folder, as `training/profile` has them, at most `most` of each kind. */
export const corpusClips = (folder: string, most: number): readonly Known[] => {
  const all = voices(folder).filter(({ split }) => split === 'test')
  const clips = (trait: 'age' | 'emotion' | 'vocalStyle', corpus: string, names: readonly string[]): Known[] =>
    every(
      all.filter((clip) => clip.corpus === corpus && names.includes(clip[trait] ?? '')),
      most,
    ).map((clip) => ({
      set: corpus,
      trait,
      truth: clip[trait] === 'calm' ? 'neutral' : (clip[trait] as string),
      samples: async () => speechOf(read(clip.file)),
    }))
  const roll = dice(11)
  const carriers = all.filter(({ corpus }) => corpus === 'libri' || corpus === 'so762')
  const pick = <T>(from: readonly T[]): T => from[Math.floor(roll() * from.length)]!
  const recordings = environments(folder).filter(({ split }) => split === 'test')
  const mixed = every(recordings, most).flatMap(({ file, environment }) =>
    [0, 1, 2].map((): Known => {
      const [carrier, db, from] = [pick(carriers), environment === 'quiet room' ? 20 : 10 * roll(), roll()]
      return {
        set: 'other recordings, 0 to 10 dB under speech',
        trait: 'environment',
        truth: environment as string,
        samples: async () => inNoise(speechOf(read(carrier.file)), read(file), db, from),
      }
    }),
  )
  const plain = every(carriers, 30).flatMap((clip): Known[] => {
    const set = 'other recordings, 0 to 10 dB under speech'
    return [
      { set, trait: 'environment', truth: 'quiet room', samples: async () => speechOf(read(clip.file)) },
      { set, trait: 'environment', truth: 'telephone', samples: async () => onTelephone(speechOf(read(clip.file))) },
    ]
  })
  return [
    ...clips('emotion', 'ravdess', ['angry', 'happy', 'neutral', 'calm', 'sad', 'fearful']),
    ...clips('age', 'so762', ['kid', 'adult']),
    ...clips('vocalStyle', 'ravdess', ['normal', 'shouting']),
    ...clips('vocalStyle', 'so762', ['normal']),
    ...mixed,
    ...plain,
  ]
}
