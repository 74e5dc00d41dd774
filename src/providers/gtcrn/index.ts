/** GTCRN: noise suppression by a network of 48,000 parameters; its model is downloaded or the operator's own. */
import { join } from 'node:path'
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { catalogue } from '../../models/catalogue.ts'
import { ModelStore, notInstalled } from '../../models/store.ts'
import { entry } from '../../threads/entry.ts'
import { createSuppressor } from '../shared/suppressor.ts'

const id = 'gtcrn'

/** `gtcrn`, or `gtcrn/simple`. */
export default defineProvider({
  settings: z.strictObject({
    modelFile: z.string().optional().describe('A GTCRN model file (ONNX, frame by frame) of your own.'),
  }),
  noiseSuppressor: async (model, { modelFile }, { cacheDir }) => {
    if (model !== '' && model !== 'simple')
      throw new VoiceError('unknown_model', `GTCRN has simple, not ${model}.`, { param: 'model' })
    const store = new ModelStore(cacheDir)
    if (modelFile === undefined && !(await store.manifest(id))) throw notInstalled(id)
    const [file = ''] = (await catalogue()).find((one) => one.id === id)?.files ?? []
    return createSuppressor({
      name: 'Noise suppression',
      entry: entry(import.meta.url, './worker'),
      data: { modelFile: modelFile ?? join(store.path(id), file) },
      card: { name: 'GTCRN', cost: 0.09 },
      latencyMs: 32,
    })
  },
})
