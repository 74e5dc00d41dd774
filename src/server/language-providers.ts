/** The providers of language models: their names, where their settings stand in the environment, and which model is usual. */

import { isSecret } from './settings-fields.ts'
import type { Settings } from './settings-schema.ts'

/** One provider that is known by name. */
interface LanguageProvider {
  /** Setting → the names under which the environment usually has it, the first to be preferred. */
  readonly environment: Readonly<Record<string, readonly string[]>>
  /** What serves where nobody names a model: quick to begin, with tools. */
  readonly usualModel?: string
  /** Other names by which ids begin. */
  readonly alsoKnownAs?: readonly string[]
}

/** In the order in which `auto` looks for a key. */
const languageProviders: Readonly<Record<string, LanguageProvider>> = {
  openai: {
    environment: {
      apiKey: ['OPENAI_API_KEY'],
      baseUrl: ['OPENAI_BASE_URL'],
      organization: ['OPENAI_ORG_ID'],
      project: ['OPENAI_PROJECT_ID'],
    },
    usualModel: 'gpt-4.1-mini',
  },
  anthropic: {
    environment: { apiKey: ['ANTHROPIC_API_KEY'], baseUrl: ['ANTHROPIC_BASE_URL'] },
    usualModel: 'claude-haiku-4-5',
  },
  google: {
    environment: {
      apiKey: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
      baseUrl: ['GEMINI_BASE_URL', 'GOOGLE_GEMINI_BASE_URL'],
    },
    usualModel: 'gemini-flash-lite-latest',
    alsoKnownAs: ['google-ai-studio', 'gemini'],
  },
  groq: {
    environment: { apiKey: ['GROQ_API_KEY'], baseUrl: ['GROQ_BASE_URL'] },
    usualModel: 'llama-3.3-70b-versatile',
  },
  mistral: {
    environment: { apiKey: ['MISTRAL_API_KEY'], baseUrl: ['MISTRAL_BASE_URL'] },
    usualModel: 'mistral-small-latest',
    alsoKnownAs: ['mistralai'],
  },
  xai: {
    environment: { apiKey: ['XAI_API_KEY'], baseUrl: ['XAI_BASE_URL'] },
    usualModel: 'grok-4.20-0309-non-reasoning',
    alsoKnownAs: ['x-ai'],
  },
  deepseek: {
    environment: { apiKey: ['DEEPSEEK_API_KEY'], baseUrl: ['DEEPSEEK_BASE_URL'] },
    usualModel: 'deepseek-v4-flash',
  },
  openrouter: {
    environment: { apiKey: ['OPENROUTER_API_KEY'], baseUrl: ['OPENROUTER_BASE_URL'] },
    usualModel: 'openai/gpt-4.1-mini',
  },
  // These two have models under names of the operator's own: none is usual.
  azure: {
    environment: {
      apiKey: ['AZURE_API_KEY', 'AZURE_OPENAI_API_KEY'],
      baseUrl: ['AZURE_OPENAI_ENDPOINT'],
      resourceName: ['AZURE_RESOURCE_NAME'],
      apiVersion: ['AZURE_OPENAI_API_VERSION'],
    },
    alsoKnownAs: ['azure-openai'],
  },
  bedrock: {
    environment: {
      apiKey: ['AWS_BEARER_TOKEN_BEDROCK'],
      accessKeyId: ['AWS_ACCESS_KEY_ID'],
      secretAccessKey: ['AWS_SECRET_ACCESS_KEY'],
      sessionToken: ['AWS_SESSION_TOKEN'],
      region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    },
    alsoKnownAs: ['amazon-bedrock'],
  },
  // Servers of one's own: no key, but an address.
  ollama: { environment: { baseUrl: ['OLLAMA_BASE_URL'] } },
  llamacpp: { environment: { baseUrl: ['LLAMACPP_BASE_URL'] }, alsoKnownAs: ['llama.cpp'] },
  vllm: { environment: { apiKey: ['VLLM_API_KEY'], baseUrl: ['VLLM_BASE_URL'] } },
}

const localNames = ['ollama', 'llamacpp', 'vllm']

/** Names of the providers of language models that are built in. */
export const languageProviderNames: readonly string[] = Object.keys(languageProviders)

/** Every provider's name, or another that it goes by → its name. */
export const languageProviderNamed = (name: string): string | undefined =>
  Object.hasOwn(languageProviders, name)
    ? name
    : languageProviderNames.find((known) => languageProviders[known]?.alsoKnownAs?.includes(name))

/** Settings of providers that the environment holds under the names that everyone uses for them. */
export const usualSettings = (
  env: Readonly<Record<string, string | undefined>>,
): { readonly path: readonly string[]; readonly value: string; readonly origin: string }[] =>
  Object.entries(languageProviders).flatMap(([provider, { environment }]) =>
    Object.entries(environment).flatMap(([setting, names]) => {
      const origin = names.find((name) => env[name] !== undefined && env[name] !== '')
      return origin === undefined ? [] : [{ path: ['providers', provider, setting], value: env[origin]!, origin }]
    }),
  )

/** What a provider needs before it can serve, as an operator sets it. */
export const whatIsNeeded = (provider: string): string =>
  localNames.includes(provider)
    ? `the setting providers.${provider}.baseUrl`
    : `${languageProviders[provider]?.environment.apiKey?.[0] ?? `a key of ${provider}`} in the environment`

/** A provider that can serve now. */
export interface ConfiguredProvider {
  readonly name: string
  readonly hasKey: boolean
  readonly baseUrl?: string
  /** The model that serves where nobody names one. */
  readonly model?: string
  /** The operator named that model; otherwise it is only the usual one. */
  readonly modelIsSet: boolean
}

/** The providers of language models that have a key or an address: those known by name in their order, then the operator's own. */
export const configuredProviders = ({ providers }: Pick<Settings, 'providers'>): readonly ConfiguredProvider[] => {
  const own = Object.keys(providers).filter((name) => !Object.hasOwn(languageProviders, name))
  return [...languageProviderNames, ...own].flatMap((name): ConfiguredProvider[] => {
    const settings = Object.hasOwn(providers, name) ? (providers[name] ?? {}) : undefined
    if (!settings) return []
    const baseUrl = typeof settings.baseUrl === 'string' ? settings.baseUrl : undefined
    const hasKey = Object.entries(settings).some(([field, value]) => isSecret(field) && Boolean(value))
    const local = localNames.includes(name) || !Object.hasOwn(languageProviders, name)
    const complete = local ? baseUrl !== undefined || name === 'ollama' : hasKey || baseUrl !== undefined
    if (!complete) return []
    const modelIsSet = typeof settings.defaultModel === 'string'
    const model = modelIsSet ? String(settings.defaultModel) : languageProviders[name]?.usualModel
    const address = baseUrl === undefined ? {} : { baseUrl }
    return [{ name, hasKey, ...address, ...(model === undefined ? {} : { model }), modelIsSet }]
  })
}

const ollamaUrl = 'http://localhost:11434'
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** Whether the model of this id runs on this machine: in this process, or behind an address of the machine itself. */
export const answersHere = (id: string, settings: Pick<Settings, 'providers'>): boolean => {
  const name = id.split('/', 1)[0] ?? ''
  const server = configuredProviders(settings).find((one) => one.name === name)
  if (!server) return !languageProviderNames.includes(name)
  const url = server.baseUrl ?? (name === 'ollama' ? ollamaUrl : undefined)
  return url !== undefined && loopback.test(URL.canParse(url) ? new URL(url).hostname : '')
}
