/** PocketSphinx: the embedded recognizer, for machines without a modern model. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import type { EngineCard } from '../../engines/engine.ts'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { entry } from '../../threads/entry.ts'
import { EnginePool } from '../shared/engine-pool.ts'
import { find } from './find.ts'
import type { DecoderLoad, FromDecoder, ToDecoder } from './messages.ts'
import { sampleRate, type TranscribeSetup, transcribe } from './transcribe.ts'

const settings = z.strictObject({
  libraryDir: z
    .string()
    .optional()
    .describe('Folder of libpocketsphinx.so.3. Default: the system, then the cache folder.'),
  modelDir: z
    .string()
    .optional()
    .describe('Folder of the US English model. Default: the system, then the cache folder.'),
  processes: z.int().min(1).optional().describe('Child processes that are kept ready. Default: one per core.'),
  maxProcesses: z.int().min(1).optional().describe('Most child processes under load. Default: two per core.'),
  decodersPerProcess: z
    .int()
    .min(1)
    .default(5)
    .describe('How many people may talk at the same time per process; a core keeps up with 4 to 5. 90 MB each.'),
  secondPass: z.boolean().default(true).describe('Whether finals come from a second hearing of the whole utterance.'),
})

const card: EngineCard = {
  name: 'PocketSphinx 0.8, US English',
  languages: ['en'],
  accuracy:
    'Measured: 18 to 25 % of words wrong on clean read US English, 57 % on LibriSpeech test-other, ' +
    'not usable with noise or on the telephone.',
  cost: 0.2,
  better: 'parley models pull gets a modern recognizer.',
}

const isEnglish = (language: string): boolean => language.toLowerCase().split(/[-_]/)[0] === 'en'

export default defineProvider({
  settings,
  speechToText: async (model, given, { cacheDir, log }) => {
    if (model !== '' && model !== 'en-us') {
      throw new VoiceError('unknown_model', `PocketSphinx has no model ${model}: it has en-us.`, { param: 'model' })
    }
    const { libraryDir, modelDir, env } = find(cacheDir, given)
    const { processes = availableParallelism(), secondPass, decodersPerProcess } = given
    const load: DecoderLoad = { libraryDir, modelDir, spare: 1, secondPass }
    const pool = new EnginePool<ToDecoder, FromDecoder>({
      name: 'pocketsphinx',
      entry: entry(import.meta.url, './child'),
      env,
      load,
      processes,
      maxProcesses: Math.max(processes, given.maxProcesses ?? 2 * availableParallelism()),
      jobsPerProcess: decodersPerProcess,
      log,
    })
    await pool.ready().catch(async (error: unknown) => {
      await pool.close()
      throw error
    })
    const setup: TranscribeSetup = { jobs: pool, secondPass, means: new WeakMap() }
    return {
      sampleRate,
      card,
      transcribe: (audio, options) => {
        if (options.languages?.length && !options.languages.some(isEnglish)) {
          throw new VoiceError(
            'unsupported',
            `PocketSphinx knows English only, not ${options.languages.join(', ')}: parley models lists engines for other languages.`,
            { param: 'language' },
          )
        }
        return transcribe(audio, options, setup)
      },
      close: () => pool.close(),
    }
  },
})
