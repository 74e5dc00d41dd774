/** Language models of other houses, and of any server that speaks OpenAI's chat completions: `openai/gpt-4.1`, `ollama/qwen3:8b`. */
import { defineProvider, type Provider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { aiLanguageModel } from './generate.ts'
import { kindOf, openKind } from './kinds.ts'
import { type AiSettings, aiSettings } from './settings.ts'

/** The provider of that name. A name that is not known stands for a server of the operator's own. */
export const languageProvider = (name: string): Provider<AiSettings> => {
  const kind = kindOf(name)
  return defineProvider({
    settings: aiSettings,
    async languageModel(model, settings) {
      if (model === '') throw new VoiceError('unknown_model', `Name a model of ${name}.`, { param: 'model' })
      const open = await openKind(name, kind, settings)
      return aiLanguageModel(open(model), { provider: name, model, kind }, settings)
    },
  })
}
