import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { GenerateOptions, GenerationEvent, Message } from '../../src/engines/language-model.ts'
import { defineProvider } from '../../src/engines/registry.ts'
import { VoiceError } from '../../src/errors.ts'
import { type ModelServer, startModelServer } from '../support/model-server.ts'
import { startServer, testKey } from '../support/server.ts'

/** A model that says what it is told to, and knows when it was left. */
let script: (options: GenerateOptions, messages: readonly Message[]) => AsyncIterable<GenerationEvent>
let left = (): void => {}
const scripted = defineProvider({
  settings: z.object({}),
  languageModel: () => ({
    card: { name: 'Scripted' },
    async *generate(messages, options) {
      options.signal.addEventListener('abort', () => left(), { once: true })
      yield* script(options, messages)
    },
  }),
})

let server: Awaited<ReturnType<typeof startServer>>
let models: ModelServer
let openai: OpenAI
beforeAll(async () => {
  models = await startModelServer()
  const settings = {
    PARLEY_MODELS_LANGUAGE_MODEL: 'scripted/one',
    PARLEY_LIMITS_SESSIONS_PER_KEY: '3',
    PARLEY_LIMITS_BODY_BYTES: '100000',
    ANTHROPIC_API_KEY: 'sk-ant',
    ANTHROPIC_BASE_URL: models.url,
    PARLEY_PROVIDERS_MYBOX_BASE_URL: `${models.url}/v1`,
  }
  server = await startServer(settings, { scripted })
  openai = new OpenAI({ apiKey: testKey, baseURL: `${server.url}/v1`, maxRetries: 0 })
})
afterAll(async () => {
  await server.close()
  await models.close()
})

const says = (...events: readonly GenerationEvent[]): typeof script =>
  async function* () {
    yield* events
  }
const text = (delta: string): GenerationEvent => ({ type: 'text', delta })
const hello = [{ role: 'user' as const, content: 'Hello.' }]
const tools: OpenAI.ChatCompletionTool[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]

