import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { generate, languageModelContract, only, said, textOf, weather } from '../../../test/contracts/language-model.ts'
import { type ModelServer, startModelServer } from '../../../test/support/model-server.ts'
import type { Saying } from '../../../test/support/model-wires.ts'
import type { GenerateOptions, GenerationEvent, LanguageModel } from '../../engines/language-model.ts'
import { type Log, silentLog } from '../../log.ts'
import { languageProviderNames, whatIsNeeded } from '../../server/language-providers.ts'
import { languageProvider } from './index.ts'
import { kindOf, openKind } from './kinds.ts'

let server: ModelServer
beforeAll(async () => {
  server = await startModelServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.seen.length = 0
  server.next.length = 0
})

const key = 'sk-very-secret-key'
const surroundings = { log: silentLog, cacheDir: '/nowhere' }

/** Every provider, how its address is set here, and where its requests must arrive. */
const providers = [
  { name: 'openai', model: 'gpt-4.1-mini', path: '/v1/chat/completions' },
  { name: 'anthropic', model: 'claude-haiku-4-5', path: '/v1/messages' },
  { name: 'google', model: 'gemini-2.5-flash', path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse' },
  { name: 'groq', model: 'llama-3.3-70b-versatile', path: '/openai/v1/chat/completions' },
  { name: 'mistral', model: 'mistral-small-latest', path: '/v1/chat/completions' },
  { name: 'xai', model: 'grok-4.5', path: '/v1/chat/completions' },
  { name: 'openrouter', model: 'openai/gpt-4.1-mini', path: '/api/v1/chat/completions' },
  { name: 'deepseek', model: 'deepseek-v4-flash', path: '/chat/completions' },
  { name: 'azure', model: 'my-deployment', path: '/openai/chat/completions' },
  { name: 'bedrock', model: 'anthropic.claude-x', path: '/model/anthropic.claude-x/converse-stream' },
  { name: 'ollama', model: 'qwen3:8b', path: '/v1/chat/completions' },
  { name: 'mybox', model: 'any/thing', path: '/v1/chat/completions' },
] as const

const open = async (name: string, model: string, settings: Record<string, unknown> = {}): Promise<LanguageModel> => {
  const provider = languageProvider(name)
  const own = name === 'bedrock' ? { region: 'eu-west-1' } : {}
  const read = provider.settings.parse({ baseUrl: server.url, apiKey: key, ...own, ...settings })
  return provider.languageModel!(model, read, surroundings)
}

const problemOf = async (work: Promise<unknown>): Promise<{ code: string; message: string; cause: unknown }> => {
  try {
    await work
  } catch (error) {
    expect(error).toMatchObject({ name: 'VoiceError' })
    const { message } = error as Error
    // Whatever happened: no key, nothing that the user said, nothing that the provider wrote.
    expect(message).not.toMatch(/sk-|secret|Hello/)
    return error as unknown as { code: string; message: string; cause: unknown }
  }
  throw new Error('Nothing was thrown.')
}

const saying: Saying = {
  text: ['One ', 'two ', 'three.'],
  calls: [],
  usage: { input: 20, output: 5, cached: 8 },
  finish: 'stop',
}

describe.each(providers)('$name', ({ name, model, path }) => {
  languageModelContract(name, () => open(name, model))

  it('sends its key and its request where they belong, and streams text with usage', async () => {
    server.next.push({ type: 'say', saying })
    const events = await generate(await open(name, model), [said('Hello.')])
    expect(events).toEqual([
      { type: 'text', delta: 'One ' },
      { type: 'text', delta: 'two ' },
      { type: 'text', delta: 'three.' },
      { type: 'usage', inputTokens: 20, outputTokens: 5, cachedTokens: 8 },
      { type: 'finish', reason: 'stop' },
    ])
    const [request] = server.seen
    expect(request?.path).toBe(path)
    expect(JSON.stringify(request?.headers)).toContain(key)
  })

  it('gives several whole calls with what was said before them', async () => {
    const calls = [
      { id: 'call_a', name: 'get_weather', arguments: '{"city":"Paris"}' },
      { id: 'call_b', name: 'get_weather', arguments: '{"city":"Rome"}' },
    ]
    server.next.push({ type: 'say', saying: { ...saying, text: ['Wait.'], calls, finish: 'tool-calls' } })
    const events = await generate(await open(name, model), [said('Hello.')], { tools: [weather] })
    expect(textOf(events)).toBe('Wait.')
    expect(only(events, 'tool-call').map((call) => [call.name, JSON.parse(call.arguments)])).toEqual([
      ['get_weather', { city: 'Paris' }],
      ['get_weather', { city: 'Rome' }],
    ])
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls' })
  })

  it('says when an answer was cut at its limit or held back', async () => {
    const engine = await open(name, model)
    for (const reason of ['length', 'filtered'] as const) {
      // Mistral has no word for it.
      if (name === 'mistral' && reason === 'filtered') continue
      server.next.push({ type: 'say', saying: { ...saying, finish: reason } })
      expect((await generate(engine, [said('Hello.')])).at(-1)).toEqual({ type: 'finish', reason })
    }
  })

  it.each([
    [401, 'unavailable', 1],
    [403, 'unavailable', 1],
    [404, 'unknown_model', 1],
    [400, 'invalid_request', 1],
    [429, 'overloaded', 2],
    [500, 'provider_failed', 2],
    [503, 'provider_failed', 2],
  ] as const)('makes %i %s after %i requests', async (status, code, requests) => {
    server.next.push({ type: 'status', status }, { type: 'status', status })
    expect((await problemOf(generate(await open(name, model), [said('Hello.')]))).code).toBe(code)
    expect(server.seen).toHaveLength(requests)
  })

  it('answers after all when the second try succeeds', async () => {
    server.next.push({ type: 'status', status: 503 }, { type: 'say', saying })
    expect(textOf(await generate(await open(name, model), [said('Hello.')]))).toBe('One two three.')
    expect(server.seen).toHaveLength(2)
  })

  it('does not take garbage for an answer', async () => {
    const page = { type: 'raw', contentType: 'text/html', body: '<html>Hello, I am a proxy</html>' } as const
    const lines = { type: 'raw', contentType: 'text/event-stream', body: 'data: {"oh": no\n\ndata: 7\n\n' } as const
    for (const garbage of [page, lines]) {
      server.next.push(garbage, garbage)
      expect((await problemOf(generate(await open(name, model), [said('Hello.')]))).code).toBe('provider_failed')
    }
  })

  it('gives up on a provider that says nothing, or no more, and drops the request', async () => {
    const engine = await open(name, model, { firstTokenMs: 150, stallMs: 150 })
    server.next.push({ type: 'hang' }, { type: 'hang', saying, frames: 3 })
    expect((await problemOf(generate(engine, [said('Hello.')]))).code).toBe('timeout')
    const events: GenerationEvent[] = []
    const half = (async () => {
      const options = { signal: new AbortController().signal, log: silentLog }
      for await (const event of engine.generate([said('Hello.')], options)) events.push(event)
    })()
    expect((await problemOf(half)).code).toBe('timeout')
    expect(textOf(events)).toMatch(/^One /)
    expect(server.seen).toHaveLength(2)
    await Promise.all(server.seen.map(({ dropped }) => dropped))
  })

  it('fails when the connection breaks in mid-answer, without asking again', async () => {
    for (const type of ['cut', 'short'] as const) {
      server.seen.length = 0
      server.next.push({ type, saying, frames: 3 })
      expect((await problemOf(generate(await open(name, model), [said('Hello.')]))).code).toBe('provider_failed')
      expect(server.seen).toHaveLength(1)
    }
  })

  it('drops the request as soon as nobody wants it, before and after the first word', async () => {
    const engine = await open(name, model)
    for (const behaviour of [{ type: 'hang' }, { type: 'hang', saying, frames: 3 }] as const) {
      server.seen.length = 0
      server.next.push(behaviour)
      const controller = new AbortController()
      const options: GenerateOptions = { signal: controller.signal, log: silentLog }
      const reading = (async () => {
        const events: GenerationEvent[] = []
        for await (const event of engine.generate([said('Hello.')], options)) {
          events.push(event)
          setImmediate(() => controller.abort())
        }
        return events
      })()
      await server.requests(1)
      if (!('frames' in behaviour)) controller.abort()
      expect(only(await reading, 'finish')).toEqual([])
      await server.seen[0]?.dropped
    }
  })
})

describe('what goes over the wire', () => {
  const bodyOf = async (name: string, model: string, options: Partial<GenerateOptions>): Promise<unknown> => {
    await generate(await open(name, model), [said('Hello.')], options)
    return server.seen.at(-1)?.body
  }
  const full: Partial<GenerateOptions> = {
    tools: [weather],
    parallelTools: false,
    maxTokens: 99,
    sampling: { temperature: 0.3, topP: 0.9, seed: 7, stop: ['END'], frequencyPenalty: 0.1, presencePenalty: 0.2 },
    format: { type: 'json', name: 'city', schema: { type: 'object', properties: {} } },
  }

  it('holds every wish that the provider has a field for', async () => {
    const common = { temperature: 0.3, top_p: 0.9, stop: ['END'] }
    expect(await bodyOf('openai', 'gpt-4.1', full)).toMatchObject({
      ...common,
      max_tokens: 99,
      seed: 7,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      parallel_tool_calls: false,
      stream: true,
      stream_options: { include_usage: true },
      tools: [{ type: 'function', function: { name: 'get_weather', parameters: weather.parameters } }],
      response_format: { type: 'json_schema', json_schema: { name: 'city', strict: false } },
    })
    expect(await bodyOf('mybox', 'm', full)).toMatchObject({ ...common, max_tokens: 99, parallel_tool_calls: false })
    expect(await bodyOf('groq', 'llama-3.3-70b-versatile', full)).toMatchObject({ parallel_tool_calls: false })
    expect(await bodyOf('openrouter', 'a/b', full)).toMatchObject({ parallel_tool_calls: false, max_tokens: 99 })
    expect(await bodyOf('mistral', 'm', full)).toMatchObject({ parallel_tool_calls: false, random_seed: 7 })
    const { format: _, ...plain } = full
    expect(await bodyOf('anthropic', 'claude-haiku-4-5', plain)).toMatchObject({
      max_tokens: 99,
      stop_sequences: ['END'],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    })
    expect(await bodyOf('google', 'gemini-2.5-flash', plain)).toMatchObject({
      generationConfig: { maxOutputTokens: 99, temperature: 0.3, topP: 0.9, stopSequences: ['END'], seed: 7 },
    })
  })

  it('tells how hard to think only to those who know the word', async () => {
    const effort = (reasoningEffort: string) => ({ sampling: { reasoningEffort } })
    expect(await bodyOf('openai', 'o3', effort('low'))).toMatchObject({ reasoning_effort: 'low' })
    expect(await bodyOf('openai', 'o3', effort('enormous'))).not.toHaveProperty('reasoning_effort')
    expect(await bodyOf('openrouter', 'a/b', effort('low'))).toMatchObject({ reasoning: { effort: 'low' } })
    expect(await bodyOf('mybox', 'm', effort('low'))).toMatchObject({ reasoning_effort: 'low' })
  })

  it('passes on penalties, biases and limits of thinking to those who have a field for them', async () => {
    const sampling = {
      repetitionPenalty: 1.2,
      logitBias: [{ token: '50256', bias: -100 }],
      reasoningTokens: 2000,
      reasoningHidden: true,
    }
    const logit_bias = { 50256: -100 }
    expect(await bodyOf('openai', 'gpt-4.1', { sampling })).toMatchObject({ logit_bias })
    expect(await bodyOf('mybox', 'm', { sampling })).toMatchObject({ logit_bias, repetition_penalty: 1.2 })
    expect(await bodyOf('openrouter', 'a/b', { sampling })).toMatchObject({
      logit_bias,
      repetition_penalty: 1.2,
      reasoning: { max_tokens: 2000, exclude: true },
    })
    expect(await bodyOf('google', 'gemini-2.5-flash', { sampling })).toMatchObject({
      generationConfig: { thinkingConfig: { thinkingBudget: 2000 } },
    })
    for (const { name, model } of providers) await bodyOf(name, model, { sampling })
  })

  it('asks for instructions and tools to be kept where a provider does that only when asked', async () => {
    const rules = { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] } as const
    const asked = async (caching: GenerateOptions['caching'], name = 'anthropic') => {
      const options = { tools: [weather], ...(caching && { caching }) }
      await generate(await open(name, 'claude-haiku-4-5'), [rules, said('Hello.')], options)
      return JSON.stringify(server.seen.at(-1)?.body)
    }
    const hour = '"cache_control":{"type":"ephemeral","ttl":"1h"}'
    const marks = (body: string): number => body.split('"cache_control"').length - 1
    expect(marks(await asked(undefined))).toBe(0)
    expect(marks(await asked({ enabled: false }))).toBe(0)
    expect(marks(await asked({ enabled: true }))).toBe(2)
    expect(await asked({ enabled: true, tools: false, seconds: 3600 })).toContain(`"text":"Be brief.",${hour}`)
    expect(marks(await asked({ enabled: true, instructions: false }))).toBe(1)
    expect(marks(await asked({ enabled: true }, 'openrouter'))).toBe(1)
    expect(marks(await asked({ enabled: true }, 'openai'))).toBe(0)
  })

  it('shows images as data to all, as addresses only to those who fetch them themselves', async () => {
    const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII='
    const look = (url: string) => [{ role: 'user', parts: [{ type: 'image', url }] }] as const
    for (const { name, model } of providers) {
      await generate(await open(name, model), look(`data:image/png;base64,${pixel}`))
      expect(JSON.stringify(server.seen.at(-1)?.body)).toContain(pixel)
    }
    await generate(await open('openai', 'gpt-4.1'), look('https://example.com/a.png'))
    expect(JSON.stringify(server.seen.at(-1)?.body)).toContain('https://example.com/a.png')
    const requests = server.seen.length
    for (const name of ['google', 'bedrock'] as const) {
      const problem = await problemOf(generate(await open(name, 'm'), look('https://example.com/a.png')))
      expect(problem.code).toBe('unsupported')
    }
    expect((await problemOf(generate(await open('openai', 'm'), look('file:///etc/passwd')))).code).toBe('unsupported')
    expect(server.seen).toHaveLength(requests)
  })

  it('asks Azure by deployment where a version is set, and signs for Bedrock where there is no key', async () => {
    await generate(await open('azure', 'mine', { apiVersion: '2024-10-21' }), [said('Hello.')])
    expect(server.seen.at(-1)?.path).toBe('/openai/deployments/mine/chat/completions?api-version=2024-10-21')
    const access = { apiKey: undefined, accessKeyId: 'AKIA', secretAccessKey: 'shh', region: 'eu-west-1' }
    await generate(await open('bedrock', 'm', access), [said('Hello.')])
    expect(server.seen.at(-1)?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIA\/\d+\/eu-west-1\/bedrock\//,
    )
  })
})

