/** Silero: voice activity that ships with the server. */
import { createRequire } from 'node:module'
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { createSilero } from './engine.ts'

/** Figures of each version: CPU of one stream alone; batched, a fifth of that. */
const measured: Readonly<Record<string, { readonly accuracy?: string; readonly cost: number }>> = {
  v6: {
    accuracy: 'Finds 97 % of speech frames, 90 % of what it calls speech is speech (30 hand-labelled clips, 262 s).',
    cost: 0.002,
  },
  v5: { cost: 0.002 },
}

/** `silero/v6` and `silero/v5`; the name alone is v6. */
export default defineProvider({
  settings: z.strictObject({
    modelFile: z
      .string()
      .optional()
      .describe('Another Silero model file (ONNX, v5 or later) to use instead of the one that ships.'),
  }),
  voiceActivity: (model, { modelFile }) => {
    const version = model || 'v6'
    if (!Object.hasOwn(measured, version))
      throw new VoiceError('unknown_model', `Silero has ${Object.keys(measured).join(' and ')}, not ${version}.`, {
        param: 'model',
      })
    const shipped = createRequire(import.meta.url).resolve(`@ricky0123/vad-web/dist/silero_vad_${version}.onnx`)
    return createSilero(modelFile ?? shipped, {
      name: `Silero VAD ${version}`,
      ...(modelFile ? {} : measured[version]),
    })
  },
})
