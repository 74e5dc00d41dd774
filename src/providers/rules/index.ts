/** The embedded agent: a conversation with no key, no model and no network. */
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { createRules } from './model.ts'

/** `parley/rules`, or the name alone. */
export default defineProvider({
  settings: z.strictObject({}),
  languageModel: (model) => {
    if (model !== '' && model !== 'rules')
      throw new VoiceError('unknown_model', `The embedded agent is parley/rules, not parley/${model}.`, {
        param: 'model',
      })
    return createRules()
  },
})
