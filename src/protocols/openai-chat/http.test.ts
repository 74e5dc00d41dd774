import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GenerationEvent } from '../../engines/language-model.ts'
import { VoiceError } from '../../errors.ts'
import { chatAnswer, chatEvents, readChat } from './http.ts'

const hello = { role: 'user', content: 'Hello.' }
const read = (rest: object = {}) => readChat({ model: 'm', messages: [hello], ...rest })
const tool = (name: string) => ({ type: 'function', function: { name, parameters: { type: 'object' } } })
const refusal = (body: unknown): { code: string; param: string | undefined } => {
  try {
    readChat(body)
  } catch (error) {
    if (error instanceof VoiceError) return { code: error.code, param: error.param }
    throw error
  }
  return { code: 'taken', param: undefined }
}

describe('a chat request', () => {
  it('is read with every wish that it holds', () => {
    const call = read({
      stream: true,
      stream_options: { include_usage: true },
      tools: [tool('a'), tool('b')],
      tool_choice: { type: 'function', function: { name: 'b' } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
      stop: 'END',
      max_tokens: 5,
      max_completion_tokens: 7,
      temperature: 0,
      top_p: 0.5,
      frequency_penalty: -1,
      presence_penalty: 1,
      seed: 3,
      reasoning_effort: 'low',
      user: 'ada',
      something_else: [1],
      service_tier: null,
    })
    expect(call).toEqual({
      model: 'm',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello.' }] }],
      options: {
        tools: [
          { name: 'a', description: '', parameters: { type: 'object' } },
          { name: 'b', description: '', parameters: { type: 'object' } },
        ],
        toolChoice: { name: 'b' },
        parallelTools: false,
        format: { type: 'json', name: 'n', schema: { type: 'object' }, strict: true },
        sampling: {
          temperature: 0,
          topP: 0.5,
          frequencyPenalty: -1,
          presencePenalty: 1,
          seed: 3,
          stop: ['END'],
          reasoningEffort: 'low',
        },
        maxTokens: 7,
        metadata: { user: 'ada' },
      },
      stream: true,
      streamUsage: true,
    })
  })

  it('means by null what it means by nothing', () => {
    const fields = [
      'model',
      'stream',
      'tools',
      'tool_choice',
      'stop',
      'n',
      'max_tokens',
      'user',
      'metadata',
      'extra_body',
    ]
    const nulls = Object.fromEntries(fields.map((field) => [field, null]))
    expect(readChat({ messages: [hello], ...nulls })).toEqual(readChat({ messages: [hello] }))
    expect(readChat({ messages: [hello] })).toMatchObject({ model: '', stream: false, options: { sampling: {} } })
  })

  it('tells a whole conversation: instructions, images, calls and their results', () => {
    const { messages } = read({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'x', type: 'function', function: { name: 'look', arguments: '{"at":1}' } },
            { id: 'y', type: 'function', function: { name: 'ask', arguments: '' } },
          ],
        },
        { role: 'tool', tool_call_id: 'y', content: [{ type: 'text', text: 'yes' }] },
        { role: 'tool', tool_call_id: 'x', content: 'a cat' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
      ],
    })
    expect(messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'What is it?' },
          { type: 'image', url: 'data:image/png;base64,AA==' },
        ],
      },
      { role: 'tool-call', callId: 'x', name: 'look', arguments: '{"at":1}' },
      { role: 'tool-call', callId: 'y', name: 'ask', arguments: '' },
      { role: 'tool-result', callId: 'y', name: 'ask', output: 'yes' },
      { role: 'tool-result', callId: 'x', name: 'look', output: 'a cat' },
      { role: 'assistant', parts: [{ type: 'text', text: 'No.' }] },
    ])
  })

  it('narrows its tools to those that it allows', () => {
    const allowed = { mode: 'required', tools: [{ type: 'function', function: { name: 'b' } }] }
    const { options } = read({
      tools: [tool('a'), tool('b')],
      tool_choice: { type: 'allowed_tools', allowed_tools: allowed },
    })
    expect(options.tools?.map(({ name }) => name)).toEqual(['b'])
    expect(options.toolChoice).toBe('required')
  })

  it('may carry a router’s wishes beside the others or in extra_body', () => {
    const router = { metadata: { tier: 'gold', level: 3, odd: [] }, reasoning: { effort: 'high' }, sort: ['price'] }
    const wanted = { metadata: { tier: 'gold', level: '3' }, sampling: { reasoningEffort: 'high' } }
    expect(read(router).options).toEqual(wanted)
    expect(read({ extra_body: { ...router, models: ['x'], web_search: {} } }).options).toEqual(wanted)
  })

  it.each([
    ['no object', [], 'messages'],
    ['no messages', { model: 'm' }, 'messages'],
    ['an unknown role', { messages: [{ role: 'oracle', content: '' }] }, 'messages[0].role'],
    ['a temperature beyond its range', { messages: [hello], temperature: 3 }, 'temperature'],
    ['too many stops', { messages: [hello], stop: ['1', '2', '3', '4', '5'] }, 'stop'],
    [
      'a tool that is not there',
      { messages: [hello], tools: [tool('a')], tool_choice: { type: 'function', function: { name: 'z' } } },
      'tool_choice',
    ],
    ['a call demanded without tools', { messages: [hello], tool_choice: 'required' }, 'tool_choice'],
    [
      'a result without its call',
      { messages: [{ role: 'tool', tool_call_id: 'x', content: '' }] },
      'messages[0].tool_call_id',
    ],
    [
      'a call without its result',
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'x', function: { name: 'a' } }] }, hello] },
      'messages[1]',
    ],
    [
      'a call left open',
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'x', function: { name: 'a' } }] }] },
      'messages',
    ],
  ])('is refused for %s, naming the field', (_, body, param) => {
    expect(refusal(body)).toEqual({ code: 'invalid_request', param })
  })

  it.each([
    ['several choices', { n: 2 }, 'n'],
    ['audio out', { modalities: ['text', 'audio'] }, 'modalities'],
    ['audio in', { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] }, 'messages[0]'],
  ])('says that %s is not to be had', (_, rest, param) => {
    expect(refusal({ messages: [hello], ...rest })).toEqual({ code: 'unsupported', param })
  })

  it('is taken or refused, whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => void refusal(json)))
    const body = fc.record({ messages: fc.array(fc.jsonValue()), tools: fc.jsonValue(), stop: fc.jsonValue() })
    fc.assert(fc.property(body, (json) => void refusal(json)))
  })
})

