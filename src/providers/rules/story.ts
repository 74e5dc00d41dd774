/** Stories of any length from a grammar: the same request tells the same story. */
import { asksStory, endings, lengths, words as lists, middles, openings, subject } from './data/story.ts'
import type { Word } from './words.ts'
import { withCapital } from './words.ts'

/** The longest story, in words: more than an hour of speech. */
const longest = 10_000
const wordsPerMinute = 150

/** The story that is asked for, sentence by sentence; undefined when none is. */
export const storyFor = (words: readonly Word[], line: string, seed: string): Iterable<string> | undefined => {
  if (!asksStory.test(line)) return undefined
  const counted = words.findIndex((word, at) => word.number && /^(?:words?|minutes?)$/.test(words[at + 1]?.text ?? ''))
  const factor = words[counted + 1]?.text.startsWith('minute') ? wordsPerMinute : 1
  const length = counted < 0 ? lengths.find(([said]) => said.test(line))![1] : words[counted]!.number! * factor
  const about = /\babout (?:an? |the )?(\p{L}+)/u.exec(line)?.[1]
  return story(Math.min(length, longest), about, `${line} ${seed}`)
}

/** Numbers from 0 up to 1, always the same for the same text. */
const chance = (seed: string): (() => number) => {
  let state = 2_166_136_261
  for (const letter of seed) state = Math.imul(state ^ letter.codePointAt(0)!, 16_777_619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function* story(length: number, about: string | undefined, seed: string): Generator<string> {
  const random = chance(seed)
  const one = (of: readonly string[]): string => of[Math.floor(random() * of.length)]!
  const fixed: Record<string, string> = { name: one(lists.name!), place: one(lists.place!), helper: one(lists.helper!) }
  if (about !== undefined) fixed.thing = `the ${about}`
  const told = (form: string): string =>
    withCapital(form.replace(/\{(\w+)\}/g, (_, list: string) => fixed[list] ?? one(lists[list]!)))
  const count = (text: string): number => text.split(' ').length
  const opening = told(one(openings))
  const ending = told(one(endings))
  const theme = about === undefined ? [] : [told(subject)]
  yield opening
  yield* theme
  let left = length - count([opening, ...theme, ending].join(' '))
  for (let last = ''; left > 6; ) {
    const form = one(middles.filter((middle) => middle !== last))
    const sentence = told(form)
    last = form
    left -= count(sentence)
    yield sentence
  }
  yield ending
}
