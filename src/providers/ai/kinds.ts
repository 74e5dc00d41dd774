/** The providers of language models: how each is opened, and where it differs from the others. */
import type { OpenAIProvider } from '@ai-sdk/openai'
import { VoiceError } from '../../errors.ts'
import type { AiSettings } from './settings.ts'

/** A model as all these packages give it. */
export type Model = Pick<ReturnType<OpenAIProvider['chat']>, 'doStream' | 'supportedUrls'>
export type CallOptions = Parameters<Model['doStream']>[0]
export type StreamPart =
  Awaited<ReturnType<Model['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never

/** What only some providers have a field for. */
export interface Extras {
  /** One call at a time. */
  readonly singleTool: boolean
  readonly effort: string | undefined
  /** Most tokens of thinking. */
  readonly reasoningTokens: number | undefined
  /** Thoughts are not to be sent. */
  readonly reasoningHidden: boolean
  readonly repetitionPenalty: number | undefined
  /** By tokens' ids; undefined: none. */
  readonly logitBias: Readonly<Record<string, number>> | undefined
  /** A JSON schema is to be held to exactly. */
  readonly strict: boolean
}

type JsonObject = NonNullable<CallOptions['providerOptions']>[string]

/** One provider. */
export interface Kind {
  /** As people know it. */
  readonly title: string
  /** The npm package that speaks its wire. */
  readonly package: string
  /** Settings without which it cannot serve; empty when it is complete. */
  missing(settings: AiSettings): string
  /** Takes only talks that begin and end with the user and have instructions at the beginning alone. */
  readonly alternates?: boolean
  /** Its own fields, by the names under which its package looks for them. */
  extras(extras: Extras): Readonly<Record<string, JsonObject>>
  /** What marks the end of what is to be kept for the next request, where that has to be asked for; of tools only with `tools`. */
  readonly cache?: { readonly tools: boolean; mark(seconds: number | undefined): Readonly<Record<string, JsonObject>> }
  open(settings: AiSettings): Promise<(model: string) => Model>
}

const keyOf = (variable: string) => (settings: AiSettings) =>
  settings.apiKey === undefined && settings.baseUrl === undefined ? variable : ''

/** An address without a path means the path where this API usually is. */
const withPath = (baseUrl: string, path: string): string => {
  const url = new URL(baseUrl)
  return url.pathname === '/' ? new URL(path, url).href : baseUrl
}

const access = ({ apiKey, baseUrl }: AiSettings, path: string) => ({
  // Never left out: the packages would look in the environment themselves.
  apiKey: apiKey ?? 'none',
  ...(baseUrl === undefined ? {} : { baseURL: withPath(baseUrl, path) }),
})

const only = (efforts: readonly string[], effort: string | undefined): string | undefined =>
  effort !== undefined && efforts.includes(effort) ? effort : undefined

/** Leaves out what is undefined. */
const fields = (given: Readonly<Record<string, JsonObject[string]>>): JsonObject =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as JsonObject

const openaiFields = ({ singleTool, effort, strict, logitBias }: Extras): JsonObject =>
  fields({
    logitBias,
    parallelToolCalls: singleTool ? false : undefined,
    reasoningEffort: only(['none', 'minimal', 'low', 'medium', 'high', 'xhigh'], effort),
    strictJsonSchema: strict,
  })

/** Anthropic's own: five minutes, or an hour. */
const ephemeral = (seconds: number | undefined): JsonObject => ({
  cacheControl: { type: 'ephemeral', ...(seconds !== undefined && seconds > 300 && { ttl: '1h' }) },
})

/** The providers that are known by name. */
const kinds: Readonly<Record<string, Kind>> = {
  openai: {
    title: 'OpenAI',
    package: '@ai-sdk/openai',
    missing: keyOf('OPENAI_API_KEY'),
    extras: (extras) => ({ openai: openaiFields(extras) }),
    async open(settings) {
      const { createOpenAI } = await import('@ai-sdk/openai')
      const { organization, project } = settings
      // Chat completions rather than responses: any server at the base URL speaks them, and nothing is kept over there.
      return createOpenAI({
        ...access(settings, '/v1'),
        ...(organization === undefined ? {} : { organization }),
        ...(project === undefined ? {} : { project }),
      }).chat
    },
  },
  anthropic: {
    title: 'Anthropic',
    package: '@ai-sdk/anthropic',
    missing: keyOf('ANTHROPIC_API_KEY'),
    alternates: true,
    extras: ({ singleTool }) => ({ anthropic: fields({ disableParallelToolUse: singleTool ? true : undefined }) }),
    cache: { tools: true, mark: (seconds) => ({ anthropic: ephemeral(seconds) }) },
    async open(settings) {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      return createAnthropic(access(settings, '/v1')).languageModel
    },
  },
  google: {
    title: 'Google Gemini',
    package: '@ai-sdk/google',
    missing: keyOf('GEMINI_API_KEY'),
    alternates: true,
    extras: ({ reasoningTokens }) => ({
      google: reasoningTokens === undefined ? {} : { thinkingConfig: { thinkingBudget: reasoningTokens } },
    }),
    async open(settings) {
      const { createGoogleGenerativeAI } = await import('@ai-sdk/google')
      return createGoogleGenerativeAI(access(settings, '/v1beta')).languageModel
    },
  },
  groq: {
    title: 'Groq',
    package: '@ai-sdk/groq',
    missing: keyOf('GROQ_API_KEY'),
    extras: ({ singleTool, effort, strict }) => ({
      groq: fields({
        parallelToolCalls: singleTool ? false : undefined,
        reasoningEffort: only(['none', 'low', 'medium', 'high'], effort),
        strictJsonSchema: strict,
      }),
    }),
    async open(settings) {
      const { createGroq } = await import('@ai-sdk/groq')
      return createGroq(access(settings, '/openai/v1')).languageModel
    },
  },
  mistral: {
    title: 'Mistral',
    package: '@ai-sdk/mistral',
    missing: keyOf('MISTRAL_API_KEY'),
    alternates: true,
    extras: ({ singleTool, strict }) => ({
      mistral: fields({ parallelToolCalls: singleTool ? false : undefined, strictJsonSchema: strict }),
    }),
    async open(settings) {
      const { createMistral } = await import('@ai-sdk/mistral')
      return createMistral(access(settings, '/v1')).chat
    },
  },
  xai: {
    title: 'xAI',
    package: '@ai-sdk/xai',
    missing: keyOf('XAI_API_KEY'),
    extras: ({ singleTool, effort }) => ({
      xai: fields({
        parallel_function_calling: singleTool ? false : undefined,
        reasoningEffort: only(['none', 'low', 'medium', 'high', 'xhigh'], effort),
      }),
    }),
    async open(settings) {
      const { createXai } = await import('@ai-sdk/xai')
      return createXai(access(settings, '/v1')).chat
    },
  },
  openrouter: {
    title: 'OpenRouter',
    package: '@openrouter/ai-sdk-provider',
    missing: keyOf('OPENROUTER_API_KEY'),
    extras: ({ singleTool, effort, reasoningTokens, reasoningHidden, repetitionPenalty, logitBias }) => {
      // It takes one of the two.
      const amount = effort === undefined ? fields({ max_tokens: reasoningTokens }) : { effort }
      const reasoning = { ...amount, ...(reasoningHidden && { exclude: true }) }
      return {
        openrouter: fields({
          parallel_tool_calls: singleTool ? false : undefined,
          reasoning: Object.keys(reasoning).length > 0 ? reasoning : undefined,
          repetition_penalty: repetitionPenalty,
          logit_bias: logitBias,
        }),
      }
    },
    cache: { tools: false, mark: (seconds) => ({ openrouter: ephemeral(seconds) }) },
    async open(settings) {
      const { createOpenRouter } = await import('@openrouter/ai-sdk-provider')
      const { chat } = createOpenRouter({ ...access(settings, '/api/v1'), compatibility: 'strict' })
      return (model) => chat(model) as Model
    },
  },
  deepseek: {
    title: 'DeepSeek',
    package: '@ai-sdk/deepseek',
    missing: keyOf('DEEPSEEK_API_KEY'),
    extras: ({ effort }) => ({
      deepseek: {
        ...(effort === 'none' || effort === 'minimal' ? { thinking: { type: 'disabled' } } : {}),
        ...fields({ reasoningEffort: only(['low', 'medium', 'high', 'xhigh'], effort) }),
      },
    }),
    async open(settings) {
      const { createDeepSeek } = await import('@ai-sdk/deepseek')
      return createDeepSeek(access(settings, '/')).chat
    },
  },
  azure: {
    title: 'Azure OpenAI',
    package: '@ai-sdk/azure',
    missing: ({ apiKey, resourceName, baseUrl }) => {
      if (apiKey === undefined) return 'AZURE_API_KEY'
      return resourceName === undefined && baseUrl === undefined ? 'AZURE_RESOURCE_NAME' : ''
    },
    extras: (extras) => ({ openai: openaiFields(extras), azure: openaiFields(extras) }),
    async open(settings) {
      const { createAzure } = await import('@ai-sdk/azure')
      const { resourceName, apiVersion } = settings
      return createAzure({
        ...access(settings, '/openai'),
        ...(resourceName === undefined ? {} : { resourceName }),
        ...(apiVersion === undefined ? {} : { apiVersion, useDeploymentBasedUrls: true }),
      }).chat
    },
  },
  bedrock: {
    title: 'Amazon Bedrock',
    package: '@ai-sdk/amazon-bedrock',
    missing: ({ apiKey, accessKeyId, secretAccessKey, region, baseUrl }) => {
      if (region === undefined && baseUrl === undefined) return 'AWS_REGION'
      if (apiKey !== undefined || (accessKeyId !== undefined && secretAccessKey !== undefined)) return ''
      return 'AWS_BEARER_TOKEN_BEDROCK'
    },
    alternates: true,
    extras: () => ({}),
    async open({ apiKey, accessKeyId, secretAccessKey, sessionToken, region, baseUrl }) {
      const { createAmazonBedrock } = await import('@ai-sdk/amazon-bedrock')
      return createAmazonBedrock({
        region: region ?? 'us-east-1',
        // Empty rather than left out: the package would look in the environment itself.
        apiKey: apiKey ?? '',
        ...(accessKeyId === undefined ? {} : { accessKeyId }),
        ...(secretAccessKey === undefined ? {} : { secretAccessKey }),
        ...(sessionToken === undefined ? {} : { sessionToken }),
        ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
      }).languageModel
    },
  },
}

/** Where a local server listens when nobody says otherwise. */
const usualUrls: Readonly<Record<string, string>> = { ollama: 'http://127.0.0.1:11434/v1' }

/** Any server that speaks OpenAI's chat completions, under the name that the operator gave it. */
const compatible = (name: string): Kind => ({
  title: name,
  package: '@ai-sdk/openai-compatible',
  missing: ({ baseUrl }) => ((baseUrl ?? usualUrls[name]) ? '' : `providers.${name}.baseUrl`),
  extras: ({ singleTool, effort, strict, repetitionPenalty, logitBias }) => ({
    server: fields({
      repetition_penalty: repetitionPenalty,
      logit_bias: logitBias,
      parallel_tool_calls: singleTool ? false : undefined,
      reasoningEffort: effort,
      strictJsonSchema: strict,
    }),
  }),
  async open({ apiKey, baseUrl }) {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
    return createOpenAICompatible({
      name: 'server',
      baseURL: withPath(baseUrl ?? usualUrls[name] ?? '', '/v1'),
      ...(apiKey === undefined ? {} : { apiKey }),
      includeUsage: true,
      supportsStructuredOutputs: true,
      supportedUrls: () => ({ 'image/*': [/^https?:/] }),
    }).chatModel
  },
})

/** The provider of that name; any name that is not known stands for a server of the operator's own. */
export const kindOf = (name: string): Kind => (Object.hasOwn(kinds, name) ? kinds[name]! : compatible(name))

/** Opens a provider. Throws `unavailable` where its key or its package is missing. */
export const openKind = async (name: string, kind: Kind, settings: AiSettings): Promise<(model: string) => Model> => {
  const missing = kind.missing(settings)
  if (missing !== '') {
    const what = missing.startsWith('providers.') ? `the setting ${missing}` : `${missing} in the environment`
    throw new VoiceError('unavailable', `Models of ${name} need ${what}.`, { param: 'model' })
  }
  try {
    return await kind.open(settings)
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    const problem = absent ? `is not installed: npm install ${kind.package}` : 'cannot be loaded'
    throw new VoiceError('unavailable', `Models of ${name} need a package that ${problem}.`, {
      param: 'model',
      ...(absent ? {} : { cause: error }),
    })
  }
}
