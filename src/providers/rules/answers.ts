/** Answers by rule, without tools. */
import { calculated } from './arithmetic.ts'
import { type Clock, toldTime } from './clock.ts'
import {
  asksAbilities,
  asksAgain,
  asksOwnWords,
  asksRephrase,
  asksWhoIAm,
  greets,
  phrases,
  smallTalk,
  synonyms,
} from './data/phrases.ts'
import { forgetsName, type Memory, nameGiven } from './memory.ts'
import { story, storyWanted } from './story.ts'
import { converted } from './units.ts'
import { lineOf, listed, wordsOf } from './words.ts'

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

const filled = (text: string, { memory }: Situation): string =>
  text.replace('{me}', memory.ownName).replace('{user}', memory.userName === undefined ? '' : `, ${memory.userName}`)

/** One of the fixed sentences. */
export const phrase = (key: keyof typeof phrases, situation: Situation): Answer => [filled(phrases[key], situation)]

const sentence = (text: string): string => {
  const trimmed = text.trim().replace(/^\p{Ll}/u, (letter) => letter.toUpperCase())
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

const politeness =
  /^(?:(?:please|and|so|well|okay|ok|um|uh|hey|now|then|can you|could you|would you|will you|i want you to|i would like you to|(?:hey |hello |hi )?parley)[,]?\s+)+/i

/** Answers that take what follows as it is, whatever it says; before tools. */
export const answerVerbatim = (utterance: string, situation: Situation): Answer | undefined => {
  const { memory } = situation
  const words = wordsOf(utterance)
  const line = lineOf(words)
  const bare = utterance.trim().replace(politeness, '')
  if (asksAgain.test(line)) return [memory.lastAnswer || phrases.nothingToRepeat]
  if (asksRephrase.test(line)) return [memory.lastAnswer ? rephrased(memory.lastAnswer) : phrases.nothingToRephrase]
  if (asksOwnWords.test(line)) {
    const before = memory.turns.at(-2)?.said
    return before === undefined ? [phrases.nothingToRecall] : [`You said: ${sentence(before)}`]
  }
  const rephrase = /^(?:rephrase|reword|paraphrase)\s*:?\s+(?!that$|it$)(.+)$/is.exec(bare)?.[1]
  if (rephrase !== undefined) return [rephrased(rephrase)]
  const repeat = /^(?:(?:repeat|say) after me|say|repeat)\s*[:,]?\s+(.+)$/is.exec(bare)?.[1]
  if (repeat !== undefined) return [sentence(repeat.replace(/^["“](.*)["”]$/s, '$1'))]
  const spell = /\bspell(?: out| the word| the name| for me)*[ :]+["“]?(\p{L}[\p{L}'’-]*)/iu.exec(bare)?.[1]
  if (spell !== undefined && !/^(?:it|that|this)$/i.test(spell)) return [spelled(spell)]
  if (spell !== undefined) {
    const word = /(\p{L}+)\P{L}*$/u.exec(memory.turns.at(-2)?.said ?? '')?.[1]
    return [word === undefined ? 'Which word should I spell?' : spelled(word)]
  }
  if (forgetsName(utterance)) return phrase('nameForgotten', situation)
  const name = nameGiven(utterance)
  if (name !== undefined) {
    const question = /[.,!?;]\s*(.{3,})$|\band (what .+)$/is.exec(
      utterance.slice(utterance.toLowerCase().indexOf(name.toLowerCase())),
    )
    const rest = question?.[1] ?? question?.[2]
    const more = rest === undefined ? undefined : answerBy(rest, situation)
    return [`Nice to meet you, ${name}.`, ...(more ?? [])]
  }
  return undefined
}

/** Answers about anything else that there is a rule for. */
export const answerBy = (utterance: string, situation: Situation): Answer | undefined => {
  const { memory, clock, topics, seed } = situation
  const words = wordsOf(utterance)
  const line = lineOf(words).replace(/ (?:please|parley)$/, '')
  if (
    /\b(?:what is my name|who am i|(?:know|remember|say|recall) my name)\b/.test(line) &&
    !/talking|speaking/.test(line)
  )
    return memory.userName === undefined ? phrase('noName', situation) : [`Your name is ${memory.userName}.`]
  const wanted = storyWanted(words, line)
  if (wanted) return story(wanted.length, wanted.about, `${line} ${memory.turns.length} ${seed ?? ''}`)
  const told = converted(words) ?? calculated(words) ?? toldTime(line, clock)
  if (told !== undefined) return [told]
  if (asksWhoIAm.test(line)) return [filled(phrases.introduction, situation), phrases.abilities]
  if (asksAbilities.test(line))
    return [
      phrases.abilities,
      topics.length > 0 ? `The tools of this session are for: ${listed(topics)}.` : phrases.noTools,
    ]
  const greeting = greets.exec(line)?.[0]
  if (greeting !== undefined) {
    const rest = line.slice(greeting.length).trim()
    const more = rest === '' ? undefined : answerBy(rest, situation)
    if (more) return [`Hello${memory.userName === undefined ? '' : `, ${memory.userName}`}!`, ...more]
    if (rest === '' || rest.split(' ').length < 3)
      return phrase(memory.lastAnswer === '' ? 'greeting' : 'helloAgain', situation)
  }
  const talk = smallTalk.find(([said]) => said.test(line))
  return talk && [filled(talk[1], situation)]
}

const spelled = (word: string): string =>
  `${[...word.toUpperCase()].filter((letter) => /\p{L}/u.test(letter)).join(', ')}.`

/** The same in other words, where words are known; each at most once. */
const rephrased = (text: string): string => {
  let result = text.trim()
  let changes = 0
  const done: string[] = []
  for (const [word, other] of synonyms) {
    if (changes === 3 || done.some((earlier) => earlier.includes(word))) continue
    const changed = result.replace(new RegExp(`(?<![\\p{L}'])${word}(?![\\p{L}'])`, 'iu'), other)
    if (changed === result) continue
    result = changed
    done.push(other.toLowerCase())
    changes++
  }
  if (changes === 0) return `${phrases.nothingNew}${sentence(text)}`
  return `In other words: ${sentence(result)}`
}

/** What the instructions demand word for word, such as `say exactly "Hello"`; without `exactly` only where nobody asked anything. */
export const demanded = ({ instructions, isOpen }: Memory): string | undefined => {
  const [, how = '', words] =
    /\b(?:say|answer|reply|respond|greet)\b([^"“.\n]{0,60})["“]([^"”]{1,500})["”]/i.exec(instructions) ?? []
  return isOpen && !/\b(?:exactly|only|always)\b/i.test(how) ? undefined : words
}
