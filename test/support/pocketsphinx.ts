/** PocketSphinx's decoder in this process, without the pipeline around it: for what is measured pass by pass. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import koffi from 'koffi'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { Decoder } from '../../src/providers/pocketsphinx/decoder.ts'
import { find } from '../../src/providers/pocketsphinx/find.ts'
import { bind } from '../../src/providers/pocketsphinx/library.ts'
import { SegmentAudio } from '../../src/providers/pocketsphinx/segment-audio.ts'
import { cacheDir } from './needs.ts'

// What the library depends on, in the order of dependence. The child processes find it by their environment.
const dependencies = ['libquadmath.so.0', 'libgfortran.so.5', 'libblas.so.3', 'liblapack.so.3']

/** A decoder with these options, see `streamingOptions` and `wholeOptions`. */
export const openDecoder = (options: readonly string[]): Promise<Decoder> => {
  const { libraryDir, modelDir, env } = find(cacheDir)
  const folders = env.LD_LIBRARY_PATH!.split(':')
  for (const name of dependencies) {
    const file = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
    if (file) koffi.load(file)
  }
  return Decoder.create(bind(libraryDir), modelDir, options, 4)
}

/** The cepstral mean of a recording at 16 kHz, as a first hearing gives it. */
export const meanOf = (decoder: Decoder, samples: Float32Array): Float32Array => {
  decoder.begin()
  for (const piece of pieces(samples)) decoder.feed(piece)
  decoder.end()
  return decoder.mean().values
}

/** The words that a decoder hears in a recording at 16 kHz. */
export const wordsHeard = async (
  decoder: Decoder,
  samples: Float32Array,
  mean: Float32Array,
  vocabulary?: string,
): Promise<readonly string[]> => {
  const audio = new SegmentAudio(pieces(samples))
  audio.seal()
  const hearing = await decoder.hearWhole({ audio, mean, alternatives: 0, vocabulary }, () => false)
  return hearing!.words.map(({ text }) => text)
}

const pieceSamples = 1280

const pieces = (samples: Float32Array): readonly Int16Array[] =>
  Array.from({ length: Math.ceil(samples.length / pieceSamples) }, (_, index) => {
    const piece = samples.subarray(index * pieceSamples, (index + 1) * pieceSamples)
    return new Int16Array(samplesToPcm16(piece).buffer)
  })
