/** What is remembered: all of it is found in the messages, nothing is kept. */
import type { Message } from '../../engines/language-model.ts'
import { factName } from './data/facts.ts'
import { givesName, notNames, ownName } from './data/names.ts'
import { withoutNote, withoutTag } from './manner.ts'
import { asName, consideredLength } from './words.ts'

/** How many of the newest messages are looked at, and how much of the instructions. */
const considered = 200
const consideredInstructions = 8000

/** The text of a message, as much of it as is considered. */
export const textOf = (message: Message, length = consideredLength): string => {
  if (message.role === 'tool-call') return message.arguments
  if (message.role === 'tool-result') return message.output
  const bare =
    message.role === 'user' ? withoutNote : message.role === 'assistant' ? withoutTag : (text: string) => text
  const texts = message.parts.map((part) => (part.type === 'text' ? bare(part.text).slice(0, length) : ''))
  return texts.join('').slice(0, length).trim()
}

/** The name that someone gives as theirs; undefined when none. */
export const nameGiven = (utterance: string): string | undefined => {
  const name = givesName.map((form) => form.exec(utterance)?.[1]).find((found) => found && !notNames.test(found))
  return name && asName(name)
}

/** What of the history the answer depends on. */
export type Memory = ReturnType<typeof remember>

/** Reads the messages. */
export const remember = (messages: readonly Message[]) => {
  const recent = messages.slice(-considered)
  const texts = recent.map((message) => textOf(message))
  const lastUser = recent.findLastIndex(({ role }) => role === 'user')
  const answerBefore = (end: number): number =>
    recent.findLastIndex(({ role }, at) => at < end && role === 'assistant' && texts[at] !== '')
  const lastAnswer = answerBefore(recent.length)
  const turns = recent.flatMap(({ role }, at) =>
    role === 'user' ? [{ said: texts[at]!, answerBefore: texts[answerBefore(at)] ?? '' }] : [],
  )
  const system = messages.filter(({ role }) => role === 'system').slice(-10)
  const instructions = system.map((message) => textOf(message, consideredInstructions)).join('\n')
  return {
    /** What the user said, oldest first, and the answer before each: the last is to be answered. */
    turns,
    /** Whether the user has spoken since the last answer. */
    isOpen: lastUser > lastAnswer,
    lastAnswer: texts[lastAnswer] ?? '',
    userName: turns.map(({ said }) => nameGiven(said)).findLast(Boolean) ?? factName.exec(instructions)?.[1],
    ownName: ownName.exec(instructions)?.[1] ?? 'the Parley agent',
    /** Calls made for the last utterance, or whose results have not been spoken of. */
    calls: recent.slice(Math.max(0, Math.min(lastUser, lastAnswer))).filter((one) => one.role === 'tool-call'),
    /** Results that have not been spoken of. */
    results: recent.slice(lastAnswer + 1).filter((one) => one.role === 'tool-result'),
  }
}