describe('the openai library', () => {
  it('gets a whole answer, and is told which model gave it', async () => {
    script = says(
      text('Hi'),
      text(' there.'),
      { type: 'usage', inputTokens: 2, outputTokens: 3 },
      { type: 'finish', reason: 'stop' },
    )
    const { data, response } = await openai.chat.completions
      .create({ model: 'gpt-realtime', messages: hello })
      .withResponse()
    expect(data.choices[0]?.message.content).toBe('Hi there.')
    expect(data.usage).toEqual({ prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 })
    expect(data.model).toBe('scripted/one')
    expect(response.headers.get('x-parley-engine')).toBe('scripted/one')
  })

  it('gets a stream with calls, over another house’s wire as well as over its own', async () => {
    for (const model of ['claude-haiku-4-5', 'mybox/some-model']) {
      const stream = openai.chat.completions.stream({
        model,
        messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
        tools,
        tool_choice: 'required',
        stream_options: { include_usage: true },
      })
      const completion = await stream.finalChatCompletion()
      const [choice] = completion.choices
      expect(choice?.finish_reason).toBe('tool_calls')
      const [call] = choice?.message.tool_calls ?? []
      expect(call).toMatchObject({ type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } })
      expect(completion.usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 })
      const answer = await openai.chat.completions.create({
        model,
        messages: [
          { role: 'user', content: 'What is the weather in Paris?' },
          choice!.message,
          { role: 'tool', tool_call_id: call!.id, content: 'sunny' },
        ],
        tools,
      })
      expect(answer.choices[0]?.message.content).toBe('It is sunny there.')
    }
  })

  it('runs its tools by itself until there is an answer', async () => {
    const asked: unknown[] = []
    const runner = openai.chat.completions.runTools({
      model: 'mybox/some-model',
      messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
      tool_choice: 'required',
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'The weather.',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: JSON.parse,
            function: (given: unknown) => {
              asked.push(given)
              runner.abort()
              return 'sunny'
            },
          },
        },
      ],
    })
    await runner.done().catch(() => {})
    expect(asked).toEqual([{ city: 'Paris' }])
  })

  it('is refused in its own dialect', async () => {
    const ask = (rest: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>) =>
      openai.chat.completions.create({ model: 'auto', messages: hello, ...rest })
    await expect(ask({ model: 'no-such-model' })).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
    await expect(ask({ model: 'gpt-4.1' })).rejects.toMatchObject({ status: 503, param: 'model' })
    await expect(ask({ temperature: 9 })).rejects.toMatchObject({ status: 400, param: 'temperature' })
    await expect(ask({ messages: [{ role: 'user', content: 'x'.repeat(100_001) }] })).rejects.toMatchObject({
      status: 413,
    })
    await expect(
      new OpenAI({ apiKey: 'wrong', baseURL: openai.baseURL, maxRetries: 0 }).chat.completions.create({
        model: 'auto',
        messages: hello,
      }),
    ).rejects.toMatchObject({ status: 401 })
  })

  it('is told by its status what went wrong before the first word, and by an event what went wrong after', async () => {
    script = () => {
      throw new VoiceError('overloaded', 'No room.')
    }
    const stream = () => openai.chat.completions.create({ model: 'auto', messages: hello, stream: true })
    await expect(stream()).rejects.toMatchObject({ status: 429 })
    script = async function* () {
      yield text('One')
      throw new VoiceError('timeout', 'It went silent.')
    }
    const seen: string[] = []
    const reading = (async () => {
      for await (const part of await stream()) seen.push(part.choices[0]?.delta.content ?? '')
    })()
    await expect(reading).rejects.toMatchObject({ message: expect.stringContaining('It went silent.') })
    expect(seen.join('')).toBe('One')
  })

  it('sees the language models in the list', async () => {
    const { data } = await openai.models.list()
    const tasks = Object.fromEntries(data.map((model) => [model.id, 'task' in model ? model.task : undefined]))
    expect(tasks).toMatchObject({
      'scripted/one': 'language-model',
      'anthropic/claude-haiku-4-5': 'language-model',
      'gpt-realtime': 'realtime',
      'whisper-1': 'speech-to-text',
    })
  })
})

describe('a client that leaves', () => {
  it('ends the model’s work, while it streams and while it waits, and gives its place back', async () => {
    for (const stream of [true, false]) {
      // More often than the key has places.
      for (let round = 0; round < 4; round += 1) {
        const gone = new Promise<void>((resolve) => {
          left = resolve
        })
        let begun = (): void => {}
        const speaking = new Promise<void>((resolve) => {
          begun = resolve
        })
        script = async function* ({ signal }) {
          yield text('One')
          begun()
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        }
        const controller = new AbortController()
        const request = fetch(`${server.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${testKey}` },
          body: JSON.stringify({ model: 'auto', messages: hello, stream }),
          signal: controller.signal,
        })
        request.catch(() => {})
        await speaking
        if (stream) await request
        controller.abort()
        await gone
      }
    }
    left = () => {}
    script = says(text('Still here.'), { type: 'finish', reason: 'stop' })
    const answer = await openai.chat.completions.create({ model: 'auto', messages: hello })
    expect(answer.choices[0]?.message.content).toBe('Still here.')
  })
})

describe('what the model is asked', () => {
  it('is what the client asked, extra fields nested or not', async () => {
    let given: GenerateOptions | undefined
    script = async function* (options) {
      given = options
      yield { type: 'finish', reason: 'stop' }
    }
    const extra = { extra_body: { metadata: { tier: 'gold' } }, ignore: ['openai'], sort: ['price'] }
    await openai.chat.completions.create({
      model: 'auto',
      messages: hello,
      max_tokens: 5,
      tools,
      user: 'ada',
      ...extra,
    })
    expect(given).toMatchObject({ maxTokens: 5, metadata: { tier: 'gold', user: 'ada' }, toolChoice: 'auto' })
  })
})
