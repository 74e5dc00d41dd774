/** The embedded agent: a conversation with no key, no model and no network. */
import { z } from 'zod'
import type { Message } from '../../engines/language-model.ts'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { createRules } from './model.ts'

/** Asked of a new agent, so that nobody waits while its rules are compiled: 50 ms, else 2 ms. */
const firstWords: Message = { role: 'user', parts: [{ type: 'text', text: 'explain the weather' }] }

/** `parley/rules`, or the name alone. */
export default defineProvider({
  settings: z.strictObject({}),
  languageModel: async (model, _, { log }) => {
    if (model !== '' && model !== 'rules')
      throw new VoiceError('unknown_model', `There is parley/rules, but no parley/${model}.`, { param: 'model' })
    const rules = createRules()
    for await (const _ of rules.generate([firstWords], { signal: new AbortController().signal, log })) break
    return rules
  },
})
