/** The recognizer that PocketSphinx makes: a pool of processes behind `transcribe`. */
import { availableParallelism } from 'node:os'
import type { EngineCard } from '../../engines/engine.ts'
import type { Surroundings } from '../../engines/registry.ts'
import type { SpeechToText } from '../../engines/speech-to-text.ts'
import { VoiceError } from '../../errors.ts'
import { entry } from '../../threads/entry.ts'
import { EnginePool } from '../shared/engine-pool.ts'
import { find } from './find.ts'
import type { DecoderLoad, FromDecoder, ToDecoder } from './messages.ts'
import type { Settings } from './settings.ts'
import { sampleRate, type TranscribeSetup, transcribe } from './transcribe.ts'

const card: EngineCard = {
  name: 'PocketSphinx 0.8, US English',
  languages: ['en'],
  accuracy:
    'Measured: 23 % of words wrong on clean read US English, 61 % on LibriSpeech test-other, ' +
    'not usable with noise or on the telephone.',
  cost: 0.33,
  better: 'parley models pull gets a modern recognizer.',
}

const isEnglish = (language: string): boolean => language.toLowerCase().split(/[-_]/)[0] === 'en'

/** Refuses a demand for other languages: text in a wrong language would be made up. */
const mustBeEnglish = (languages: readonly string[] = []): void => {
  if (languages.length === 0 || languages.some(isEnglish)) return
  throw new VoiceError(
    'unsupported',
    `PocketSphinx knows English only, not ${languages.join(', ')}: parley models lists recognizers of other languages.`,
    { param: 'language' },
  )
}

/** A recognizer, and the processes that it has. */
export interface PocketSphinx extends SpeechToText {
  readonly pids: readonly number[]
  close(): Promise<void>
}

/** Starts the processes; resolves once one can hear. Throws `unavailable` where something is missing. */
export const openPocketSphinx = async (settings: Settings, { cacheDir, log }: Surroundings): Promise<PocketSphinx> => {
  const { libraryDir, modelDir, env } = find(cacheDir, settings)
  const { processes = availableParallelism(), secondPass, decodersPerProcess, hangMs } = settings
  const load: DecoderLoad = { libraryDir, modelDir, spare: 1, secondPass }
  const pool = new EnginePool<ToDecoder, FromDecoder>({
    name: 'pocketsphinx',
    entry: entry(import.meta.url, './child'),
    env,
    load,
    hangMs,
    processes,
    maxProcesses: Math.max(processes, settings.maxProcesses ?? 2 * availableParallelism()),
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
    get pids() {
      return pool.pids
    },
    transcribe: (audio, options) => {
      mustBeEnglish(options.languages)
      return transcribe(audio, options, setup)
    },
    busy: () => pool.busy,
    close: () => pool.close(),
  }
}
