/** The wires of language models, as their servers read and write them. */
import { crc32 } from 'node:zlib'
import { z } from 'zod'

/** What a model is to say. */
export interface Saying {
  readonly text: readonly string[]
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  readonly usage: { readonly input: number; readonly output: number; readonly cached: number }
  readonly finish: 'stop' | 'length' | 'tool-calls' | 'filtered'
}

/** What a request asks for, as far as a model of few words cares. */
export interface Asked {
  readonly tools: readonly string[]
  /** `auto`, `none`, `required`, or a tool's name. */
  readonly choice: string
  readonly last: 'user' | 'assistant' | 'tool' | 'system'
  readonly maxTokens: number | undefined
}

export interface Wire {
  readonly path: RegExp
  /** Clients that want it so, where others at the same path do not. */
  readonly agent?: RegExp
  readonly contentType: string
  read(body: unknown): Asked
  /** The answer in the pieces in which it is sent. */
  write(saying: Saying): (string | Buffer)[]
}

const role = z.enum(['user', 'assistant', 'tool', 'system'])

const event = (data: unknown, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`

const openaiRequest = z.object({
  messages: z.array(z.object({ role })),
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })).default([]),
  tool_choice: z.union([z.string(), z.object({ function: z.object({ name: z.string() }) })]).default('auto'),
  max_tokens: z.number().optional(),
  max_completion_tokens: z.number().optional(),
})

const openaiReasons = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', filtered: 'content_filter' }

const openai: Wire = {
  path: /\/chat\/completions/,
  contentType: 'text/event-stream',
  read(body) {
    const { tools, tool_choice: choice, messages, ...limits } = openaiRequest.parse(body)
    return {
      tools: tools.map((tool) => tool.function.name),
      choice: typeof choice === 'string' ? choice.replace('any', 'required') : choice.function.name,
      last: messages.at(-1)!.role,
      maxTokens: limits.max_tokens ?? limits.max_completion_tokens,
    }
  },
  write({ text, calls, usage, finish }) {
    const chunk = (delta: unknown, reason: string | null = null): string =>
      event({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta, finish_reason: reason }],
      })
    return [
      chunk({ role: 'assistant', content: '' }),
      ...text.map((content) => chunk({ content })),
      ...calls.flatMap(({ id, name, arguments: all }, index) => [
        chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
        ...[all.slice(0, 5), all.slice(5)].map((part) =>
          chunk({ tool_calls: [{ index, function: { arguments: part } }] }),
        ),
      ]),
      chunk({}, openaiReasons[finish]),
      event({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [],
        usage: {
          prompt_tokens: usage.input,
          completion_tokens: usage.output,
          total_tokens: usage.input + usage.output,
          prompt_tokens_details: { cached_tokens: usage.cached },
          // DeepSeek's names for the same.
          prompt_cache_hit_tokens: usage.cached,
          prompt_cache_miss_tokens: usage.input - usage.cached,
        },
      }),
      'data: [DONE]\n\n',
    ]
  },
}

/** As Mistral, xAI and Groq have it: whole calls in one piece, the usage with the last choice. */
const whole: Wire = {
  ...openai,
  agent: /mistral|xai|groq/,
  write({ text, calls, usage, finish }) {
    const chunk = (delta: unknown, rest: object = {}, reason: string | null = null): string =>
      event({
        id: '1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta, finish_reason: reason }],
        ...rest,
      })
    const sum = {
      prompt_tokens: usage.input,
      completion_tokens: usage.output,
      total_tokens: usage.input + usage.output,
      num_cached_tokens: usage.cached,
      prompt_tokens_details: { cached_tokens: usage.cached },
    }
    return [
      chunk({ role: 'assistant', content: '' }),
      ...text.map((content) => chunk({ role: 'assistant', content })),
      ...calls.map(({ id, name, arguments: all }, index) =>
        chunk({
          role: 'assistant',
          tool_calls: [{ index, id, type: 'function', function: { name, arguments: all } }],
        }),
      ),
      chunk(
        { role: 'assistant', content: '' },
        { usage: sum, x_groq: { id: 'req_1', usage: sum } },
        openaiReasons[finish],
      ),
      'data: [DONE]\n\n',
    ]
  },
}

const anthropicRequest = z.object({
  messages: z.array(z.object({ role, content: z.array(z.object({ type: z.string() })) })),
  tools: z.array(z.object({ name: z.string() })).default([]),
  tool_choice: z.object({ type: z.string(), name: z.string().optional() }).default({ type: 'auto' }),
  max_tokens: z.number(),
})

const anthropic: Wire = {
  path: /\/messages$/,
  contentType: 'text/event-stream',
  read(body) {
    const { tools, tool_choice: choice, messages, max_tokens: maxTokens } = anthropicRequest.parse(body)
    const last = messages.at(-1)!
    return {
      tools: tools.map(({ name }) => name),
      choice: choice.name ?? choice.type.replace('any', 'required'),
      last: last.content.some(({ type }) => type === 'tool_result') ? 'tool' : last.role,
      maxTokens,
    }
  },
  write({ text, calls, usage, finish }) {
    const reasons = { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use', filtered: 'refusal' }
    const send = (data: { type: string; [key: string]: unknown }): string => event(data, data.type)
    const first = text.length > 0 ? 1 : 0
    return [
      send({
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: {
            input_tokens: usage.input - usage.cached,
            cache_read_input_tokens: usage.cached,
            cache_creation_input_tokens: 0,
            output_tokens: 1,
          },
        },
      }),
      ...(first ? [send({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })] : []),
      ...text.map((part) => send({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: part } })),
      ...(first ? [send({ type: 'content_block_stop', index: 0 })] : []),
      ...calls.flatMap(({ id, name, arguments: all }, at) => {
        const index = at + first
        const part = (json: string) =>
          send({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: json } })
        return [
          send({ type: 'content_block_start', index, content_block: { type: 'tool_use', id, name, input: {} } }),
          part(all.slice(0, 5)),
          part(all.slice(5)),
          send({ type: 'content_block_stop', index }),
        ]
      }),
      send({
        type: 'message_delta',
        delta: { stop_reason: reasons[finish], stop_sequence: null },
        usage: { output_tokens: usage.output },
      }),
      send({ type: 'message_stop' }),
    ]
  },
}

const geminiRequest = z.object({
  contents: z.array(z.object({ role: z.string(), parts: z.array(z.looseObject({})) })).min(1),
  tools: z
    .union([
      z.array(z.object({ functionDeclarations: z.array(z.object({ name: z.string() })) })),
      z.object({ functionDeclarations: z.array(z.object({ name: z.string() })) }).transform((group) => [group]),
    ])
    .default([]),
  toolConfig: z
    .object({
      functionCallingConfig: z.object({
        mode: z.enum(['AUTO', 'NONE', 'ANY', 'VALIDATED']),
        allowedFunctionNames: z.array(z.string()).optional(),
      }),
    })
    .optional(),
  generationConfig: z.object({ maxOutputTokens: z.number().optional() }).default({}),
})

const gemini: Wire = {
  path: /:streamGenerateContent/,
  contentType: 'text/event-stream',
  read(body) {
    const { tools, toolConfig, contents, generationConfig } = geminiRequest.parse(body)
    const config = toolConfig?.functionCallingConfig ?? { mode: 'AUTO' as const }
    const { role: who, parts } = contents.at(-1)!
    const spoken = who === 'model' ? 'assistant' : 'user'
    return {
      tools: tools.flatMap((group) => group.functionDeclarations.map(({ name }) => name)),
      choice:
        config.allowedFunctionNames?.[0] ??
        { AUTO: 'auto', NONE: 'none', ANY: 'required', VALIDATED: 'auto' }[config.mode],
      last: parts.some((part) => 'functionResponse' in part) ? 'tool' : spoken,
      maxTokens: generationConfig.maxOutputTokens,
    }
  },
  write({ text, calls, usage, finish }) {
    const reasons = { stop: 'STOP', length: 'MAX_TOKENS', 'tool-calls': 'STOP', filtered: 'SAFETY' }
    const send = (parts: unknown[], rest: object = {}): string =>
      event({ candidates: [{ index: 0, content: { role: 'model', parts }, ...rest }], modelVersion: 'm' })
    return [
      ...text.map((part) => send([{ text: part }])),
      ...calls.map(({ name, arguments: all }) => send([{ functionCall: { name, args: JSON.parse(all) } }])),
      event({
        candidates: [{ index: 0, content: { role: 'model', parts: [{ text: '' }] }, finishReason: reasons[finish] }],
        usageMetadata: {
          promptTokenCount: usage.input,
          candidatesTokenCount: usage.output,
          cachedContentTokenCount: usage.cached,
          totalTokenCount: usage.input + usage.output,
        },
      }),
    ]
  },
}

/** One message of the event stream of Amazon's APIs: lengths, checksums, headers of text, a JSON payload. */
const amazonMessage = (type: string, payload: unknown): Buffer => {
  const header = (name: string, value: string): Buffer => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(value.length)
    return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([7]), length, Buffer.from(value)])
  }
  const headers = Buffer.concat([
    header(':event-type', type),
    header(':content-type', 'application/json'),
    header(':message-type', 'event'),
  ])
  const body = Buffer.from(JSON.stringify(payload))
  const prelude = Buffer.alloc(12)
  prelude.writeUInt32BE(12 + headers.length + body.length + 4, 0)
  prelude.writeUInt32BE(headers.length, 4)
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8)
  const message = Buffer.concat([prelude, headers, body])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(message))
  return Buffer.concat([message, sum])
}

const bedrockRequest = z.object({
  messages: z.array(z.object({ role, content: z.array(z.looseObject({})).min(1) })).min(1),
  toolConfig: z
    .object({
      tools: z.array(z.object({ toolSpec: z.object({ name: z.string() }) })),
      toolChoice: z
        .object({ tool: z.object({ name: z.string() }).optional(), any: z.object({}).optional() })
        .default({}),
    })
    .optional(),
  inferenceConfig: z.object({ maxTokens: z.number().optional() }).default({}),
})

const bedrock: Wire = {
  path: /\/converse-stream$/,
  contentType: 'application/vnd.amazon.eventstream',
  read(body) {
    const { messages, toolConfig, inferenceConfig } = bedrockRequest.parse(body)
    const last = messages.at(-1)!
    return {
      tools: (toolConfig?.tools ?? []).map(({ toolSpec }) => toolSpec.name),
      choice: toolConfig?.toolChoice.tool?.name ?? (toolConfig?.toolChoice.any ? 'required' : 'auto'),
      last: last.content.some((part) => 'toolResult' in part) ? 'tool' : last.role,
      maxTokens: inferenceConfig.maxTokens,
    }
  },
  write({ text, calls, usage, finish }) {
    const reasons = {
      stop: 'end_turn',
      length: 'max_tokens',
      'tool-calls': 'tool_use',
      filtered: 'content_filtered',
    }
    const first = text.length > 0 ? 1 : 0
    return [
      amazonMessage('messageStart', { role: 'assistant' }),
      ...text.map((part) => amazonMessage('contentBlockDelta', { contentBlockIndex: 0, delta: { text: part } })),
      ...(first ? [amazonMessage('contentBlockStop', { contentBlockIndex: 0 })] : []),
      ...calls.flatMap(({ id, name, arguments: all }, at) => {
        const contentBlockIndex = at + first
        return [
          amazonMessage('contentBlockStart', { contentBlockIndex, start: { toolUse: { toolUseId: id, name } } }),
          ...[all.slice(0, 5), all.slice(5)].map((input) =>
            amazonMessage('contentBlockDelta', { contentBlockIndex, delta: { toolUse: { input } } }),
          ),
          amazonMessage('contentBlockStop', { contentBlockIndex }),
        ]
      }),
      amazonMessage('messageStop', { stopReason: reasons[finish] }),
      amazonMessage('metadata', {
        usage: {
          inputTokens: usage.input - usage.cached,
          outputTokens: usage.output,
          totalTokens: usage.input + usage.output,
          cacheReadInputTokens: usage.cached,
        },
        metrics: { latencyMs: 1 },
      }),
    ]
  },
}

/** All of them; the last is what most servers speak. */
export const wires: readonly Wire[] = [anthropic, gemini, bedrock, whole, openai]
