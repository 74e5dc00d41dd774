/** What is remembered: all of it is found in the messages, nothing is kept. */
import type { Message } from '../../engines/language-model.ts'
import { forgetsName, givesName, maySay, notNames, ownNames, saysExactly } from './data/names.ts'
import { asName, consideredLength } from './words.ts'

export type CallMessage = Extract<Message, { role: 'tool-call' }>
export type ResultMessage = Extract<Message, { role: 'tool-result' }>

/** What the user said at a time, and the answer that came just before. */
export interface Turn {
  readonly said: string
  readonly answerBefore: string
  readonly hasPicture: boolean
}

/** What of the history the answer depends on. */
export interface Memory {
  /** Oldest first; the last is what is to be answered. */
  readonly turns: readonly Turn[]
  /** Whether the user has spoken since the last answer. */
  readonly isOpen: boolean
  readonly userName: string | undefined
  readonly ownName: string
  /** What the instructions demand word for word. */
  readonly demanded: string | undefined
  readonly lastAnswer: string
  /** Calls made for the last utterance, or whose results have not been spoken of. */
  readonly calls: readonly CallMessage[]
  /** Results that have not been spoken of. */
  readonly results: readonly ResultMessage[]
}

/** How many of the newest messages are looked at, how much of each for a name, and how much of the instructions. */
const considered = 200
const consideredForName = 200
const consideredInstructions = 8000

const textOf = (message: Message, length = consideredLength): string =>
  'parts' in message
    ? message.parts
        .reduce((text, part) => (part.type === 'text' ? (text + part.text).slice(0, length) : text), '')
        .trim()
    : ''

/** The name that someone gives as theirs; undefined when none. */
export const nameGiven = (utterance: string): string | undefined => {
  const [, clear, lead, first = '', second = ''] = givesName.exec(utterance) ?? []
  const isWritten = /^\p{Lu}/u.test(first)
  if ((clear ?? lead) === undefined || notNames.test(first) || !(clear ?? isWritten)) return undefined
  return asName(first) + (isWritten && /^\p{Lu}/u.test(second) && !notNames.test(second) ? ` ${second}` : '')
}

/** Reads the messages. */
export const remember = (messages: readonly Message[]): Memory => {
  const recent = messages.slice(-considered)
  const turns: Turn[] = []
  let lastUser = -1
  let lastAnswer = -1
  let answerBefore = ''
  let userName: string | undefined
  for (const [at, message] of recent.entries()) {
    const said = textOf(message)
    if (message.role === 'assistant' && said !== '') {
      lastAnswer = at
      answerBefore = said
    } else if (message.role === 'user') {
      lastUser = at
      turns.push({ said, answerBefore, hasPicture: message.parts.some(({ type }) => type === 'image') })
      answerBefore = ''
      const start = said.slice(0, consideredForName)
      userName = forgetsName.test(start) ? undefined : (nameGiven(start) ?? userName)
    }
  }
  const system = messages.filter(({ role }) => role === 'system').slice(-10)
  const instructions = system
    .map((message) => textOf(message, consideredInstructions))
    .join('\n')
    .slice(-consideredInstructions)
  const isOpen = lastUser > lastAnswer
  return {
    turns,
    isOpen,
    userName,
    ownName: ownNames.map((form) => form.exec(instructions)?.[1]).find(Boolean) ?? 'the Parley agent',
    demanded: (isOpen ? saysExactly : maySay).exec(instructions)?.[1],
    lastAnswer: lastAnswer < 0 ? '' : textOf(recent[lastAnswer]!),
    calls: recent
      .slice(lastAnswer < 0 ? 0 : Math.max(0, Math.min(lastUser, lastAnswer)))
      .filter((message) => message.role === 'tool-call'),
    results: recent.slice(lastAnswer + 1).filter((message) => message.role === 'tool-result'),
  }
}
