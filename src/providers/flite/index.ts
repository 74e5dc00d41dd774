/** flite: embedded voices of US English. */
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { openFlite } from './engine.ts'

/** `flite/default`, or the name alone. */
export default defineProvider({
  settings: z.strictObject({}),
  textToSpeech: (model) => {
    if (model !== '' && model !== 'default')
      throw new VoiceError('unknown_model', `flite has default, not ${model}.`, { param: 'model' })
    return openFlite()
  },
})
