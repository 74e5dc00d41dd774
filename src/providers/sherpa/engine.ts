/** A model of sherpa-onnx, opened in a process of its own, as speech-to-text. */
import type { EngineCard } from '../../engines/engine.ts'
import { transcribeSegmented } from '../../engines/segmented.ts'
import type { SpeechToText } from '../../engines/speech-to-text.ts'
import { VoiceError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { entry } from '../../threads/entry.ts'
import type { EnginePool } from '../shared/engine-pool.ts'
import { transcribeLive } from './live.ts'
import type { EarLoad, FromLive, FromWhole, ToLive, ToWhole } from './messages.ts'
import type { Model } from './model.ts'
import { openModelPool } from './pool.ts'
import { wholeRecognizer } from './whole.ts'

/** The engine; `pids` are its process, for operators and tests. */
export interface SherpaEngine extends SpeechToText {
  readonly pids: readonly number[]
  close(): Promise<void>
}

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

/** Opens a model. Throws `unavailable` when sherpa-onnx is not installed, or cannot load it. */
export const openSherpa = async (
  model: Model,
  settings: { readonly batchMs: number; readonly maxStreams: number },
  log: Log,
): Promise<SherpaEngine> => {
  const { id, sampleRate, recognizer } = model.load
  const load: EarLoad = { ...model.load, batchMs: settings.batchMs }
  const pool = await openModelPool<ToLive | ToWhole, FromLive | FromWhole>(id, {
    entry: entry(import.meta.url, './child'),
    load,
    maxStreams: settings.maxStreams,
    log,
  })
  const common = {
    sampleRate,
    writing: model.writing,
    language: model.languages?.length === 1 ? model.languages[0] : undefined,
  }
  return {
    sampleRate,
    card: cardOf(model),
    get pids() {
      return pool.pids
    },
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
    busy: () => pool.busy,
    close: () => pool.close(),
  }
}
