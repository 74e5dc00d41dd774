/** OpenAI's chat completions over HTTP: what a model says, as one body or as server-sent events. */
import type { GenerationEvent } from '../../engines/language-model.ts'
import { VoiceError } from '../../errors.ts'
import { type Answer, json } from '../answer.ts'
import type { ChunkBody, CompletionBody, FinishReason, ToolCallBody, UsageBody } from './messages.ts'

export { readChat } from './call.ts'

/** What every part of one answer carries. */
export interface ChatHead {
  /** Such as `chatcmpl-…`. */
  readonly id: string
  /** Wall time in milliseconds. */
  readonly createdAt: number
  /** The model that really answers. */
  readonly model: string
}

const finishReasons: Readonly<Record<Extract<GenerationEvent, { type: 'finish' }>['reason'], FinishReason>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  filtered: 'content_filter',
}

const usageBody = (usage: Extract<GenerationEvent, { type: 'usage' }>): UsageBody => ({
  prompt_tokens: usage.inputTokens,
  completion_tokens: usage.outputTokens,
  total_tokens: usage.inputTokens + usage.outputTokens,
  ...(usage.cachedTokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: usage.cachedTokens } }),
})

const callBody = ({
  callId,
  name,
  arguments: text,
}: Extract<GenerationEvent, { type: 'tool-call' }>): ToolCallBody => ({
  id: callId,
  type: 'function',
  function: { name, arguments: text },
})

const incomplete = (): VoiceError =>
  new VoiceError('provider_failed', 'The model ended before its answer was complete.')

/** The whole answer. */
export const chatAnswer = async (
  events: AsyncIterable<GenerationEvent>,
  { id, createdAt, model }: ChatHead,
): Promise<Answer> => {
  let text = ''
  let usage: UsageBody | undefined
  let reason: FinishReason | undefined
  const calls: ToolCallBody[] = []
  for await (const event of events) {
    switch (event.type) {
      case 'text':
        text += event.delta
        break
      case 'tool-call':
        calls.push(callBody(event))
        break
      case 'usage':
        usage = usageBody(event)
        break
      case 'finish':
        reason = finishReasons[event.reason]
        break
      default:
        throw event satisfies never
    }
  }
  if (reason === undefined) throw incomplete()
  const body: CompletionBody = {
    id,
    object: 'chat.completion',
    created: Math.floor(createdAt / 1000),
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' && calls.length > 0 ? null : text,
          refusal: null,
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        logprobs: null,
        finish_reason: reason,
      },
    ],
    ...(usage && { usage }),
  }
  return json(200, body)
}

/** The answer as server-sent events, as it comes. `usage`: the last one before `[DONE]` tells what it cost. */
export async function* chatEvents(
  events: AsyncIterable<GenerationEvent>,
  { id, createdAt, model }: ChatHead,
  { usage: wanted }: { readonly usage: boolean },
): AsyncGenerator<string> {
  const head = { id, object: 'chat.completion.chunk', created: Math.floor(createdAt / 1000), model } as const
  const write = (chunk: ChunkBody): string => `data: ${JSON.stringify(chunk)}\n\n`
  const chunk = (delta: ChunkBody['choices'][number]['delta'], reason: FinishReason | null = null): string =>
    write({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
      ...(wanted && { usage: null }),
    })
  let begun = false
  let finished = false
  let calls = 0
  let usage: UsageBody | undefined
  for await (const event of events) {
    if (!begun) yield chunk({ role: 'assistant', content: '' })
    begun = true
    switch (event.type) {
      case 'text':
        yield chunk({ content: event.delta })
        break
      case 'tool-call':
        yield chunk({ tool_calls: [{ index: calls, ...callBody(event) }] })
        calls += 1
        break
      case 'usage':
        usage = usageBody(event)
        break
      case 'finish':
        finished = true
        yield chunk({}, finishReasons[event.reason])
        break
      default:
        throw event satisfies never
    }
  }
  if (!finished) throw incomplete()
  if (wanted && usage) yield write({ ...head, choices: [], usage })
  yield 'data: [DONE]\n\n'
}
