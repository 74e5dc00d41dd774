/** What is remembered: all of it is found in the messages, nothing is kept. */
import type { Message } from '../../engines/language-model.ts'
import { notNames } from './data/phrases.ts'
import { consideredLength } from './words.ts'

/** How many of the newest messages are looked at. */
const considered = 200

/** The text of a message, as far as it is considered. */
export const textOf = (message: Message, length = consideredLength): string => {
  if (message.role === 'tool-call' || message.role === 'tool-result') return ''
  let text = ''
  for (const part of message.parts) {
    if (part.type === 'text') text += (text && ' ') + part.text.slice(0, length - text.length)
    if (text.length >= length) break
  }
  return text
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** The name that someone gives as theirs; undefined when none. */
export const nameGiven = (utterance: string): string | undefined => {
  const [, lead = '', first = '', second] =
    /\b(my name(?: is|'s|’s)|call me|i(?: a|'|’)m called|i(?: a|'|’)m|this is|i go by)\s+(\p{L}[\p{L}'’-]{0,30})(?: (\p{Lu}[\p{L}'’-]{0,30}))?(?!['’])/iu.exec(
      utterance,
    ) ?? []
  if (first === '' || notNames.test(first.toLowerCase())) return undefined
  const isClear = /name|call|go by/i.test(lead)
  const isWritten = /^\p{Lu}/u.test(first)
  if (!isClear && !isWritten) return undefined
  if (!isClear && !/^(?:hi|hello|hey)?[,!]?\s*(?:i|this)\b/i.test(utterance.trim())) return undefined
  const isSurname = second !== undefined && isWritten && /^\p{Lu}/u.test(second)
  return capital(first) + (isSurname ? ` ${second}` : '')
}

/** Whether someone wants their name forgotten. */
export const forgetsName = (utterance: string): boolean => /\bforget my name\b/i.test(utterance)

/** What of the history the answer depends on. */
export interface Memory {
  /** What the user said, oldest first; the last is what is to be answered. */
  readonly turns: readonly { readonly said: string; readonly answerBefore: string; readonly hasPicture: boolean }[]
  /** Whether the user has spoken since the last answer. */
  readonly isOpen: boolean
  readonly userName: string | undefined
  readonly ownName: string
  readonly instructions: string
  readonly lastAnswer: string
  /** Calls made for the last utterance or not yet spoken of. */
  readonly calls: readonly Extract<Message, { role: 'tool-call' }>[]
  /** Results that have not been spoken of. */
  readonly results: readonly Extract<Message, { role: 'tool-result' }>[]
}

/** Reads the messages. */
export const remember = (messages: readonly Message[]): Memory => {
  const recent = messages.slice(-considered)
  const lastUser = recent.findLastIndex(({ role }) => role === 'user')
  const lastAnswer = recent.findLastIndex((message) => message.role === 'assistant' && textOf(message).trim() !== '')
  const turns: Memory['turns'][number][] = []
  let userName: string | undefined
  let answerBefore = ''
  for (const message of recent) {
    if (message.role === 'assistant') answerBefore = textOf(message)
    if (message.role !== 'user') continue
    const said = textOf(message)
    turns.push({ said, answerBefore, hasPicture: message.parts.some(({ type }) => type === 'image') })
    answerBefore = ''
    if (forgetsName(said)) userName = undefined
    else userName = nameGiven(said) ?? userName
  }
  const instructions = messages
    .filter(({ role }) => role === 'system')
    .slice(-10)
    .map((message) => textOf(message, 4000))
    .join('\n')
    .slice(-8000)
  const from = Math.min(Math.max(lastUser, 0), lastAnswer < 0 ? Number.POSITIVE_INFINITY : lastAnswer)
  return {
    turns,
    isOpen: lastUser > lastAnswer,
    userName,
    ownName: ownNameIn(instructions),
    instructions,
    lastAnswer: lastAnswer < 0 ? '' : textOf(recent[lastAnswer]!),
    calls: recent.slice(from).filter((message) => message.role === 'tool-call'),
    results: recent.slice(lastAnswer + 1).filter((message) => message.role === 'tool-result'),
  }
}

const ownNameIn = (instructions: string): string =>
  /\b[Yy]our name is (\p{Lu}[\p{L}'-]{0,30})/u.exec(instructions)?.[1] ??
  /\b[Yy]ou(?: are|'re) (?:called |named )?(\p{Lu}[\p{Ll}'-]{1,30})(?=[.,;!]| a | an | the |\s*$)/u.exec(
    instructions,
  )?.[1] ??
  'the Parley agent'
