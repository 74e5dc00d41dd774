/** What a client calls a language model → the engine that serves it here. */
import { VoiceError } from '../errors.ts'
import {
  type ConfiguredProvider,
  configuredProviders,
  languageProviderNamed,
  languageProviderNames,
  whatIsNeeded,
} from './language-providers.ts'
import type { Settings } from './settings-schema.ts'

/** Where a name leads. `warning` says when one model stands in for another. */
export interface ResolvedLanguageModel {
  readonly id: string
  readonly warning?: string
}

/** The language model that needs no key and no network. */
export const embeddedLanguageModel = 'parley/rules'

/** Names that mean the default model here and always work. */
const defaultNames: readonly string[] = ['', 'auto', 'local-realtime', 'parley']

/** Speech-to-speech models of the public APIs: here a chat model speaks through a voice. */
const realtimeNames = /^(openai\/)?(gpt-realtime|gpt-4o(-mini)?-realtime|gpt-4o(-mini)?-audio|gpt-audio)[\w.:-]*$/

/** Names of the public APIs that `GET /v1/models` lists while something answers to them. */
export const realtimeIds: readonly string[] = ['gpt-realtime', 'gpt-4o-realtime-preview', 'local-realtime']

/** The chat model in place of one that hears and speaks by itself. */
const chatFor = (realtimeName: string): string => (realtimeName.includes('mini') ? 'gpt-4.1-mini' : 'gpt-4.1')

/** Bare names by family: who has them, the owner first. `*`: any server of the operator's own. */
const families: readonly { readonly matches: RegExp; readonly providers: readonly string[] }[] = [
  { matches: /^gpt-oss/, providers: ['*', 'ollama'] },
  { matches: /^(gpt|chatgpt)-/, providers: ['openai'] },
  { matches: /^o\d(-|$)/, providers: ['openai'] },
  { matches: /^claude-/, providers: ['anthropic'] },
  { matches: /^gemini-/, providers: ['google'] },
  {
    matches: /^(open-)?(mistral|ministral|magistral|codestral|devstral|pixtral|mixtral)-[^:]+$/,
    providers: ['mistral'],
  },
  { matches: /^grok-/, providers: ['xai'] },
  { matches: /^deepseek-[^:]+$/, providers: ['deepseek', '*', 'ollama'] },
  { matches: /^(llama|meta-llama)[^:]*$/, providers: ['groq', '*', 'ollama'] },
  { matches: /^(llama|qwen|gemma|phi|mistral|deepseek|smollm|granite|[\w.-]+:)[\w.:-]*$/, providers: ['*', 'ollama'] },
]

/** What the rule needs to know of this server. */
export interface LanguageModelNames {
  readonly aliases: Readonly<Record<string, string>>
  readonly fallback: boolean
  readonly acceptAny: boolean
  readonly configured: readonly ConfiguredProvider[]
  /** Names of other providers that have language models. */
  readonly builtIn: readonly string[]
  /** The operator's choice; undefined: whatever is there. */
  readonly chosen?: string | undefined
  /** The default model's id. May have to ask a server for it, and so is asked for only where it is needed. */
  standard(): Promise<string>
}

/** A name's provider and the name of the model there; undefined when nobody is known to have such a model. */
const place = (
  name: string,
  { configured, builtIn }: Pick<LanguageModelNames, 'configured' | 'builtIn'>,
): { readonly id: string; readonly needs?: string } | undefined => {
  const is = (provider: string): boolean => configured.some((one) => one.name === provider)
  const slash = name.indexOf('/')
  if (slash > 0) {
    const prefix = name.slice(0, slash)
    if (builtIn.includes(prefix)) return { id: name }
    const provider = is(prefix) ? prefix : languageProviderNamed(prefix)
    if (provider === undefined || slash === name.length - 1) return undefined
    const id = `${provider}${name.slice(slash)}`
    // Ollama listens at the same address everywhere: who names it has it.
    return is(provider) || provider === 'ollama' ? { id } : { id, needs: provider }
  }
  const family = families.find(({ matches }) => matches.test(name))
  if (!family) return undefined
  const servers = configured.filter((one) => !languageProviderNames.includes(one.name) || isServer(one))
  const owners = family.providers.flatMap((owner) => (owner === '*' ? servers.map((server) => server.name) : owner))
  const owner = owners.find(is)
  if (owner !== undefined) return { id: `${owner}/${name}` }
  return { id: name, needs: owners[0]! }
}

