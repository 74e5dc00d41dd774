/** What the accuracy bench listens to: recordings whose words are known, and sound in which nobody speaks. */
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { joined } from '../../src/audio/joined.ts'
import { resampled } from '../../src/audio/resample.ts'
import { writeWav } from '../../src/audio/wav.ts'
import type { AudioFormat } from '../../src/listening/commands.ts'
import { decodeAudio } from '../../src/media/decode.ts'
import { clips as recordings } from '../../test/support/clips.ts'
import { synthesize, type Voice } from '../../test/support/flite.ts'
import { sharedUrl } from '../../test/support/needs.ts'
import { hum, pinkNoise, silence, tones, whiteNoise } from '../noise.ts'

/** Something to listen to. */
export interface BenchClip {
  readonly name: string
  /** Such as `english-read/ljspeech-1.1`; sound without speech: `silence`, `noise`, `music` or `distant voices`. */
  readonly set: string
  /** What is said; undefined when nobody speaks. */
  readonly text: string | undefined
  /** Base code; undefined when nobody speaks. */
  readonly language: string | undefined
  readonly format: AudioFormat
  /** Word times of a forced aligner, in milliseconds. */
  readonly aligned?: readonly AlignedWord[]
  bytes(): AsyncIterable<Uint8Array>
}

export interface AlignedWord {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
}

interface Facts {
  readonly file: string
  readonly category: string
  readonly sample_rate: number
  readonly channels: number
  readonly language?: string
  readonly text?: string
  readonly corpus?: string
  readonly snr_db?: number
  readonly tagger_top3?: readonly string[]
  readonly style?: string
  readonly words_forced_aligned?: readonly (readonly [word: string, startSeconds: number, endSeconds: number])[]
}

const auto = (sampleRate: number): AudioFormat => ({ encoding: 'auto', sampleRate, channels: 1 })

/** Whether the clips of `../shared/audio` are here. */
export const hasShared = (): boolean => existsSync(new URL('audio/manifest.json', sharedUrl))

