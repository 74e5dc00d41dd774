/** Smart-turn: tells by the voice whether a speaker who pauses has finished; its model is downloaded or the operator's own. */
import { join } from 'node:path'
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { catalogue } from '../../models/catalogue.ts'
import { ModelStore, notInstalled } from '../../models/store.ts'
import { createSmartTurn } from './engine.ts'

const usual = 'v3.2'

/** `smart-turn/v3.2` and others of the catalogue; the name alone is v3.2. */
export default defineProvider({
  settings: z.strictObject({
    modelFile: z
      .string()
      .optional()
      .describe('A smart-turn model file (ONNX, v3 or later) of your own to use instead of one of the catalogue.'),
  }),
  turnDetector: async (model, { modelFile }, { cacheDir }) => {
    const version = model || usual
    const id = `smart-turn-${version}`
    const known = (await catalogue()).filter(({ kind, id }) => kind === 'turn-detector' && id.startsWith('smart-turn-'))
    const entry = known.find((one) => one.id === id)
    if (!entry) {
      const versions = known.map((one) => one.id.slice('smart-turn-'.length)).join(', ')
      throw new VoiceError('unknown_model', `Smart-turn has ${versions}, not ${version}.`, { param: 'model' })
    }
    const store = new ModelStore(cacheDir)
    if (modelFile === undefined && !(await store.manifest(id))) throw notInstalled(id)
    return createSmartTurn(modelFile ?? join(store.path(id), entry.files[0] ?? ''), {
      name: `Smart turn ${version}`,
      languages: entry.languages,
      accuracy: entry.publishedAccuracy
        ? `Published, not measured here: ${entry.publishedAccuracy}.`
        : 'Not measured here.',
    })
  },
})
