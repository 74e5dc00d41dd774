/** OpenAI's chat completions: what is sent and what is answered, field by field. */
import { z } from 'zod'

const textPart = z.looseObject({ type: z.literal('text'), text: z.string() })
const refusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() })
const imagePart = z.looseObject({ type: z.literal('image_url'), image_url: z.looseObject({ url: z.string() }) })
/** Kept to be refused by name. */
const otherPart = z.looseObject({ type: z.enum(['input_audio', 'file']) })

const texts = z.union([z.string(), z.array(textPart)])
const toolCall = z.looseObject({
  id: z.string().min(1),
  type: z.literal('function').default('function'),
  function: z.looseObject({ name: z.string().min(1), arguments: z.string().default('{}') }),
})

const message = z.discriminatedUnion('role', [
  z.looseObject({ role: z.enum(['system', 'developer']), content: texts }),
  z.looseObject({
    role: z.literal('user'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, imagePart, otherPart]))]),
  }),
  z.looseObject({
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, refusalPart]))]).nullish(),
    refusal: z.string().nullish(),
    tool_calls: z.array(toolCall).nullish(),
  }),
  z.looseObject({ role: z.literal('tool'), tool_call_id: z.string(), content: texts }),
])
export type ChatMessage = z.output<typeof message>

const named = z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) })
const allowed = z.looseObject({
  type: z.literal('allowed_tools'),
  allowed_tools: z.looseObject({ mode: z.enum(['auto', 'required']), tools: z.array(named) }),
})

const scalar = z.union([z.string(), z.number(), z.boolean()])
const reasoning = z.looseObject({ effort: z.string().nullish() })
/** Keys of a router's request: those that mean something here. Clients send them beside the others or in `extra_body`. */
const extra = { metadata: z.record(z.string(), z.unknown()).nullish(), reasoning: reasoning.nullish() }

/** `null` means the same as absence everywhere. What is not named here is passed over. */
export const chatRequest = z.looseObject({
  model: z.string().nullish(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  tools: z
    .array(
      z.looseObject({
        type: z.literal('function'),
        function: z.looseObject({
          name: z.string().regex(/^[\w.-]{1,128}$/),
          description: z.string().nullish(),
          parameters: z.record(z.string(), z.unknown()).nullish(),
        }),
      }),
    )
    .max(512)
    .nullish(),
  tool_choice: z.union([z.enum(['auto', 'none', 'required']), named, allowed]).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: z
    .discriminatedUnion('type', [
      z.looseObject({ type: z.literal('text') }),
      z.looseObject({ type: z.literal('json_object') }),
      z.looseObject({
        type: z.literal('json_schema'),
        json_schema: z.looseObject({
          name: z.string().nullish(),
          schema: z.record(z.string(), z.unknown()).nullish(),
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .nullish(),
  n: z.number().int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  seed: z.number().int().nullish(),
  reasoning_effort: z.string().nullish(),
  user: z.string().nullish(),
  modalities: z.array(z.string()).nullish(),
  ...extra,
  extra_body: z.looseObject(extra).nullish(),
})
export type ChatRequest = z.output<typeof chatRequest>

/** What may be said of a request for routers: numbers and truths as text. */
export const metadataValue = scalar

export interface ToolCallBody {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter'

export interface UsageBody {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
  readonly prompt_tokens_details?: { readonly cached_tokens: number }
}

export interface CompletionBody {
  readonly id: string
  readonly object: 'chat.completion'
  readonly created: number
  readonly model: string
  readonly choices: readonly [
    {
      readonly index: 0
      readonly message: {
        readonly role: 'assistant'
        readonly content: string | null
        readonly refusal: null
        readonly tool_calls?: readonly ToolCallBody[]
      }
      readonly logprobs: null
      readonly finish_reason: FinishReason
    },
  ]
  readonly usage?: UsageBody
}

export interface ChunkBody {
  readonly id: string
  readonly object: 'chat.completion.chunk'
  readonly created: number
  readonly model: string
  readonly choices: readonly {
    readonly index: 0
    readonly delta: {
      readonly role?: 'assistant'
      readonly content?: string
      readonly tool_calls?: readonly (ToolCallBody & { readonly index: number })[]
    }
    readonly logprobs: null
    readonly finish_reason: FinishReason | null
  }[]
  readonly usage?: UsageBody | null
}
