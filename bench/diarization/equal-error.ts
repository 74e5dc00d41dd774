/** How often two voices are taken for one, or one for two, at the likeness where both happen equally often. */
import { createRequire } from 'node:module'
import type { SpeakerEncoder } from '../../src/engines/speaker-encoder.ts'
import { atRate } from '../../src/listening/rate.ts'
import { silentLog } from '../../src/log.ts'
import { readClip, type SharedClip, sharedClips } from '../../test/support/clips.ts'
import { percent, type Table } from '../report.ts'

type Encode = (samples: Float32Array) => Promise<Float32Array> | Float32Array

interface Extractor {
  createStream(): { acceptWaveform(sound: { samples: Float32Array; sampleRate: number }): void; inputFinished(): void }
  compute(stream: unknown, external: boolean): Float32Array
}

/** A model that sherpa-onnx runs; undefined where it is not installed. */
const sherpaEncoder = (model: string): Encode | undefined => {
  try {
    const sherpa = createRequire(import.meta.url)('sherpa-onnx-node') as {
      SpeakerEmbeddingExtractor: new (config: unknown) => Extractor
    }
    const extractor = new sherpa.SpeakerEmbeddingExtractor({ model, numThreads: 1 })
    return (samples) => {
      const stream = extractor.createStream()
      stream.acceptWaveform({ samples, sampleRate: 16_000 })
      stream.inputFinished()
      const vector = extractor.compute(stream, false)
      const norm = Math.hypot(...vector)
      return vector.map((value) => value / norm)
    }
  } catch {
    return undefined
  }
}

/** The rate over all pairs. */
export const equalErrorRate = (
  prints: readonly { readonly speaker: string; readonly vector: Float32Array }[],
): number => {
  const same: number[] = []
  const other: number[] = []
  for (const [index, a] of prints.entries())
    for (const b of prints.slice(index + 1)) {
      const likeness = a.vector.reduce((sum, value, at) => sum + value * b.vector[at]!, 0)
      ;(a.speaker === b.speaker ? same : other).push(likeness)
    }
  same.sort((a, b) => a - b)
  other.sort((a, b) => b - a)
  // One threshold after the other: missed grows, taken shrinks.
  let at = 0
  while (at < same.length && other.findIndex((likeness) => likeness < same[at]!) / other.length > at / same.length)
    at += 1
  return at / same.length
}

const sets: readonly (readonly [string, (clip: SharedClip) => boolean])[] = [
  [
    'read speech (LibriSpeech)',
    ({ facts }) => facts.category === 'english-read' && /LibriSpeech test-other/.test(facts.corpus ?? ''),
  ],
  ['acted emotions (RAVDESS)', ({ facts }) => facts.category === 'emotion' && /RAVDESS/.test(facts.corpus ?? '')],
  ['acted emotions, German (EmoDB)', ({ facts }) => facts.category === 'emotion' && /EmoDB/i.test(facts.corpus ?? '')],
]

/** What ships, beside the given model where it is here. */
export const encoderTable = async (encoder: SpeakerEncoder, givenFile: string | undefined): Promise<Table> => {
  const ours: Encode = (samples) =>
    encoder.encode(
      { samples, sampleRate: 16_000, startMs: 0 },
      { signal: new AbortController().signal, log: silentLog },
    )
  const given = givenFile && sherpaEncoder(givenFile)
  const rows: string[][] = []
  for (const [name, fits] of sets) {
    const spoken: { readonly speaker: string; readonly samples: Float32Array }[] = []
    for (const clip of sharedClips().filter(fits)) {
      const { samples } = atRate(await readClip(clip), 16_000)
      spoken.push({ speaker: clip.facts.speaker ?? '', samples: samples.slice(0, 6 * 16_000) })
    }
    const rate = async (encode: Encode): Promise<string> => {
      const prints = []
      for (const { speaker, samples } of spoken) prints.push({ speaker, vector: await encode(samples) })
      return percent(equalErrorRate(prints))
    }
    const people = new Set(spoken.map(({ speaker }) => speaker)).size
    rows.push([name, String(people), String(spoken.length), await rate(ours), given ? await rate(given) : '–'])
  }
  return {
    title: 'Whose voice it is',
    method: [
      'Equal error rate over all pairs of clips of ../shared/audio, 6 s of each at most; few clips, so ± 3 points. The card in training/speakers has larger sets.',
    ],
    columns: ['set', 'speakers', 'clips', 'ours', 'given: speaker-tdnn128'],
    rows,
    data: rows,
  }
}
