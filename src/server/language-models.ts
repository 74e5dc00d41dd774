/** What a client calls a language model → the engine that serves it here. */
import type { Settings } from './config.ts'

/** Where a name leads. `warning` says when one model stands in for another. */
export interface ResolvedLanguageModel {
  readonly id: string
  readonly warning?: string
}

/** The language model that needs no key and no network. */
export const embeddedLanguageModel = 'parley/rules'

/** The engine for a model's name; empty: the default one. Throws `unknown_model`, `unavailable`. */
export const resolveLanguageModel = (_name: string, { models }: Settings): ResolvedLanguageModel => ({
  id: models.languageModel === 'auto' ? embeddedLanguageModel : models.languageModel,
})
