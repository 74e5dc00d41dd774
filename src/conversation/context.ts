/** Context: items → the messages that a language model is given, and what is left out when they are too many. */
import type { Message, MessagePart } from '../engines/language-model.ts'
import { withTags } from '../speaking/spoken.ts'
import type { Truncation } from './config.ts'
import { callOf, grantedIn, type NameOf, resultsIn, type ToldCall } from './context-calls.ts'
import type { Item, Part } from './item.ts'
import { plainName } from './offer.ts'

/** Stands for the result of a call that is still at work: models refuse a call without one. */
const noResultYet = 'No result yet.'
/** The same where the client has not allowed it yet. */
const notAllowedYet = 'Waiting for the user to allow this.'
/** Stands for a turn in which nothing was said. */
const silence = '(silence)'

/**
 * Items as messages. Calls made together are followed by all their results. One whose result came only after something
 * else was said is told where its result came: there it is news, and models speak of it. Empty turns are left out, save
 * the last. `noteOn` gives what is put behind the words of an item; empty: nothing. `nameOf`: how the model knows the tools
 * of servers.
 */
export const messagesOf = (
  items: readonly Item[],
  noteOn: (itemId: string) => string = () => '',
  nameOf: NameOf = plainName,
): Message[] => {
  const outputs = resultsIn(items)
  const granted = grantedIn(items)
  const messages: Message[] = []
  let calls: (ToldCall & { readonly pending: string })[] = []
  const settle = (before: number): void => {
    const isLater = ({ callId }: { readonly callId: string }): boolean => (outputs.get(callId)?.index ?? -1) > before
    const told = calls.filter((call) => !isLater(call))
    for (const { callId, name, arguments: text } of told) {
      messages.push({ role: 'tool-call', callId, name, arguments: text })
    }
    for (const { callId, name, pending } of told) {
      const output = outputs.get(callId)?.output
      const result = output === undefined ? { output: pending, isPending: true as const } : { output }
      messages.push({ role: 'tool-result', callId, name, ...result })
    }
    calls = calls.filter(isLater)
  }
  items.forEach((item, index) => {
    const call = callOf(item, nameOf, granted)
    if (call) calls.push({ ...call, pending: item.type === 'approval-request' ? notAllowedYet : noResultYet })
    if (item.type !== 'message') return
    settle(index)
    const parts = partsOf(item, noteOn(item.id))
    if (parts.length > 0) messages.push({ role: item.role, parts })
    else if (item.role === 'user' && index === items.length - 1) {
      messages.push({ role: 'user', parts: [{ type: 'text', text: silence }] })
    }
  })
  settle(items.length)
  return messages
}

const partsOf = (item: Extract<Item, { type: 'message' }>, note: string): MessagePart[] =>
  item.parts.flatMap((part): MessagePart[] => {
    if (part.type === 'image') return [{ type: 'image', url: part.url }]
    const text = (part.type === 'audio' ? taggedText(part) : part.text).trim()
    if (text === '') return []
    return [{ type: 'text', text: part.type === 'audio' && note !== '' ? `${text}\n${note}` : text }]
  })

/** What the model itself said, as it wrote it. */
const taggedText = ({ text = '', tags = [], fillerCharacters = 0 }: Extract<Part, { type: 'audio' }>): string => {
  const own = tags.flatMap(({ at, tag }) => (at < fillerCharacters ? [] : [{ at: at - fillerCharacters, tag }]))
  return withTags(text.slice(fillerCharacters), own)
}

/** Tokens of a text, roughly: models cut English into pieces of four characters. */
export const textTokens = (text: string): number => Math.ceil(text.length / 4)

/** What a message takes besides its text. */
const messageTokens = 4
const imageTokens = 400

const tokensOf = (message: Message): number => {
  if (message.role === 'tool-call') return messageTokens + textTokens(message.name) + textTokens(message.arguments)
  if (message.role === 'tool-result') return messageTokens + textTokens(message.output)
  return message.parts.reduce(
    (sum, part) => sum + (part.type === 'text' ? textTokens(part.text) : imageTokens),
    messageTokens,
  )
}

/** Messages that mean nothing without each other: calls with their results; others stand alone. */
const blocks = (messages: readonly Message[]): Message[][] => {
  const all: Message[][] = []
  for (const message of messages) {
    const before = all.at(-1)?.at(-1)
    if (message.role === 'tool-result' || (message.role === 'tool-call' && before?.role === 'tool-call')) {
      all.at(-1)?.push(message)
    } else all.push([message])
  }
  return all
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

/**
 * The messages that fit, without the oldest where they do not; undefined when nothing may be left out. A call goes
 * together with its result, and what came last always stays. `limit` counts tokens after instructions and tools.
 */
export const fitInto = (messages: readonly Message[], truncation: Truncation, limit: number): Message[] | undefined => {
  const most = truncation.type === 'ratio' ? Math.min(limit, truncation.maxTokens ?? limit) : limit
  const all = blocks(messages)
  const tokens = all.map((block) => sum(block.map(tokensOf)))
  let total = sum(tokens)
  if (total <= most) return [...messages]
  if (truncation.type === 'disabled') return undefined
  const goal = truncation.type === 'ratio' ? most * truncation.ratio : most
  let from = 0
  for (; total > goal && from < all.length - 1; from += 1) total -= tokens[from]!
  return all.slice(from).flat()
}
