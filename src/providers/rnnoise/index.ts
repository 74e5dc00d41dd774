/** RNNoise: noise suppression that ships (J.-M. Valin, “A hybrid DSP/deep learning approach to real-time full-band speech enhancement”, 2018). */
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { entry } from '../../threads/entry.ts'
import { createSuppressor } from '../shared/suppressor.ts'

/** `rnnoise/embedded`, or the name alone. */
export default defineProvider({
  settings: z.strictObject({}),
  noiseSuppressor: (model) => {
    if (model !== '' && model !== 'embedded')
      throw new VoiceError('unknown_model', `RNNoise has embedded, not ${model}.`, { param: 'model' })
    return createSuppressor({
      name: 'Noise suppression',
      entry: entry(import.meta.url, './worker'),
      data: undefined,
      card: { name: 'RNNoise', cost: 0.035 },
      latencyMs: 25,
    })
  },
})
