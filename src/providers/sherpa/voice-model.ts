/** Which voice an id means: of the catalogue, or named in the settings. */
import { join } from 'node:path'
import { z } from 'zod'
import { VoiceError } from '../../errors.ts'
import { type CatalogueEntry, catalogue } from '../../models/catalogue.ts'
import { isId, ModelStore, notInstalled } from '../../models/store.ts'
import type { VoiceLoad } from './voice-messages.ts'

const ttsConfig = z.looseObject({ model: z.record(z.string(), z.unknown()) })

/** A voice in a folder of the operator's own. */
export const ownVoice = z.strictObject({
  dir: z.string().describe('Folder of the voice’s files.'),
  config: ttsConfig.describe('As OfflineTts of sherpa-onnx-node takes it; file names are relative to the folder.'),
  languages: z.array(z.string()).default(['en']).describe('BCP-47.'),
})
export type OwnVoice = z.infer<typeof ownVoice>

/** A voice that can be opened. */
export interface VoiceModel {
  readonly load: VoiceLoad
  readonly languages: readonly string[]
  /** Whether it has to be told the language of each text. */
  readonly takesLanguage: boolean
  readonly goodFor: string
}

type Config = z.infer<typeof ttsConfig>

/** Families whose voice is that of a recording, which nobody can give them here. */
const imitators = ['pocket', 'zipvoice']
/** What is no name of a file or folder. */
const words = new Set(['lang'])

/** File names → paths; several in one string are parted by commas. */
const located = (given: unknown, dir: string, files: string[]): unknown => {
  if (typeof given !== 'object' || given === null) return given
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => {
      if (typeof value !== 'string' || value === '' || words.has(key)) return [key, value]
      const paths = value.split(',').map((name) => join(dir, name.trim()))
      files.push(...paths)
      return [key, paths.join(',')]
    }),
  )
}

/** What sherpa-onnx is given for a configuration whose files lie in `dir`. */
export const voiceModel = (
  id: string,
  dir: string,
  config: Config,
  told: { readonly languages: readonly string[]; readonly threads: number; readonly goodFor?: string | undefined },
): VoiceModel => {
  const families = Object.keys(config.model)
  if (families.some((family) => imitators.includes(family)))
    throw new VoiceError('unsupported', `The voice ${id} imitates a recording, which cannot be given here.`, {
      param: 'model',
    })
  const files: string[] = []
  const model = Object.fromEntries(
    Object.entries(config.model).map(([family, parts]) => [family, located(parts, dir, files)]),
  )
  const { model: _, ...rest } = config
  return {
    load: {
      id,
      files,
      config: {
        maxNumSentences: 1,
        ...(located(rest, dir, files) as object),
        model: { numThreads: told.threads, provider: 'cpu', debug: 0, ...model },
      },
    },
    languages: told.languages,
    takesLanguage: families.includes('supertonic'),
    goodFor: told.goodFor ?? 'a voice of your own',
  }
}

/** Its configuration; throws when it is a model of another kind, or the records do not say how to load it. */
const configOf = ({ id, kind, sherpa }: CatalogueEntry): Config => {
  if (kind !== 'text-to-speech')
    throw new VoiceError('unknown_model', `The model ${id} is no voice.`, { param: 'model' })
  const parsed = ttsConfig.safeParse(sherpa?.config)
  if (parsed.success) return parsed.data
  throw new VoiceError('unsupported', `How to load the voice ${id} is not on record.`, { param: 'model' })
}

/** The voice of that id. Throws `unknown_model`, `unsupported`, or `unavailable` naming the command that installs it. */
export const findVoice = async (
  id: string,
  options: { readonly own: Readonly<Record<string, OwnVoice>>; readonly cacheDir: string; readonly threads: number },
): Promise<VoiceModel> => {
  const { threads } = options
  const own = Object.hasOwn(options.own, id) ? options.own[id] : undefined
  if (own) return voiceModel(id, own.dir, own.config, { languages: own.languages, threads })
  const store = new ModelStore(options.cacheDir)
  const installed = isId(id) ? await store.manifest(id) : undefined
  const entry = installed?.entry ?? (await catalogue()).find((candidate) => candidate.id === id)
  if (!entry)
    throw new VoiceError(
      'unknown_model',
      `sherpa has no voice ${id}: \`parley models list\` shows what there is, and the setting providers.sherpa.voices adds others.`,
      { param: 'model' },
    )
  const { languages, goodFor } = entry
  const model = voiceModel(id, store.path(id), configOf(entry), { languages, goodFor, threads })
  if (!installed) throw notInstalled(id)
  return model
}
