import { afterAll, describe, expect, it } from 'vitest'
import { startModelServer } from '../../test/support/model-server.ts'
import { silentLog } from '../log.ts'
import { loadSettings } from './config.ts'
import { openEngines } from './engines.ts'
import { defaultLanguageModel, languageFallback, resolveLanguageModel } from './language-models.ts'
import { answersHere, configuredProviders } from './language-providers.ts'
import { servedModels } from './served-models.ts'

const settingsFor = (env: Record<string, string> = {}) => loadSettings({ env, cwd: '/' })

/** Resolves a name on a server with that environment. */
const lead = async (name: string, env: Record<string, string> = {}) => {
  const settings = settingsFor(env)
  const { aliases, acceptAny } = settings.models
  return resolveLanguageModel(name, {
    aliases,
    acceptAny,
    fallback: languageFallback(settings),
    configured: configuredProviders(settings),
    builtIn: ['parley'],
    ...defaultLanguageModel(settings, ['parley'], async () => 'first'),
  })
}
const keys = {
  OPENAI_API_KEY: 'a',
  ANTHROPIC_API_KEY: 'b',
  GEMINI_API_KEY: 'c',
  MISTRAL_API_KEY: 'd',
  GROQ_API_KEY: 'e',
}
const more = { XAI_API_KEY: 'f', DEEPSEEK_API_KEY: 'g', OPENROUTER_API_KEY: 'h' }
const all = { ...keys, ...more }

