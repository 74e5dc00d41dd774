/** Answers by rule, without tools. */
import { calculated } from './arithmetic.ts'
import { type Clock, toldTime } from './clock.ts'
import { forgetsName } from './data/names.ts'
import * as said from './data/phrases.ts'
import { type Memory, nameGiven } from './memory.ts'
import { storyFor } from './story.ts'
import { converted } from './units.ts'
import { lineOf, listed, withCapital, wordsOf } from './words.ts'

/** What an answer depends on. */
export interface Situation {
  readonly memory: Memory
  readonly clock: Clock
  /** What the tools of the session are for, such as `weather`. */
  readonly topics: readonly string[]
  readonly seed: number | undefined
}

/** Text in pieces, each a sentence or more. */
export type Answer = Iterable<string>

const filled = (text: string, { ownName, userName }: Memory): string =>
  text.replace('{me}', ownName).replace('{user}', userName === undefined ? '' : `, ${userName}`)

/** One of the fixed sentences. */
export const phrase = (key: keyof typeof said.phrases, { memory }: Situation): Answer => [
  filled(said.phrases[key], memory),
]

const sentence = (text: string): string => withCapital(text.trim()).replace(/(?<![.!?])$/, '.')

/** Answers that take the words of somebody as they are; they come before tools. */
export const answerVerbatim = (utterance: string, situation: Situation): Answer | undefined => {
  const { lastAnswer, turns } = situation.memory
  const line = lineOf(wordsOf(utterance))
  const bare = utterance.trim().replace(said.politeness, '')
  const before = turns.at(-2)?.said
  if (said.asksAgain.test(line)) return [lastAnswer || said.phrases.nothingToRepeat]
  if (said.asksRephrase.test(line)) return [lastAnswer ? rephrased(lastAnswer) : said.phrases.nothingToRephrase]
  if (said.asksOwnWords.test(line)) return [before ? `You said: ${sentence(before)}` : said.phrases.nothingToRecall]
  const other = said.rephraseThis.exec(bare)?.[1]
  if (other !== undefined) return [rephrased(other)]
  const same = said.sayThis.exec(bare)?.[1]
  if (same !== undefined) return [sentence(same)]
  const word = said.spellThis.exec(bare)?.[1]
  const { userName } = situation.memory
  if (word?.toLowerCase() === 'my') return userName === undefined ? phrase('noName', situation) : [spelled(userName)]
  if (word !== undefined)
    return [spelled(/^(?:it|that|this)$/i.test(word) ? (before?.split(' ').at(-1) ?? word) : word)]
  if (forgetsName.test(utterance)) return phrase('nameForgotten', situation)
  const name = nameGiven(utterance)
  if (name === undefined) return undefined
  const [, rest, question] = said.afterName.exec(utterance) ?? []
  return [`Nice to meet you, ${name}.`, ...(answerBy(rest ?? question ?? '', situation) ?? [])]
}

/** Answers to anything else that there is a rule for. */
export const answerBy = (utterance: string, situation: Situation): Answer | undefined => {
  const { memory, clock, topics, seed } = situation
  const words = wordsOf(utterance)
  const line = lineOf(words).replace(/ (?:please|parley)$/, '')
  if (said.asksMyName.test(line))
    return memory.userName === undefined ? phrase('noName', situation) : [`Your name is ${memory.userName}.`]
  const story = storyFor(words, line, `${memory.turns.length} ${seed ?? ''}`)
  if (story) return story
  const told = converted(words) ?? calculated(words) ?? toldTime(line, clock)
  if (told !== undefined) return [told]
  if (said.asksWhoIAm.test(line)) return [filled(said.phrases.introduction, memory), said.phrases.abilities]
  if (said.asksAbilities.test(line))
    return [
      said.phrases.abilities,
      topics.length > 0 ? `The tools of this session are for: ${listed(topics)}.` : said.phrases.noTools,
    ]
  const greeting = said.greets.exec(line)?.[0]
  if (greeting !== undefined) {
    const rest = line.slice(greeting.length).trim()
    const more = rest === '' ? undefined : answerBy(rest, situation)
    if (more) return [filled('Hello{user}!', memory), ...more]
    if (rest.split(' ').length < 3) return phrase(memory.lastAnswer === '' ? 'greeting' : 'helloAgain', situation)
  }
  const talk = said.smallTalk.find(([form]) => form.test(line))
  return talk && [filled(talk[1], memory)]
}

const spelled = (word: string): string => `${(word.toUpperCase().match(/\p{L}/gu) ?? []).join(', ')}.`

const mostChanges = 3

/** The same in other words, where words are known. */
const rephrased = (text: string): string => {
  const found = said.synonyms.filter(([word]) => new RegExp(`(?<![\\p{L}'])${word}(?![\\p{L}'])`, 'iu').test(text))
  const used = found.slice(0, mostChanges)
  if (used.length === 0) return `${said.phrases.nothingNew}${sentence(text)}`
  const words = new RegExp(`(?<![\\p{L}'])(?:${used.map(([word]) => word).join('|')})(?![\\p{L}'])`, 'giu')
  const changed = text.replace(words, (word) => used.find(([known]) => known === word.toLowerCase())?.[1] ?? word)
  return `In other words: ${sentence(changed)}`
}
