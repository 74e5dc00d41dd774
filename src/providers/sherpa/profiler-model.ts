/** Which model that tells what voices are like an id means: of the catalogue, or named in the settings. */
import { z } from 'zod'
import { VoiceError } from '../../errors.ts'
import { catalogue } from '../../models/catalogue.ts'
import { isId, ModelStore, notInstalled } from '../../models/store.ts'
import { located } from './model.ts'
import type { ProfilerClass, ProfilerLoad } from './profiler-messages.ts'

/** A model folder of the operator's own. */
export const ownProfiler = z.strictObject({
  dir: z.string().describe('Folder of the model’s files.'),
  sherpaConfig: z
    .looseObject({ class: z.enum(['AudioTagging', 'SpokenLanguageIdentification', 'OfflineRecognizer']) })
    .describe('As sherpa-onnx-node takes it, with the name of its class; file names are relative to the folder.'),
})
export type OwnProfiler = z.infer<typeof ownProfiler>

const sampleRate = 16_000

const settled = (kind: ProfilerClass, config: Record<string, unknown>, threads: number): Record<string, unknown> => {
  const computing = { numThreads: threads, provider: 'cpu', debug: 0 }
  switch (kind) {
    case 'AudioTagging':
      return { ...config, model: { ...computing, ...(config.model as object) } }
    case 'SpokenLanguageIdentification':
      return { ...computing, ...config }
    case 'OfflineRecognizer':
      return {
        featConfig: { sampleRate, featureDim: 80 },
        ...config,
        modelConfig: { ...computing, ...(config.modelConfig as object) },
      }
    default:
      return kind satisfies never
  }
}

const noProfiler = (id: string): VoiceError =>
  new VoiceError('unknown_model', `The model ${id} does not tell what a voice is like.`, { param: 'model' })

/** The class and its configuration, as the catalogue and the settings write them. */
const classOf = (id: string, sherpa: Readonly<Record<string, unknown>>): [ProfilerClass, Record<string, unknown>] => {
  const { class: kind, family: _, config, ...rest } = sherpa
  const given = { ...rest, ...(config as object | undefined) }
  if (kind === 'AudioTagging' || kind === 'SpokenLanguageIdentification') return [kind, given]
  const { senseVoice, whisper } = (given.modelConfig ?? {}) as Record<string, unknown>
  if (kind === 'OfflineRecognizer' && senseVoice) return [kind, given]
  // Whisper tells the language before it writes, unless it knows but English.
  if (kind === 'OfflineRecognizer' && whisper && !/-en$/.test(id)) {
    const { encoder, decoder } = whisper as Record<string, unknown>
    return ['SpokenLanguageIdentification', { whisper: { encoder, decoder } }]
  }
  throw noProfiler(id)
}

const loadOf = (
  id: string,
  { dir, sherpa, threads }: { dir: string; sherpa: Readonly<Record<string, unknown>>; threads: number },
): ProfilerLoad => {
  const [kind, config] = classOf(id, sherpa)
  const files: string[] = []
  const found = located(config, dir, files) as Record<string, unknown>
  return { id, class: kind, config: settled(kind, found, threads), files, sampleRate }
}

/** The model of that id. Throws `unknown_model`, or `unavailable` naming the command that installs it. */
export const findProfiler = async (
  id: string,
  options: { readonly own: Readonly<Record<string, OwnProfiler>>; readonly cacheDir: string; readonly threads: number },
): Promise<ProfilerLoad> => {
  const { threads } = options
  const own = Object.hasOwn(options.own, id) ? options.own[id] : undefined
  if (own) return loadOf(id, { dir: own.dir, sherpa: own.sherpaConfig, threads })
  const store = new ModelStore(options.cacheDir)
  const installed = isId(id) ? await store.manifest(id) : undefined
  const entry = installed?.entry ?? (await catalogue()).find((candidate) => candidate.id === id)
  if (!entry)
    throw new VoiceError(
      'unknown_model',
      `sherpa has no model ${id}: \`parley models list\` shows what there is, and the setting providers.sherpa.profilers adds others.`,
      { param: 'model' },
    )
  if (!entry.sherpa) throw noProfiler(id)
  const load = loadOf(id, { dir: store.path(id), sherpa: entry.sherpa, threads })
  if (!installed) throw notInstalled(id)
  return load
}