describe('trouble', () => {
  it('names the code and field of a refusal, and nothing else of it', async () => {
    const error = { message: 'sk-secret Hello', type: 'invalid_request_error', code: 'bad_value', param: 'top_p' }
    server.next.push({ type: 'status', status: 400, body: { error } })
    const { message } = await problemOf(generate(await open('openai', 'gpt-4.1'), [said('Hello.')]))
    expect(message).toBe('openai refused the request for gpt-4.1 (bad_value, invalid_request_error, top_p).')
  })

  it('does not wait for a provider that asks for more than a moment', async () => {
    server.next.push({ type: 'status', status: 429, headers: { 'retry-after': '30' } })
    expect((await problemOf(generate(await open('openai', 'm'), [said('Hello.')]))).code).toBe('overloaded')
    expect(server.seen).toHaveLength(1)
  })

  it('tells an error within the stream as what it is', async () => {
    const overloaded = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"x"}}\n\n'
    const stream = { type: 'raw', contentType: 'text/event-stream', body: overloaded } as const
    server.next.push(stream, stream)
    expect((await problemOf(generate(await open('anthropic', 'm'), [said('Hello.')]))).code).toBe('overloaded')
    expect(server.seen).toHaveLength(2)
  })

  it('cannot reach what is not there', async () => {
    const engine = await open('ollama', 'm', { baseUrl: 'http://127.0.0.1:9' })
    expect(await problemOf(generate(engine, [said('Hello.')]))).toMatchObject({
      code: 'provider_failed',
      message: 'ollama cannot be reached.',
    })
  })

  it('refuses half a call unless the answer was cut at its limit', async () => {
    const half = { ...saying, text: [], calls: [{ id: 'c', name: 'get_weather', arguments: '{"city":"Pa' }] }
    const engine = await open('openai', 'm')
    server.next.push({ type: 'say', saying: { ...half, finish: 'length' } })
    const cut = await generate(engine, [said('Hello.')], { tools: [weather] })
    expect(only(cut, 'tool-call')).toEqual([])
    server.next.push({ type: 'say', saying: { ...half, finish: 'tool-calls' } })
    expect((await problemOf(generate(engine, [said('Hello.')], { tools: [weather] }))).code).toBe('provider_failed')
  })

  it('names what is missing: a key, an address, a model', async () => {
    const missing = async (name: string, model = 'm') =>
      problemOf(
        (async () => languageProvider(name).languageModel!(model, { firstTokenMs: 1, stallMs: 1 }, surroundings))(),
      )
    expect(await missing('openai')).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/OPENAI_API_KEY/),
    })
    expect((await missing('mybox')).message).toContain('providers.mybox.baseUrl')
    expect((await missing('azure')).message).toContain('AZURE_API_KEY')
    expect((await missing('bedrock')).message).toContain('AWS_REGION')
    expect((await missing('openai', '')).code).toBe('unknown_model')
  })

  it('names the command that installs a missing package', async () => {
    const absent = '@nobody/has-this'
    const kind = { ...kindOf('openai'), package: absent, open: async () => import(absent) }
    const settings = { apiKey: key, firstTokenMs: 1, stallMs: 1 }
    expect(await problemOf(openKind('openai', kind, settings))).toMatchObject({
      code: 'unavailable',
      message: 'Models of openai need a package that is not installed: npm install @nobody/has-this.',
    })
  })

  it('needs what the server says that it needs', () => {
    const none = { firstTokenMs: 1, stallMs: 1 }
    for (const name of languageProviderNames) {
      if (name === 'ollama') expect(kindOf(name).missing(none)).toBe('')
      else if (name === 'bedrock')
        expect(kindOf(name).missing({ ...none, region: 'x' })).toBe('AWS_BEARER_TOKEN_BEDROCK')
      else expect(whatIsNeeded(name)).toContain(kindOf(name).missing(none))
    }
  })

  it('logs what failed, but neither key nor words', async () => {
    const lines: string[] = []
    const write = (fields: Record<string, unknown>, message: string): void => {
      lines.push(JSON.stringify([fields, message]))
    }
    const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log }
    server.next.push({ type: 'status', status: 401 })
    await problemOf(generate(await open('openai', 'm'), [said('Hello.')], { log }))
    expect(lines.join()).toContain('401')
    expect(lines.join()).not.toMatch(/sk-|secret|Hello/)
  })
})
