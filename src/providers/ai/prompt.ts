/** What a model is given: our messages as the packages take them. */
import type { Message, MessagePart } from '../../engines/language-model.ts'
import { VoiceError } from '../../errors.ts'
import type { CallOptions } from './kinds.ts'

type Prompt = CallOptions['prompt']
type Turn = Prompt[number]
type UserTurn = Extract<Turn, { role: 'user' }>
type AssistantTurn = Extract<Turn, { role: 'assistant' }>
type ToolTurn = Extract<Turn, { role: 'tool' }>

/** Addresses of files that a model's provider fetches by itself, by media type. */
export type FetchedUrls = Readonly<Record<string, readonly RegExp[]>>

const textOf = (parts: readonly MessagePart[]): string =>
  parts
    .flatMap((part) => (part.type === 'text' ? part.text : []))
    .join('\n')
    .trim()

const imagePart = (url: string, fetched: FetchedUrls): UserTurn['content'][number] => {
  const [, mediaType, base64] = /^data:(image\/[\w.+-]+);base64,(.+)$/s.exec(url) ?? []
  if (mediaType !== undefined && base64 !== undefined) return { type: 'file', mediaType, data: base64 }
  const patterns = Object.entries(fetched).flatMap(([type, list]) => (/^(\*|image)\//.test(type) ? list : []))
  if (URL.canParse(url) && /^https?:/i.test(url) && patterns.some((pattern) => pattern.test(url)))
    return { type: 'file', mediaType: 'image/*', data: new URL(url) }
  // Not fetched here: a client could have this machine ask any address that it can reach.
  throw new VoiceError('unsupported', 'This model takes images as base64 data URLs only.')
}

const userContent = (parts: readonly MessagePart[], fetched: FetchedUrls): UserTurn['content'] =>
  parts.flatMap((part): UserTurn['content'] => {
    if (part.type === 'image') return [imagePart(part.url, fetched)]
    return part.text === '' ? [] : [{ type: 'text', text: part.text }]
  })

/** A call's arguments as the object that every wire wants. */
const argumentsOf = (text: string): Record<string, unknown> => {
  if (text.trim() === '') return {}
  let value: unknown = text
  try {
    value = JSON.parse(text)
  } catch {
    // As the model wrote it, then.
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : { value }
}

const user = (text: string): UserTurn => ({ role: 'user', content: [{ type: 'text', text }] })

/** `alternates`: the provider takes only talks that begin and end with the user, with instructions at the beginning alone. */
export const promptOf = (
  messages: readonly Message[],
  { alternates = false, fetched = {} }: { readonly alternates?: boolean; readonly fetched?: FetchedUrls } = {},
): Prompt => {
  const prompt: Turn[] = []
  for (const message of messages) {
    const last = prompt.at(-1)
    switch (message.role) {
      case 'system': {
        const content = textOf(message.parts)
        if (content === '') break
        const later = alternates && prompt.some(({ role }) => role !== 'system')
        prompt.push(later ? user(`[Instruction to the assistant: ${content}]`) : { role: 'system', content })
        break
      }
      case 'user': {
        const content = userContent(message.parts, fetched)
        if (content.length > 0) prompt.push({ role: 'user', content })
        break
      }
      case 'assistant': {
        const text = textOf(message.parts)
        if (text !== '') prompt.push({ role: 'assistant', content: [{ type: 'text', text }] })
        break
      }
      case 'tool-call': {
        const part: AssistantTurn['content'][number] = {
          type: 'tool-call',
          toolCallId: message.callId,
          toolName: message.name,
          input: argumentsOf(message.arguments),
        }
        // What was said and all calls that came with it are one turn.
        if (last?.role === 'assistant') last.content.push(part)
        else prompt.push({ role: 'assistant', content: [part] })
        break
      }
      case 'tool-result': {
        const part: ToolTurn['content'][number] = {
          type: 'tool-result',
          toolCallId: message.callId,
          toolName: message.name,
          output: { type: 'text', value: message.output },
        }
        if (last?.role === 'tool') last.content.push(part)
        else prompt.push({ role: 'tool', content: [part] })
        break
      }
      default:
        throw message satisfies never
    }
  }
  return alternates ? betweenUsers(prompt) : prompt
}

/** Puts a word of the user where a talk would begin or end without one. */
const betweenUsers = (prompt: readonly Turn[]): Prompt => {
  const instructions = prompt.filter(({ role }) => role === 'system')
  const talk = prompt.filter(({ role }) => role !== 'system')
  if (talk[0]?.role !== 'user') talk.unshift(user('[The conversation begins.]'))
  if (talk.at(-1)?.role === 'assistant') talk.push(user('[Go on.]'))
  return [...instructions, ...talk]
}
