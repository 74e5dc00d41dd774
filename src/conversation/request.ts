/** What a language model and a voice are asked when a reply starts. */
import { given, type SessionConfig } from './config.ts'
import { fitInto, messagesOf } from './context.ts'
import type { ReplyRequest } from './effects.ts'
import type { ReplyWishes } from './inputs.ts'
import type { Item } from './item.ts'
import { nameIn, type Offer } from './offer.ts'
import type { Reply } from './reply.ts'
import { noHints, type VoiceSource } from './user-voice.ts'
import { noteRule } from './voice-note.ts'

/** Undefined when the context does not fit and nothing may be left out. `contextTokens`: most that messages may take. */
export const requestOf = (
  reply: Reply,
  wishes: ReplyWishes,
  from: {
    readonly config: SessionConfig
    readonly context: readonly Item[]
    readonly contextTokens: number
    readonly userVoice: VoiceSource
    readonly offer: Offer
  },
): ReplyRequest | undefined => {
  const { config, context, contextTokens, userVoice, offer } = from
  const { voice, format, modalities, maxTokens } = reply
  // What the model makes of a note are instructions for a voice: nobody is to read them.
  const hints = modalities.audio ? userVoice.hintsFor(context, config) : noHints
  const kept = fitInto(messagesOf(context, hints.noteOn, nameIn(offer)), config.truncation, contextTokens)
  if (!kept) return undefined
  const instructions = wishes.instructions ?? config.instructions
  const rule = context.some(({ id }) => hints.noteOn(id) !== '') ? noteRule : ''
  const { model, speed, language, rendering } = config.output
  const manner = wishes.voice === undefined ? hints.manner : ''
  const { enabled, ...caching } = given(config.caching)
  const { maxTokens: _, ...overrides } = given(config.samplingOverrides)
  return {
    replyId: reply.id,
    ...(wishes.say !== undefined && { say: wishes.say }),
    model: wishes.model ?? config.model,
    messages: [
      ...[memoryOf(wishes, config), instructions, rule]
        .filter((text) => text.trim() !== '')
        .map((text) => ({ role: 'system', parts: [{ type: 'text', text }] }) as const),
      ...kept,
    ],
    tools: offer.tools,
    toolChoice: offer.toolChoice,
    parallelTools: wishes.parallelTools ?? config.parallelTools,
    maxTokens,
    sampling: { ...config.sampling, ...overrides, ...wishes.sampling },
    ...(enabled && { caching: { enabled, ...caching } }),
    metadata: {
      ...hints.metadata,
      ...given(config.metadata),
      ...(config.user && { user_id: config.user }),
      ...wishes.metadata,
    },
    ...(modalities.audio && {
      speech: {
        voice,
        model,
        speed: speed * hints.pace,
        language,
        rendering,
        sampleRate: format.sampleRate,
        ...(manner !== '' && { instruction: manner }),
      },
    }),
  }
}

/** What is told of the conversation before; nothing where the client says itself what the model is to know. */
const memoryOf = ({ input }: ReplyWishes, { memory }: SessionConfig): string =>
  memory?.enabled && !input ? memory.state.contextText : ''

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
