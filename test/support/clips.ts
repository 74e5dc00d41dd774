/** Recorded speech whose words are known: Debian's pocketsphinx-testdata, and `../shared/audio` where it exists. */
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AudioFrame } from '../../src/audio/frame.ts'
import { joined } from '../../src/audio/joined.ts'
import { pcm16ToSamples } from '../../src/audio/pcm.ts'
import { parseWav } from '../../src/audio/wav.ts'
import { decodeAudio } from '../../src/media/decode.ts'
import { debianFile, sharedUrl } from './needs.ts'

/** A recording and the words in it. */
export interface Clip {
  /** Short and unique, such as `librivox-0870`. */
  readonly name: string
  readonly file: string
  /** What is said, in lower case, without punctuation. Empty when nothing is. */
  readonly text: string
  readonly sampleRate: number
}

/** A clip of `../shared/audio`, with what its manifest says. */
export interface SharedClip extends Clip {
  readonly facts: SharedFacts
}

/** An entry of `../shared/audio/manifest.json`: the fields that tests go by. */
export interface SharedFacts {
  readonly file: string
  readonly category: string
  readonly codec: string
  readonly seconds: number
  readonly sample_rate: number
  readonly channels: number
  readonly language?: string
  readonly text?: string
  readonly corpus?: string
  readonly speaker?: string
  readonly gender?: string
  readonly f0_median_hz?: number
  readonly words_forced_aligned?: readonly (readonly [word: string, startSeconds: number, endSeconds: number])[]
  readonly baseline_pocketsphinx?: { readonly text: string; readonly wer: number }
}

const data = 'usr/share/pocketsphinx/test/data'

/** Recordings that come with no list of their words. */
const loose = [
  { name: 'goforward', file: 'goforward.raw', text: 'go forward ten meters' },
  { name: 'something', file: 'something.raw', text: 'go somewhere and do something' },
  { name: 'digits', file: 'tidigits/dhd.2934z.raw', text: 'two nine three four zero' },
]

/** The recordings of pocketsphinx-testdata, 16 kHz; none when it is not here. See `recordings` in `needs.ts`. */
export const clips = (): readonly Clip[] => {
  const shown = debianFile(`${data}/goforward.raw`)
  if (shown === undefined) return []
  const folder = join(shown, '..')
  return [
    ...listed(join(folder, 'librivox'), 'transcription', (id) => `librivox-${id.slice(-4)}`),
    ...listed(join(folder, 'cards'), 'cards.transcription', (id) => `cards-${id}`),
    ...loose.map((clip) => ({ ...clip, file: join(folder, clip.file), sampleRate: 16_000 })),
  ]
}

/** One recording of pocketsphinx-testdata by its name. */
export const clip = (name: string): Clip => {
  const found = clips().find((one) => one.name === name)
  if (!found) throw new Error(`There is no clip ${name} here; \`npm run setup\` brings the clips.`)
  return found
}

/** Lines such as `<s> ten of clubs </s> (001)`. */
const listed = (folder: string, list: string, name: (id: string) => string): readonly Clip[] =>
  [...readFileSync(join(folder, list), 'utf8').matchAll(/^<s>(.*)<\/s> \((.*)\)$/gm)].map(([, text = '', id = '']) => ({
    name: name(id),
    file: join(folder, `${id}.wav`),
    text: text.trim(),
    sampleRate: 16_000,
  }))

/** Clips of `../shared/audio` that fit; none when it is not here. See `shared` in `needs.ts`. */
export const sharedClips = (fits: (facts: SharedFacts) => boolean = () => true): readonly SharedClip[] => {
  const manifest = new URL('audio/manifest.json', sharedUrl)
  if (!existsSync(manifest)) return []
  const { clips } = JSON.parse(readFileSync(manifest, 'utf8')) as { clips: readonly SharedFacts[] }
  return clips.filter(fits).map((facts) => ({
    name: facts.file,
    file: fileURLToPath(new URL(`audio/${facts.file}`, sharedUrl)),
    text: plainWords(facts.text ?? ''),
    sampleRate: facts.sample_rate,
    facts,
  }))
}

/** Where a model of `../shared/models` lies; undefined where it is not here. */
export const sharedModel = (file: string): string | undefined => {
  const path = fileURLToPath(new URL(`models/${file}`, sharedUrl))
  return existsSync(path) ? path : undefined
}

/** A clip's sound: raw 16-bit PCM, WAV or FLAC, channels mixed. */
export const readClip = async (clip: Clip): Promise<AudioFrame> => {
  const bytes = await readFile(clip.file)
  if (clip.file.endsWith('.raw')) return { samples: pcm16ToSamples(bytes), sampleRate: clip.sampleRate, startMs: 0 }
  if (clip.file.endsWith('.flac')) return { ...(await decodeFlac(bytes)), startMs: 0 }
  return { ...parseWav(bytes), startMs: 0 }
}

const decodeFlac = async (bytes: Uint8Array): Promise<Omit<AudioFrame, 'startMs'>> => {
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes
  }
  const format = { encoding: 'flac', sampleRate: 16_000, channels: 1 } as const
  const { signal } = new AbortController()
  const frames: AudioFrame[] = []
  for await (const frame of decodeAudio(source(), { format, signal })) frames.push(frame)
  const samples = joined(
    Float32Array,
    frames.map((frame) => frame.samples),
  )
  return { samples, sampleRate: frames[0]!.sampleRate }
}

/** Text as word error rates are counted on: lower case, apostrophes kept, other marks gone. */
export const plainWords = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^\p{L}\p{N}\p{M}' ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
