/** Answers by rule, without tools. */
import { calculation } from './arithmetic.ts'
import * as said from './data/phrases.ts'
import { calmed, type Manner } from './manner.ts'
import { type Memory, nameGiven } from './memory.ts'
import { storyFor } from './story.ts'
import { conversion } from './units.ts'
import { lineOf, listed, sentence, wordsOf } from './words.ts'

/** What an answer depends on. */
export interface Situation {
  readonly memory: Memory
  readonly now: Date
  /** What the tools of the session are for, such as `weather`. */
  readonly topics: readonly string[]
  /** How the user sounded. */
  readonly manner: Manner
}

/** Text in pieces, each a sentence or more. */
export type Answer = Iterable<string>

/** A fixed sentence, with what it leaves open. */
export const filled = (text: string, { memory: { ownName, userName }, topics }: Situation): string => {
  const named = text.replace('{me}', ownName).replace('{user}', userName === undefined ? '' : `, ${userName}`)
  return named.replace('{tools}', listed(topics) || 'nothing')
}

/** Answers that take the words of somebody as they are; they come before tools. */
export const answerVerbatim = (utterance: string, { memory }: Situation): Answer | undefined => {
  const { lastAnswer, turns, userName } = memory
  const { nothingSaid, noName } = said.phrases
  const line = lineOf(wordsOf(utterance))
  const bare = utterance.replace(said.politeness, '')
  const before = turns.at(-2)?.said
  if (said.asksAgain.test(line)) return [lastAnswer || nothingSaid]
  if (said.asksRephrase.test(line)) return [lastAnswer ? rephrased(lastAnswer) : nothingSaid]
  if (said.asksOwnWords.test(line)) return [before ? `You said: ${sentence(before)}` : nothingSaid]
  if (said.asksMyName.test(line)) return [userName ? `Your name is ${userName}.` : noName]
  const [other, same, word] = [said.rephraseThis, said.sayThis, said.spellThis].map((form) => form.exec(bare)?.[1])
  if (other !== undefined) return [rephrased(other)]
  if (same !== undefined) return [sentence(same)]
  if (word !== undefined) return [word.toLowerCase() === 'my' ? (userName ? spelled(userName) : noName) : spelled(word)]
  const name = nameGiven(utterance)
  return name === undefined ? undefined : [`Nice to meet you, ${name}.`]
}

/** Answers to anything else that there is a rule for. */
export const answerBy = (utterance: string, situation: Situation): Answer | undefined => {
  const { memory, now } = situation
  const whole = lineOf(wordsOf(utterance))
  const line = whole.replace(said.greets, '').replace(/ (?:please|parley)$/, '')
  const told = (style: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-US', style).format(now).replace(/\s/gu, ' ')
  const story = storyFor(line, String(memory.turns.length))
  if (story) return story
  const result = conversion(line) ?? calculation(line)
  if (result !== undefined) return [result]
  if (said.asksTime.test(line)) return [`It is ${told({ timeStyle: 'short' })}.`]
  if (said.asksDate.test(line)) return [`Today is ${told({ dateStyle: 'full' })}.`]
  if (said.asksYear.test(line)) return [`It is ${told({ year: 'numeric' })}.`]
  const talk = said.smallTalk.find(([form]) => form.test(line))?.[1]
  const answer = talk ?? (said.greets.test(whole) ? said.phrases.greeting : undefined)
  if (answer === undefined) return undefined
  const text = filled(answer, situation)
  return [situation.manner === 'calm' ? calmed(text) : text]
}

const spelled = (word: string): string => `${(word.toUpperCase().match(/\p{L}/gu) ?? []).join(', ')}.`

/** The same in other words, where words are known. */
const rephrased = (text: string): string => {
  const changed = text.replace(said.knownWords, (word) => said.synonyms.get(word.toLowerCase()) ?? word)
  return changed === text ? `${said.phrases.nothingNew}${sentence(text)}` : `In other words: ${sentence(changed)}`
}