describe('a name of a language model', () => {
  it.each([
    ['gpt-4.1', 'openai/gpt-4.1'],
    ['o3-mini', 'openai/o3-mini'],
    ['claude-sonnet-4-5', 'anthropic/claude-sonnet-4-5'],
    ['gemini-2.5-flash', 'google/gemini-2.5-flash'],
    ['mistral-large-latest', 'mistral/mistral-large-latest'],
    ['grok-4.5', 'xai/grok-4.5'],
    ['deepseek-v4-flash', 'deepseek/deepseek-v4-flash'],
    ['llama-3.3-70b-versatile', 'groq/llama-3.3-70b-versatile'],
    ['openai/gpt-4.1', 'openai/gpt-4.1'],
    ['google-ai-studio/gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['x-ai/grok-4.5', 'xai/grok-4.5'],
    ['openrouter/meta-llama/llama-4', 'openrouter/meta-llama/llama-4'],
    ['groq/openai/gpt-oss-120b', 'groq/openai/gpt-oss-120b'],
    ['ollama/qwen3:8b', 'ollama/qwen3:8b'],
    ['parley/rules', 'parley/rules'],
  ])('%s leads to %s where there is a key', async (name, id) => {
    expect(await lead(name, all)).toEqual({ id })
  })

  it('without a provider goes to a server of one’s own where nobody else has it', async () => {
    const own = { PARLEY_PROVIDERS_MYBOX_BASE_URL: 'http://127.0.0.1:9/v1' }
    expect(await lead('qwen3:8b', own)).toEqual({ id: 'mybox/qwen3:8b' })
    expect(await lead('llama-3.1', { ...own, GROQ_API_KEY: 'k' })).toEqual({ id: 'groq/llama-3.1' })
    expect(await lead('gpt-oss:20b', { OLLAMA_BASE_URL: 'http://127.0.0.1:9' })).toEqual({ id: 'ollama/gpt-oss:20b' })
    expect(await lead('mybox/anything/at-all', own)).toEqual({ id: 'mybox/anything/at-all' })
  })

  it('that is known but has no key is answered by the default model, with a warning, while nobody has a key', async () => {
    const { id, warning } = await lead('claude-sonnet-4-5')
    expect(id).toBe('parley/rules')
    expect(warning).toBe(
      'claude-sonnet-4-5 is answered by parley/rules: it needs ANTHROPIC_API_KEY in the environment.',
    )
    expect((await lead('vllm/some-model')).id).toBe('parley/rules')
    // Keys of a cloud are there for other reasons too.
    expect((await lead('gpt-4.1', { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' })).id).toBe('parley/rules')
  })

  it('that is known but has no key is refused once another has one, naming what to set', async () => {
    await expect(lead('claude-sonnet-4-5', { OPENAI_API_KEY: 'k' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/ANTHROPIC_API_KEY.*models\.fallback/),
    })
    const stubborn = { OPENAI_API_KEY: 'k', PARLEY_MODELS_FALLBACK: 'true' }
    expect((await lead('claude-sonnet-4-5', stubborn)).id).toBe('openai/gpt-4.1-mini')
  })

  it('that nobody knows is refused, unless any name is taken', async () => {
    for (const name of ['no-such-model', 'nobody/has-this', 'constructor', '__proto__/x', 'openai/', '/x']) {
      await expect(lead(name, all), name).rejects.toMatchObject({ code: 'unknown_model' })
    }
    expect(await lead('no-such-model', { PARLEY_MODELS_ACCEPT_ANY: 'true' })).toEqual({ id: 'parley/rules' })
  })

  it('of the operator’s own leads where the operator says, by any way of naming it', async () => {
    const env = { PARLEY_MODELS_ALIASES: 'sage=claude-opus-4-5,fast=groq/x', ...keys }
    expect(await lead('sage', env)).toEqual({ id: 'anthropic/claude-opus-4-5' })
    expect(await lead('fast', env)).toEqual({ id: 'groq/x' })
  })
})

describe('a realtime model', () => {
  it('is a chat model of the same house where there is a key, else the default one, and never an error', async () => {
    for (const name of ['gpt-realtime', 'gpt-4o-realtime-preview-2025-06-03', 'openai/gpt-realtime']) {
      expect((await lead(name, { OPENAI_API_KEY: 'k' })).id).toBe('openai/gpt-4.1')
      expect((await lead(name, { ANTHROPIC_API_KEY: 'k' })).id).toBe('anthropic/claude-haiku-4-5')
      expect((await lead(name)).id).toBe('parley/rules')
    }
    expect((await lead('gpt-realtime-mini', { OPENAI_API_KEY: 'k' })).id).toBe('openai/gpt-4.1-mini')
    expect(await lead('local-realtime')).toEqual({ id: 'parley/rules' })
    expect((await lead('inworld/my-router')).id).toBe('parley/rules')
  })

  it('is what the operator chose, where the operator did', async () => {
    const env = { OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k', PARLEY_MODELS_LANGUAGE_MODEL: 'claude-opus-4-5' }
    expect((await lead('gpt-realtime', env)).id).toBe('anthropic/claude-opus-4-5')
    expect(await lead('', env)).toEqual({ id: 'anthropic/claude-opus-4-5' })
  })
})

describe('the default model', () => {
  const server = startModelServer()
  afterAll(async () => (await server).close())
  const standard = (env: Record<string, string>): Promise<string> =>
    defaultLanguageModel(
      settingsFor(env),
      ['parley'],
      servedModels(() => undefined),
    ).standard()

  it('is that of the first provider with a key', async () => {
    expect(await standard({ MISTRAL_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' })).toBe('anthropic/claude-haiku-4-5')
    expect(await standard({ GROQ_API_KEY: 'k', PARLEY_PROVIDERS_GROQ_DEFAULT_MODEL: 'mine' })).toBe('groq/mine')
    expect(await standard({ AZURE_API_KEY: 'k', PARLEY_PROVIDERS_AZURE_DEFAULT_MODEL: 'mine' })).toBe('azure/mine')
  })

  it('is the first that a server of one’s own has, if it answers, else the embedded one', async () => {
    const { url } = await server
    expect(await standard({ OLLAMA_BASE_URL: url })).toBe('ollama/first-model')
    expect(await standard({ PARLEY_PROVIDERS_MYBOX_BASE_URL: `${url}/v1` })).toBe('mybox/first-model')
    expect(await standard({ OPENAI_BASE_URL: url, OPENAI_API_KEY: 'k' })).toBe('openai/first-model')
    const named = { OLLAMA_BASE_URL: url, PARLEY_PROVIDERS_OLLAMA_DEFAULT_MODEL: 'second-model' }
    expect(await standard(named)).toBe('ollama/second-model')
    expect(await standard({ OLLAMA_BASE_URL: 'http://127.0.0.1:9' })).toBe('parley/rules')
    expect(await standard({})).toBe('parley/rules')
  })
})

describe('keys of language models', () => {
  it('come from the environment under their usual names, ours first', () => {
    const { providers } = settingsFor({
      GOOGLE_API_KEY: 'later',
      GEMINI_API_KEY: 'first',
      OPENAI_API_KEY: 'usual',
      PARLEY_PROVIDERS_OPENAI_API_KEY: 'ours',
      XAI_API_KEY: '',
    })
    expect(providers).toEqual({ google: { apiKey: 'first' }, openai: { apiKey: 'ours' } })
  })

  it('do not keep the local recognizer from standing in for others', async () => {
    const engines = openEngines(settingsFor({ OPENAI_API_KEY: 'k', PARLEY_CACHE_DIR: '/nowhere' }), silentLog)
    for (const model of ['whisper-1', 'openai/whisper-1', 'groq/whisper-large-v3']) {
      expect((await engines.resolve(model)).engine).toBe('pocketsphinx/en-us')
    }
    await engines.close()
  })

  it('are not shown when a setting of theirs is wrong', async () => {
    const engines = openEngines(settingsFor({ OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'nonsense' }), silentLog)
    await expect(engines.languageModel('openai/gpt-4.1')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^providers\.openai\.baseUrl: (?!.*sk-1)/),
    })
    await engines.close()
  })
})

it('a model answers from this machine where it is embedded or behind an address of the machine', () => {
  const settings = settingsFor({
    OPENAI_API_KEY: 'a',
    OLLAMA_BASE_URL: 'http://127.0.0.1:11434',
    VLLM_BASE_URL: 'http://10.0.0.7:8000/v1',
  })
  const here = ['parley/rules', 'ollama/llama3.2', 'openai/gpt-4.1', 'vllm/qwen', 'anthropic/claude-haiku-4-5'].map(
    (id) => answersHere(id, settings),
  )
  expect(here).toEqual([true, true, false, false, false])
})
