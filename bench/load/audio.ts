/** What the clients of the load bench say: messages of 100 ms each on the Inworld wire, made once and sent by all. */
import { joined } from '../../src/audio/joined.ts'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { clips, readClip } from '../../test/support/clips.ts'
import { synthesize } from '../../test/support/flite.ts'
import { silence, whiteNoise } from '../noise.ts'
import { chunkSamples, sampleRate } from './chunks.ts'

/** Something to say, once. */
export interface Saying {
  readonly name: string
  /** 16 kHz. */
  readonly samples: Float32Array
}

const texts = ['please send the report to my office before noon', 'the weather was cold and it rained all day']

/** The recordings of pocketsphinx-testdata; where they are missing, flite's sentences. */
export const sayings = async (): Promise<readonly Saying[]> => {
  const recorded = clips()
  if (recorded.length > 0)
    return Promise.all(recorded.map(async (clip) => ({ name: clip.name, samples: (await readClip(clip)).samples })))
  return Promise.all(
    texts.map(async (text, index) => ({ name: `flite-${index}`, samples: (await synthesize(text)).samples })),
  )
}

/** One long reading, without the pauses between its sentences: nearly all of it is speech. */
const reading = async (): Promise<Float32Array> => {
  const all = await sayings()
  const read = all.filter(({ name }) => name.startsWith('librivox'))
  return joined(
    Float32Array,
    (read.length > 0 ? read : all).map(({ samples }) => samples),
  )
}

/** `speech`: read on without a break. `conversation`: 5 s of it, then 9 s of a quiet room. `quiet`: the room alone. */
export type Sound = 'speech' | 'conversation' | 'quiet'

const quietDb = -60

/** A loop of so many samples of one sound. */
export const soundLoop = async (sound: Sound): Promise<Float32Array> => {
  if (sound === 'quiet') return whiteNoise(14, quietDb)
  const speech = await reading()
  if (sound === 'speech') return speech
  const parts: Float32Array[] = []
  for (let at = 0; at < speech.length; at += 5 * sampleRate)
    parts.push(speech.subarray(at, at + 5 * sampleRate), whiteNoise(9, quietDb))
  return joined(Float32Array, parts)
}

/** Samples in whole chunks of 100 ms; the last is filled up with silence. */
export const cut = (samples: Float32Array): readonly Float32Array[] => {
  const padded = joined(Float32Array, [
    samples,
    silence(0.1).subarray(0, (chunkSamples - (samples.length % chunkSamples)) % chunkSamples),
  ])
  return Array.from({ length: padded.length / chunkSamples }, (_, index) =>
    padded.subarray(index * chunkSamples, (index + 1) * chunkSamples),
  )
}

/** Chunks as `audioChunk` messages. */
export const asMessages = (chunks: readonly Float32Array[]): readonly string[] =>
  chunks.map((chunk) =>
    JSON.stringify({ audioChunk: { content: Buffer.from(samplesToPcm16(chunk)).toString('base64') } }),
  )
