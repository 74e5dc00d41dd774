/** YAMNet: Google's tagger of sounds, from files of the operator's own; it tells whispers, shouts, laughter, and where a voice is. */
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { createYamnet } from './engine.ts'

/** `yamnet`, the name alone. */
export default defineProvider({
  settings: z.strictObject({
    modelFile: z.string().optional().describe('YAMNet as an ONNX file that takes a waveform at 16 kHz.'),
    labelsFile: z
      .string()
      .optional()
      .describe('Names of its classes: one a line, or yamnet_class_map.csv. Default: labels.txt beside the model.'),
  }),
  voiceProfiler: (model, { modelFile, labelsFile }) => {
    if (model !== '') throw new VoiceError('unknown_model', `YAMNet has no model ${model}.`, { param: 'model' })
    if (modelFile === undefined)
      throw new VoiceError('unavailable', 'YAMNet has no file: name one in providers.yamnet.modelFile.')
    const files = { modelFile, labelsFile: labelsFile ?? join(dirname(modelFile), 'labels.txt') }
    return createYamnet(files, {
      name: 'YAMNet, 521 sounds',
      accuracy:
        'Six places right in 71 % of speech in other recordings than it was fitted on; of 1916 clips of speech none is taken for laughter or crying, four for singing. Misses whispers and raised voices.',
      cost: 0.017,
    })
  },
})
