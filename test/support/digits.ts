/** The digit recognizer of `training/digits`, as a model to pull and a recording to hear with it. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseWav } from '../../src/audio/wav.ts'
import type { CatalogueEntry } from '../../src/models/catalogue.ts'
import { asFrames, type KnownSpeech } from '../contracts/speech-to-text.ts'
import { projectUrl } from './needs.ts'

const folder = new URL('test/fixtures/digits/', projectUrl)

/** Name of the archive. */
export const digitsArchive = 'parley-digits.tar.bz2'

/** What is in the archive. */
export const digitsPacked = (): Promise<Buffer> => readFile(new URL(digitsArchive, folder))

/** The model as a catalogue has it, live or of whole utterances; the archive lies at `url`. */
export const digitsEntry = async (kind: 'live' | 'whole', url: string): Promise<CatalogueEntry> => {
  const packed = await digitsPacked()
  const file = `${kind}.onnx`
  return {
    id: `digits-${kind}`,
    kind: 'speech-to-text',
    streaming: kind === 'live',
    languages: ['en'],
    downloads: [{ url, sha256: [createHash('sha256').update(packed).digest('hex')], bytes: packed.length }],
    files: [file, 'tokens.txt'],
    licence: 'CC-BY-SA-4.0',
    sampleRate: 8000,
    sherpa: {
      class: kind === 'live' ? 'OnlineRecognizer' : 'OfflineRecognizer',
      family: kind === 'live' ? 'nemoCtc' : 'zipformerCtc',
      featConfig: { sampleRate: 8000, featureDim: 40 },
      modelConfig: { [kind === 'live' ? 'nemoCtc' : 'zipformerCtc']: { model: file }, tokens: 'tokens.txt' },
    },
    sources: ['training/digits/README.md'],
  }
}

/** Where the recording of five digits lies: one of the speakers that the model was not trained on, 8 kHz. */
export const digitsFile = fileURLToPath(new URL('theo.wav', folder))

/** The recording, in frames. */
export const digitsSpeech = async (): Promise<KnownSpeech> => ({
  frames: asFrames({ ...parseWav(await readFile(digitsFile)), startMs: 0 }),
  text: 'four seven two nine one',
})