describe('an answer', () => {
  const head = { id: 'chatcmpl-1', createdAt: 1_700_000_000_999, model: 'parley/rules' }
  async function* from(events: readonly GenerationEvent[]): AsyncGenerator<GenerationEvent> {
    yield* events
  }
  const events: readonly GenerationEvent[] = [
    { type: 'text', delta: 'Wait' },
    { type: 'text', delta: '.' },
    { type: 'tool-call', callId: 'x', name: 'look', arguments: '{}' },
    { type: 'tool-call', callId: 'y', name: 'ask', arguments: '{"a":1}' },
    { type: 'usage', inputTokens: 3, outputTokens: 4, cachedTokens: 1 },
    { type: 'finish', reason: 'tool-calls' },
  ]
  const usage = {
    prompt_tokens: 3,
    completion_tokens: 4,
    total_tokens: 7,
    prompt_tokens_details: { cached_tokens: 1 },
  }
  const calls = [
    { id: 'x', type: 'function', function: { name: 'look', arguments: '{}' } },
    { id: 'y', type: 'function', function: { name: 'ask', arguments: '{"a":1}' } },
  ]
  const whole = async (given: readonly GenerationEvent[]) => JSON.parse((await chatAnswer(from(given), head)).body)
  const streamed = async (given: readonly GenerationEvent[], wanted = { usage: true }) => {
    const lines: string[] = []
    for await (const line of chatEvents(from(given), head, wanted)) lines.push(line)
    expect(lines.at(-1)).toBe('data: [DONE]\n\n')
    return lines.slice(0, -1).map((line) => {
      expect(line).toMatch(/^data: .*\n\n$/)
      return JSON.parse(line.slice(6))
    })
  }

  it('is one body with text, calls and usage', async () => {
    expect(await whole(events)).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'parley/rules',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Wait.', refusal: null, tool_calls: calls },
          logprobs: null,
          finish_reason: 'tool_calls',
        },
      ],
      usage,
    })
  })

  it('has null for a text where there are only calls, and an empty text where there is nothing', async () => {
    const [message] = (await whole(events.slice(2))).choices
    expect(message.message.content).toBeNull()
    expect((await whole([{ type: 'finish', reason: 'stop' }])).choices[0].message.content).toBe('')
  })

  it('is the same as a stream, its usage in a last part of its own', async () => {
    const parts = await streamed(events)
    expect(parts.map(({ choices }) => choices[0]?.delta)).toEqual([
      { role: 'assistant', content: '' },
      { content: 'Wait' },
      { content: '.' },
      { tool_calls: [{ index: 0, ...calls[0] }] },
      { tool_calls: [{ index: 1, ...calls[1] }] },
      {},
      undefined,
    ])
    expect(parts.map((part) => part.usage)).toEqual([null, null, null, null, null, null, usage])
    expect(parts.map(({ choices }) => choices[0]?.finish_reason)).toEqual([
      ...Array(5).fill(null),
      'tool_calls',
      undefined,
    ])
    expect((await streamed(events, { usage: false })).some((part) => 'usage' in part)).toBe(false)
  })

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool-calls', 'tool_calls'],
    ['filtered', 'content_filter'],
  ] as const)('that ended with %s says %s', async (reason, word) => {
    expect((await whole([{ type: 'finish', reason }])).choices[0].finish_reason).toBe(word)
  })

  it('that never finished is a failure in both', async () => {
    const half = events.slice(0, 2)
    await expect(whole(half)).rejects.toMatchObject({ code: 'provider_failed' })
    await expect(streamed(half)).rejects.toMatchObject({ code: 'provider_failed' })
  })
})