const isServer = ({ name }: ConfiguredProvider): boolean => ['ollama', 'llamacpp', 'vllm'].includes(name)

/**
 * The engine for a model's name: (1) an alias, or a model of a provider that has its key or address → that; (2) a known
 * one without → the default model where the fallback is on, else `unavailable` naming the setting; (3) anything else →
 * `unknown_model`.
 */
export const resolveLanguageModel = async (
  wanted: string,
  names: LanguageModelNames,
): Promise<ResolvedLanguageModel> => {
  const alias = Object.hasOwn(names.aliases, wanted) ? names.aliases[wanted] : undefined
  const name = alias ?? wanted
  if (defaultNames.includes(name)) return { id: await names.standard() }
  const standIn = async (because: string): Promise<ResolvedLanguageModel> => {
    const id = await names.standard()
    return { id, warning: `${name} is answered by ${id}: ${because}.` }
  }
  if (name.startsWith('inworld/')) return standIn('models of that name are not here')
  if (realtimeNames.test(name)) {
    const openai = names.configured.find((one) => one.name === 'openai')
    if (names.chosen !== undefined || !openai || openai.baseUrl !== undefined)
      return standIn('it speaks through a voice of this server')
    const id = `openai/${chatFor(name)}`
    return { id, warning: `${name} is answered by ${id}: it speaks through a voice of this server.` }
  }
  const found = place(name, names)
  if (found && found.needs === undefined) return { id: found.id }
  if (found?.needs !== undefined) {
    if (names.fallback) return standIn(`it needs ${whatIsNeeded(found.needs)}`)
    throw new VoiceError(
      'unavailable',
      `The model ${name} needs ${whatIsNeeded(found.needs)}, and models.fallback is off: set one of the two.`,
      { param: 'model' },
    )
  }
  if (names.acceptAny) return { id: await names.standard() }
  throw new VoiceError('unknown_model', `The model ${name} does not exist here.`, { param: 'model' })
}

/** `auto`: on while no provider of language models has a key or an address. Keys of a whole cloud do not count. */
export const languageFallback = (settings: Settings): boolean => {
  const { fallback } = settings.models
  if (fallback !== 'auto') return fallback
  return configuredProviders(settings).every(({ name }) => name === 'bedrock')
}

/** The default model: the operator's choice, if there is one, and how to find what serves. `firstOf` asks a server for a model. */
export const defaultLanguageModel = (
  settings: Settings,
  builtIn: readonly string[],
  firstOf: (server: ConfiguredProvider) => Promise<string | undefined>,
): Pick<LanguageModelNames, 'chosen' | 'standard'> => {
  const configured = configuredProviders(settings)
  const { languageModel } = settings.models
  if (languageModel !== 'auto') {
    const chosen = place(languageModel, { configured, builtIn })?.id ?? languageModel
    return { chosen, standard: async () => chosen }
  }
  const standard = async (): Promise<string> => {
    const keyed = configured.find(({ hasKey, baseUrl, model }) => hasKey && !baseUrl && model !== undefined)
    if (keyed) return `${keyed.name}/${keyed.model}`
    for (const server of configured) {
      const model = server.baseUrl === undefined ? undefined : await firstOf(server)
      if (model !== undefined) return `${server.name}/${model}`
    }
    return embeddedLanguageModel
  }
  return { standard }
}
