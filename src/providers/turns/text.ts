/** Words so far → features that tell whether the thought is complete. */
import { runFeatures } from './runs.ts'
import { wordClass } from './word-classes.ts'

/** The words of a transcript in lower case, without punctuation, as any recognizer could have written them. */
export const wordsOf = (transcript: string): readonly string[] =>
  transcript
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/\bo'clock\b/g, 'oclock')
    .replaceAll(/\b([ap])\.?\s?m\b\.?/g, '$1m')
    .replaceAll(/(?<=[\p{L}\p{N}])@(?=[\p{L}\p{N}])/gu, ' at ')
    .replaceAll(/(?<=[\p{L}])\.(?=(com|org|net|edu|gov|io|uk|de|fr|in|ca)\b)/gu, ' dot ')
    .replaceAll(/(?<=\d)[-.:,/ ()]+(?=\d)/g, ' ')
    .replaceAll(/[^\p{L}\p{N}\p{M}' ]+/gu, ' ')
    .split(/\s+/)
    .filter((word) => word !== '' && word !== "'")

const lengths = [1, 2, 3, 4, 6, 9, 13, 20] as const
const lengthClass = (count: number): string => String(lengths.findLast((least) => count >= least) ?? 0)

const asks = (words: readonly string[]): string => {
  const [first = '', second = ''] = words
  if (['asking', 'auxiliary'].includes(wordClass(first)) || /^(who|when|what's|where's|how's|who's)$/.test(first))
    return wordClass(first)
  return /^(can|could|would|will) (you|i)$/.test(`${first} ${second}`) ? 'request' : 'none'
}

const verbs = new Set(['auxiliary', 'contracted', 'wanting'])

/** Names of the features that these words have. A model knows a part of the names; the others weigh nothing. */
export const textFeatures = (words: readonly string[]): readonly string[] => {
  const [third = '<', second = '<', last = '<'] = ['<', '<', '<', ...words].slice(-3)
  const kinds = [third, second, last].map((word) => (word === '<' ? '<' : wordClass(word)))
  const [kind3, kind2, kind1] = kinds
  const count = words.length
  const length = lengthClass(count)
  const question = asks(words)
  const hasVerb = words.slice(0, -1).some((word) => verbs.has(wordClass(word)))
  return [
    'any',
    `last=${last}`,
    `pair=${second} ${last}`,
    `before=${second}`,
    `kind=${kind1}`,
    `kinds=${kind2} ${kind1}`,
    `kinds3=${kind3} ${kind2} ${kind1}`,
    `word-kind=${second} ${kind1}`,
    `length=${length}`,
    `length-kind=${length} ${kind1}`,
    `first=${words[0] ?? '<'}`,
    `asks=${question} ${length}`,
    `verb=${hasVerb} ${length}`,
    ...(count <= 2 ? [`all=${words.join(' ')}`] : []),
    ...(last === second ? ['repeated'] : []),
    ...runFeatures(words),
  ]
}
