/** How many words a text holds, with or without those that only show that somebody listens. */
import { backchannelsOf } from './backchannel-words.ts'

/** Words of a text, in lower case; by the rules of its script where words are not set apart by spaces. */
const wordsOf = (text: string): readonly string[] =>
  [...segmenter.segment(text.normalize('NFC').toLowerCase())].flatMap(({ segment, isWordLike }) =>
    isWordLike ? segment.split(/['’]/u).filter((part) => part !== '') : [],
  )

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })

/** Words in a text; punctuation is none. */
export const countWords = (text: string): number => wordsOf(text).length

/** Phrases as words, the longest first, by the languages that they are of. */
const known = new Map<string, readonly (readonly string[])[]>()

const phrasesOf = (languages: readonly string[]): readonly (readonly string[])[] => {
  const key = languages.join()
  const found = known.get(key)
  if (found) return found
  const phrases = [...new Set(languages.flatMap(backchannelsOf))].map(wordsOf)
  const sorted = phrases.sort((a, b) => b.length - a.length)
  if (known.size < knownLimit) known.set(key, sorted)
  return sorted
}
const knownLimit = 100

/**
 * Words in a text besides backchannels such as “mhm”, “okay” and “I see”, of which a text may hold several. `languages`
 * are those that may be spoken; none: English.
 */
export const countTelling = (text: string, languages: readonly string[]): number => {
  const words = wordsOf(text)
  const phrases = phrasesOf(languages.length > 0 ? languages : ['en'])
  let telling = 0
  for (let at = 0; at < words.length; ) {
    const phrase = phrases.find((parts) => parts.every((part, place) => words[at + place] === part))
    if (!phrase) telling += 1
    at += phrase?.length ?? 1
  }
  return telling
}
