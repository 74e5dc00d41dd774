/** Any ONNX model that takes speech and tells something of the voice, with a description of what its outputs mean. */
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { readDescription } from './description.ts'
import { createOnnxProfiler } from './engine.ts'

/** `onnx/NAME`, where the settings name its description. */
export default defineProvider({
  settings: z.strictObject({
    models: z
      .record(z.string(), z.string())
      .default({})
      .describe('Descriptions of models that tell what a voice is like: the name after onnx/ → a JSON file.'),
  }),
  voiceProfiler: async (model, { models }) => {
    const file = Object.hasOwn(models, model) ? models[model] : undefined
    if (file === undefined)
      throw new VoiceError('unknown_model', `providers.onnx.models names no ${model}.`, { param: 'model' })
    return createOnnxProfiler(await readDescription(file))
  },
})
