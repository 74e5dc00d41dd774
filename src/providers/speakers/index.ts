/** Speakers: whose voice it is, as a vector; ships with the server. */
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { createSpeakers } from './engine.ts'

/** `speakers/embedded`, or the name alone. */
export default defineProvider({
  settings: z.strictObject({
    sameAbove: z
      .number()
      .min(-1)
      .max(1)
      .optional()
      .describe('Likeness, −1 to 1, above which two stretches of speech are one speaker’s. Higher: more speakers.'),
  }),
  speakerEncoder: (model, settings) => {
    if (model !== '' && model !== 'embedded')
      throw new VoiceError('unknown_model', `Speakers have embedded, not ${model}.`, { param: 'model' })
    return createSpeakers(settings.sameAbove === undefined ? {} : { sameAbove: settings.sameAbove })
  },
})
