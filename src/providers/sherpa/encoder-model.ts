/** Which speaker encoder an id means: of the catalogue, or named in the settings. */
import { join } from 'node:path'
import { z } from 'zod'
import { VoiceError } from '../../errors.ts'
import { catalogue } from '../../models/catalogue.ts'
import { isId, ModelStore, notInstalled } from '../../models/store.ts'
import type { EncoderLoad } from './encoder-messages.ts'

/** A model file of the operator's own. */
export const ownEncoder = z.strictObject({
  file: z
    .string()
    .optional()
    .describe(
      'The model: one of WeSpeaker, 3D-Speaker or NeMo, as sherpa-onnx takes it. Absent: that of the catalogue.',
    ),
  sameAbove: z
    .number()
    .min(-1)
    .max(1)
    .optional()
    .describe('Likeness, −1 to 1, above which two stretches of 2 s are one speaker’s. Higher: more speakers.'),
})
export type OwnEncoder = z.infer<typeof ownEncoder>

/** A model that can be opened. */
export interface EncoderModel {
  readonly load: EncoderLoad
  /** See `SpeakerEncoder`. */
  readonly sameAbove: number
}

const sampleRate = 16_000

/** Of most models, for stretches of 2 s: in those one speaker's voice is less alike than in whole sentences. */
const usual = 0.4
/** The makers of CAM++ put its limit here, for the model of the common data of which this is the newer one. */
const usualOf: Readonly<Record<string, number>> = { 'campplus-zh-en': 0.31 }

/** Throws `unknown_model`, or `unavailable` naming the command that installs it. */
const inCatalogue = async (id: string, store: ModelStore): Promise<string> => {
  const installed = isId(id) ? await store.manifest(id) : undefined
  const entry = installed?.entry ?? (await catalogue()).find((candidate) => candidate.id === id)
  if (!entry)
    throw new VoiceError(
      'unknown_model',
      `sherpa has no model ${id}: \`parley models list\` shows what there is, and the setting providers.sherpa.encoders adds others.`,
      { param: 'model' },
    )
  const { model } = (entry.sherpa?.config ?? {}) as { readonly model?: unknown }
  if (entry.sherpa?.class !== 'SpeakerEmbeddingExtractor' || typeof model !== 'string')
    throw new VoiceError('unknown_model', `The model ${id} does not tell speakers apart.`, { param: 'model' })
  if (!installed) throw notInstalled(id)
  return join(store.path(id), model)
}

/** The model of that id. Throws `unknown_model`, or `unavailable` naming the command that installs it. */
export const findEncoder = async (
  id: string,
  options: { readonly own: Readonly<Record<string, OwnEncoder>>; readonly cacheDir: string; readonly threads: number },
): Promise<EncoderModel> => {
  const own = Object.hasOwn(options.own, id) ? options.own[id] : undefined
  const file = own?.file ?? (await inCatalogue(id, new ModelStore(options.cacheDir)))
  return { load: { id, file, threads: options.threads, sampleRate }, sameAbove: own?.sameAbove ?? usualOf[id] ?? usual }
}
