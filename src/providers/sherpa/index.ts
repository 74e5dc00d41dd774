/** sherpa-onnx: modern recognizers, each model in a process of its own. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import type { EngineCard } from '../../engines/engine.ts'
import { defineProvider } from '../../engines/registry.ts'
import { transcribeSegmented } from '../../engines/segmented.ts'
import { VoiceError } from '../../errors.ts'
import { entry } from '../../threads/entry.ts'
import { EnginePool } from '../shared/engine-pool.ts'
import { transcribeLive } from './live.ts'
import type { EarLoad, FromLive, FromWhole, ToLive, ToWhole } from './messages.ts'
import { findModel, type Model, ownModel } from './model.ts'
import { wholeRecognizer } from './whole.ts'

const settings = z.strictObject({
  models: z
    .record(z.string(), ownModel)
    .default({})
    .describe('Models in folders of your own, by the name after sherpa/.'),
  threads: z
    .int()
    .min(1)
    .optional()
    .describe('Threads that a model computes with. Default: half of the cores, 4 at most.'),
  maxStreams: z.int().min(1).default(100).describe('How many people may talk to one model at the same time.'),
  batchMs: z.int().min(0).max(200).default(30).describe('How long audio waits so that streams are decoded together.'),
})

const baseCode = (language: string): string => language.toLowerCase().split(/[-_]/)[0] ?? ''

/** Which wanted language to listen for; undefined when nothing was asked for. Throws when the model knows none of them. */
const demanded = (wanted: readonly string[] | undefined, { languages, load }: Model): string | undefined => {
  if (!wanted?.length || !languages) return wanted?.[0] && baseCode(wanted[0])
  const known = wanted.map(baseCode).find((code) => languages.includes(code))
  if (known !== undefined) return known
  throw new VoiceError(
    'unsupported',
    `The model ${load.id} knows ${languages.join(', ')}, not ${wanted.join(', ')}: \`parley models list\` shows models for other languages.`,
    { param: 'language' },
  )
}

const cardOf = ({ load, languages, accuracy }: Model): EngineCard => ({
  name: `sherpa-onnx, ${load.id}`,
  ...(languages ? { languages } : {}),
  ...(languages?.length === 1 ? {} : { detectsLanguage: true }),
  accuracy,
})

export default defineProvider({
  settings,
  speechToText: async (id, given, { cacheDir, log }) => {
    const threads = given.threads ?? Math.max(1, Math.min(4, availableParallelism() >> 1))
    const model = await findModel(id, { own: given.models, cacheDir, threads })
    const { sampleRate, recognizer } = model.load
    const load: EarLoad = { ...model.load, batchMs: given.batchMs }
    const pool = new EnginePool<ToLive | ToWhole, FromLive | FromWhole>({
      name: 'sherpa',
      entry: entry(import.meta.url, './child'),
      load,
      loadMs: 120_000,
      // One process, so that all streams share its batches.
      processes: 1,
      maxProcesses: 1,
      jobsPerProcess: given.maxStreams,
      log,
    })
    await pool.ready().catch(async (error: unknown) => {
      await pool.close()
      // sherpa-onnx ends its process over some faults in a model's files.
      if (error instanceof VoiceError && error.code === 'unavailable') throw error
      throw new VoiceError(
        'unavailable',
        `sherpa-onnx cannot load the model ${id}; \`parley models verify ${id}\` checks its files.`,
        { cause: error },
      )
    })
    const common = {
      sampleRate,
      writing: model.writing,
      language: model.languages?.length === 1 ? model.languages[0] : undefined,
    }
    return {
      sampleRate,
      card: cardOf(model),
      transcribe: (audio, options) => {
        const wanted = demanded(options.languages, model)
        const demand = model.takesLanguage ? wanted : undefined
        if (recognizer.class === 'OnlineRecognizer')
          return transcribeLive(audio, options, {
            ...common,
            demand,
            keepsTokens: model.keepsTokens,
            jobs: pool as unknown as EnginePool<ToLive, FromLive>,
          })
        const whole = wholeRecognizer({
          ...common,
          demand,
          maxMs: model.maxMs,
          takesTerms: model.takesTerms,
          jobs: pool as unknown as EnginePool<ToWhole, FromWhole>,
        })
        return transcribeSegmented(audio, options, whole)
      },
      close: () => pool.close(),
    }
  },
})
