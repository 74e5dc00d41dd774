/** Stories of any length from a grammar: the same request tells the same story. */
import { endings, words as lists, middles, openings } from './data/story.ts'
import type { Word } from './words.ts'

/** The longest story, in words: more than an hour of speech. */
export const longestStory = 10_000
const wordsPerMinute = 150

/** How many words are wanted, and about what; undefined when no story is asked for. */
export const storyWanted = (
  words: readonly Word[],
  line: string,
): { readonly length: number; readonly about: string | undefined } | undefined => {
  if (!/\b(?:story|tale|fairy tale|bedtime story)\b/.test(line)) return undefined
  if (
    !/\b(?:tell|read|say|make|invent|want|hear|give|another|long|short|story (?:of|about|with|please))\b|^(?:an? )?story$/.test(
      line,
    )
  )
    return undefined
  const counted = words.findIndex(
    ({ number }, at) => number !== undefined && /^(?:words?|minutes?)$/.test(words[at + 1]?.text ?? ''),
  )
  const number = words[counted]?.number
  const length =
    number !== undefined
      ? number * (words[counted + 1]!.text.startsWith('minute') ? wordsPerMinute : 1)
      : /\b(?:endless|never ending|forever|longest)\b/.test(line)
        ? longestStory
        : /\b(?:very|really) long\b/.test(line)
          ? 1200
          : /\blong\b/.test(line)
            ? 400
            : /\b(?:very short|tiny)\b/.test(line)
              ? 30
              : /\b(?:short|little|quick)\b/.test(line)
                ? 60
                : 120
  const about = /\babout (?:an? |the )?(\p{L}+(?: \p{L}+)?)/u.exec(
    line.replace(/ (?:please|in|of|with|that|and) .*/, ''),
  )?.[1]
  return { length: Math.min(Math.max(1, Math.round(length)), longestStory), about }
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

const count = (text: string): number => text.split(' ').length

/** The sentences of a story of about `length` words; always the same for the same seed. */
export function* story(length: number, about: string | undefined, seed: string): Generator<string> {
  const random = chance(seed)
  const one = (of: readonly string[]): string => of[Math.floor(random() * of.length)]!
  const fixed: Readonly<Record<string, string>> = {
    name: one(lists.name!),
    place: one(lists.place!),
    helper: one(lists.helper!),
    ...(about === undefined ? {} : { thing: `the ${about}` }),
  }
  const told = (form: string): string => {
    const text = form.replace(/\{(\w+)\}/g, (_, list: string) => fixed[list] ?? one(lists[list]!))
    return text.replace(/^(“?)(\p{Ll})/u, (_, mark: string, letter: string) => mark + letter.toUpperCase())
  }
  const end = told(one(endings))
  let left = length
  const opening = told(one(openings))
  yield opening
  left -= count(opening) + count(end)
  let last = ''
  while (left > 0) {
    const form = one(middles)
    if (form === last) continue
    last = form
    const sentence = told(form)
    if (count(sentence) > left + 6) break
    left -= count(sentence)
    yield sentence
  }
  yield end
}
