/** What a language model and a voice are asked when a reply starts. */
import type { SessionConfig } from './config.ts'
import { fitInto, messagesOf } from './context.ts'
import type { Reply, ReplyRequest, ReplyWishes } from './events.ts'
import type { Item } from './item.ts'

/** Undefined when the context does not fit and nothing may be left out. `contextTokens`: most that messages may take. */
export const requestOf = (
  reply: Reply,
  wishes: ReplyWishes,
  from: { readonly config: SessionConfig; readonly context: readonly Item[]; readonly contextTokens: number },
): ReplyRequest | undefined => {
  const { config, context, contextTokens } = from
  const kept = fitInto(messagesOf(context), config.truncation, contextTokens)
  if (!kept) return undefined
  const instructions = wishes.instructions ?? config.instructions
  const { voice, format, modalities, maxTokens } = reply
  const { model, speed, language } = config.output
  return {
    replyId: reply.id,
    model: wishes.model ?? config.model,
    messages: [
      ...(instructions.trim() === ''
        ? []
        : [{ role: 'system', parts: [{ type: 'text', text: instructions }] } as const]),
      ...kept,
    ],
    tools: wishes.tools ?? config.tools,
    toolChoice: wishes.toolChoice ?? config.toolChoice,
    parallelTools: wishes.parallelTools ?? config.parallelTools,
    maxTokens,
    sampling: { ...config.sampling, ...wishes.sampling },
    metadata: { ...config.metadata, ...wishes.metadata },
    ...(modalities.audio ? { speech: { voice, model, speed, language, sampleRate: format.sampleRate } } : {}),
  }
}

/** Audio tokens, as the wire counts them. */
const inputMsPerToken = 100

/** Tokens of the user's audio among these items. */
export const audioTokens = (items: readonly Item[]): number => {
  const ms = items.reduce((sum, item) => {
    if (item.type !== 'message' || item.role !== 'user') return sum
    return sum + item.parts.reduce((all, part) => all + (part.type === 'audio' ? part.audioMs : 0), 0)
  }, 0)
  return Math.ceil(ms / inputMsPerToken)
}
