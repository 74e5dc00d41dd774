/** Stories of any length from a grammar: the same request tells the same story. */
import { asksStory, endings, lengths, words as lists, middles, openings, subject } from './data/story.ts'
import { withCapital } from './words.ts'

/** The longest story, in words: more than an hour of speech. */
const longest = 10_000
const wordsPerMinute = 150

/** The story that is asked for, sentence by sentence; undefined when none is. */
export const storyFor = (line: string, seed: string): Iterable<string> | undefined => {
  if (!asksStory.test(line)) return undefined
  const [, count, unit] = /\b(\d+) (word|minute)/.exec(line) ?? []
  const asked = Number(count ?? 0) * (unit === 'minute' ? wordsPerMinute : 1)
  const length = asked || lengths.find(([said]) => said.test(line))![1]
  const about = /\babout (?:an? |the )?(\p{L}+)/u.exec(line)?.[1]
  return story(Math.min(length, longest), about, `${line} ${seed}`)
}

function* story(length: number, about: string | undefined, seed: string): Generator<string> {
  let state = [...seed].reduce((sum, letter) => Math.imul(sum, 31) + letter.codePointAt(0)!, 7)
  const one = (of: readonly string[]): string => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223
    return of[(state >>> 16) % of.length]!
  }
  const fixed: Record<string, string> = { name: one(lists.name!), place: one(lists.place!), helper: one(lists.helper!) }
  if (about !== undefined) fixed.thing = `the ${about}`
  const told = (form: string): string =>
    withCapital(form.replace(/\{(\w+)\}/g, (_, list: string) => fixed[list] ?? one(lists[list]!)))
  const begin = [one(openings), ...(about === undefined ? [] : [subject])].map(told)
  const ending = told(one(endings))
  yield* begin
  let left = length - [...begin, ending].join(' ').split(' ').length
  for (let form = ''; left > 6; ) {
    form = one(middles.filter((middle) => middle !== form))
    const sentence = told(form)
    left -= sentence.split(' ').length
    yield sentence
  }
  yield ending
}
