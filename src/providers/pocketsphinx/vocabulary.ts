/** Custom vocabulary: what can be used of a list of terms, and the small language model that it makes. */

/** Terms as the decoder can take them. */
export interface Vocabulary {
  /** The same for the same phrases. */
  readonly key: string
  /** Words in the letters of the dictionary. */
  readonly phrases: readonly (readonly string[])[]
}

const maxPhrases = 200
const maxWordsInPhrase = 8
const maxLetters = 30

/** Marks over letters are dropped (`Müller` is heard as `muller`), and what is no letter parts words. */
export const plainWords = (term: string): string[] =>
  term
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('’', "'")
    .toLowerCase()
    .split(/[^a-z']+/)
    .map((word) => word.replace(/^'+|'+$/g, ''))
    .filter((word) => word !== '' && word.length <= maxLetters)

/** Undefined when nothing in the terms can be used. */
export const vocabularyOf = (terms: readonly string[]): Vocabulary | undefined => {
  const phrases = new Map<string, readonly string[]>()
  for (const term of terms) {
    const words = plainWords(term).slice(0, maxWordsInPhrase)
    if (words.length > 0) phrases.set(words.join(' '), words)
    if (phrases.size === maxPhrases) break
  }
  if (phrases.size === 0) return undefined
  const keys = [...phrases.keys()].sort()
  return { key: keys.join('|'), phrases: keys.map((key) => phrases.get(key)!) }
}

/** Every different word. */
export const wordsOf = ({ phrases }: Vocabulary): string[] => [...new Set(phrases.flat())]

// How likely a phrase is to begin anywhere, how likely one of its later words is without the ones before it, and how
// likely it is to go on once it has begun. Measured by `npm run bench -- vocabulary`.
const begins = 0.001
const alone = 0.0001
const goesOn = 0.9

/** A trigram model of the phrases in the ARPA format. Never used alone: it is mixed with the large one. */
export const arpaOf = ({ phrases }: Vocabulary): string => {
  const first = new Map<string, number>()
  const pairs = new Set<string>()
  const triples = new Set<string>()
  for (const words of phrases) {
    words.forEach((word, index) => {
      first.set(word, Math.max(first.get(word) ?? 0, index === 0 ? begins : alone))
      if (index > 0) pairs.add(words.slice(index - 1, index + 1).join(' '))
      if (index > 1) triples.add(words.slice(index - 2, index + 1).join(' '))
    })
  }
  const log = (value: number): string => Math.log10(value).toFixed(4)
  const section = (order: number, lines: readonly string[]): string => `\\${order}-grams:\n${lines.join('\n')}\n`
  // The phrases say nothing about where sentences begin and end. (A section must not be empty.)
  const ones = ['-99 <s> 0', '-99 </s> 0', ...[...first].map(([word, value]) => `${log(value)} ${word} 0`)]
  const twos = ['-99 <s> </s> 0', ...[...pairs].map((pair) => `${log(goesOn)} ${pair} 0`)]
  const threes = ['-99 <s> <s> </s>', ...[...triples].map((triple) => `${log(goesOn)} ${triple}`)]
  const counts = [ones, twos, threes].map((lines, index) => `ngram ${index + 1}=${lines.length}`).join('\n')
  return ['\\data\\', counts, '', section(1, ones), section(2, twos), section(3, threes), '\\end\\', ''].join('\n')
}