const slug = (corpus: string): string =>
  corpus
    .replace(/ \(.*| ch\.\d+$/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')

const setOf = (facts: Facts): string | undefined => {
  if (facts.text) {
    const group = facts.snr_db === undefined ? facts.corpus && slug(facts.corpus) : `${facts.snr_db}dB`
    return group ? `${facts.category}/${group}` : facts.category
  }
  if (facts.file.includes('music')) return 'music'
  if (facts.file.includes('silence')) return 'silence'
  // People can be heard far away in a café: no words for us, but not certainly none.
  if (facts.category === 'environment') return facts.tagger_top3?.[0] === 'Speech' ? 'distant voices' : 'noise'
  if (facts.style === 'laugh') return 'noise'
  return undefined
}

const shared = (): readonly BenchClip[] => {
  const manifest = readFileSync(new URL('audio/manifest.json', sharedUrl), 'utf8')
  const { clips } = JSON.parse(manifest) as { readonly clips: readonly Facts[] }
  return clips.flatMap((facts): BenchClip[] => {
    const set = setOf(facts)
    if (!set) return []
    const file = fileURLToPath(new URL(`audio/${facts.file}`, sharedUrl))
    const aligned = facts.words_forced_aligned?.map(([text, start, end]) => ({
      text,
      startMs: start * 1000,
      endMs: end * 1000,
    }))
    return [
      {
        name: facts.file,
        set,
        text: facts.text || undefined,
        language: facts.text ? (facts.language ?? 'en') : undefined,
        format: { ...auto(facts.sample_rate), channels: facts.channels },
        ...(aligned ? { aligned } : {}),
        bytes: () => createReadStream(file),
      },
    ]
  })
}

/** Of these corpora PocketSphinx misses least: where noise is added, the errors that come are its own. */
const clear = ['cmu-arctic', 'speechbrain-test-samples', 'librispeech-test-clean', 'librivox', 'ljspeech']
const mixedDb = [15, 8]

const samplesOf = async (clip: BenchClip): Promise<Float32Array> => {
  const parts: Float32Array[] = []
  const { signal } = new AbortController()
  let sampleRate = 16_000
  for await (const frame of decodeAudio(clip.bytes(), { format: clip.format, signal })) {
    parts.push(frame.samples)
    sampleRate = frame.sampleRate
  }
  return resampled(joined(Float32Array, parts), sampleRate, 16_000)
}

const meanSquare = (samples: Float32Array): number =>
  samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length

/** Clearly read clips with recorded noise added, by turns, at so many decibels below them. */
const mixed = (all: readonly BenchClip[]): readonly BenchClip[] => {
  const noises = all.filter(({ set }) => set === 'noise')
  const speech = all.filter(({ set }) => clear.some((corpus) => set.startsWith(`english-read/${corpus}`)))
  return speech.flatMap((clip, index) =>
    mixedDb.map((db, turn): BenchClip => {
      const noise = noises[(index * mixedDb.length + turn) % noises.length]!
      return {
        ...clip,
        name: `${clip.name} + ${noise.name}, ${db} dB`,
        set: `mixed/${db}dB`,
        format: auto(16_000),
        async *bytes() {
          const [spoken, hum] = await Promise.all([samplesOf(clip), samplesOf(noise)])
          const long = spoken.map((_, at) => hum[at % hum.length]!)
          const gain = Math.sqrt(meanSquare(spoken) / meanSquare(long)) / 10 ** (db / 20)
          yield writeWav(
            spoken.map((sample, at) => sample + gain * long[at]!),
            16_000,
          )
        },
      }
    }),
  )
}

const withMixed = (all: readonly BenchClip[]): readonly BenchClip[] => [...all, ...mixed(all)]

const testdata = (): readonly BenchClip[] =>
  recordings().map(({ name, file, text, sampleRate }) => ({
    name,
    set: `testdata/${name.replace(/-\d+$/, '')}`,
    text,
    language: 'en',
    format: { ...auto(sampleRate), encoding: file.endsWith('.raw') ? 'pcm16' : 'auto' },
    bytes: () => createReadStream(file),
  }))

/** Everyday sentences, of no corpus. */
const sentences = [
  'could you tell me when the next train leaves for the city',
  'please send the report to my office before noon',
  'the weather was cold and it rained all day',
  'she bought bread and milk and a bag of apples',
  'we are looking for a quiet place to eat dinner',
  'the doctor will see you in ten minutes',
]

const spoken = (voice: Voice): readonly BenchClip[] =>
  sentences.map((text, index) => ({
    name: `flite-${voice}-${index + 1}`,
    set: `synthesized/flite-${voice}`,
    text,
    language: 'en',
    format: auto(16_000),
    async *bytes() {
      const { samples, sampleRate } = await synthesize(text, voice)
      yield writeWav(samples, sampleRate)
    },
  }))

const generated = (set: string, name: string, samples: Float32Array): BenchClip => ({
  name,
  set,
  text: undefined,
  language: undefined,
  format: auto(16_000),
  async *bytes() {
    yield writeWav(samples, 16_000)
  },
})

const wordless = (): readonly BenchClip[] => [
  generated('silence', 'digital silence', silence(10)),
  generated('silence', 'white noise at -70 dBFS', whiteNoise(10, -70)),
  generated('noise', 'white noise at -35 dBFS', whiteNoise(10, -35)),
  generated('noise', 'pink noise at -35 dBFS', pinkNoise(10, -35)),
  generated('noise', 'pink noise at -20 dBFS', pinkNoise(10, -20)),
  generated('noise', 'mains hum', hum(10, -30)),
  generated('music', 'tones', tones(10, -20)),
]

/**
 * The clips of `../shared/audio`, or pocketsphinx-testdata and flite's speech; sound without speech is generated in
 * either case.
 */
export const clipsOf = (source: 'shared' | 'testdata'): readonly BenchClip[] => [
  ...(source === 'shared' ? withMixed(shared()) : [...testdata(), ...spoken('rms'), ...spoken('slt')]),
  ...wordless(),
]
