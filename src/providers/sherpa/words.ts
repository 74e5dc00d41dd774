/** From a model's tokens to words with times, written as transcripts are. */
import type { Word } from '../../engines/speech-to-text.ts'
import type { HeardTokens } from './messages.ts'

/** How a model writes: `upper` is folded to lower case, of `lower` only I is raised, `cased` stays as it is. */
export type Writing = 'upper' | 'lower' | 'cased'

const special = /^(<.*>|\[.*\])$/
const letters = /\p{L}/u

/** Told from the tokens that the model has (`tokens.txt`: one a line, with its number). */
export const writingOf = (tokens: string): Writing => {
  const own = tokens
    .split('\n')
    .map((line) => line.replace(/\s+\d+\s*$/, ''))
    .filter((token) => !special.test(token))
    .join('')
  const upper = own !== own.toLowerCase()
  const lower = own !== own.toUpperCase()
  if (upper && lower) return 'cased'
  return upper ? 'upper' : 'lower'
}

const firstPerson = /^i(?=$|['’](?:m|ll|ve|d|s|m)$)/

const written = (word: string, writing: Writing): string => {
  if (writing === 'cased') return word
  const lower = writing === 'upper' ? word.toLowerCase() : word
  return lower.replace(firstPerson, 'I')
}

// Scripts without spaces between words: each character stands alone.
const alone = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

interface Span {
  text: string
  readonly start: number
  /** Where its last token begins, or ends if that is told. */
  last: number
  ended: boolean
  likelihood: number
  tokens: number
}

const spansOf = (heard: HeardTokens): Span[] => {
  const spans: Span[] = []
  heard.tokens.forEach((token, i) => {
    if (special.test(token.trim())) return
    const text = token.replaceAll('▁', ' ')
    const bare = text.trim()
    const time = heard.timestamps[i] ?? spans.at(-1)?.last ?? 0
    const duration = heard.durations?.[i]
    const likelihood = heard.logLikelihoods?.[i] ?? Number.NaN
    const word = spans.at(-1)
    if (!word || text.startsWith(' ') || alone.test(bare)) {
      if (bare === '') return
      spans.push({
        text: bare,
        start: time,
        last: time + (duration ?? 0),
        ended: duration !== undefined,
        likelihood,
        tokens: 1,
      })
    } else {
      word.text += bare
      word.last = time + (duration ?? 0)
      word.ended = duration !== undefined
      word.likelihood += likelihood
      word.tokens += 1
    }
  })
  return spans
}

/** The text's words over the time between the first and the last token: for tokens that do not spell the text. */
const spread = (text: string, heard: HeardTokens, lengthMs: number): Span[] => {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const first = heard.timestamps[0] ?? 0
  const end = Math.max(first, heard.timestamps.at(-1) ?? lengthMs / 1000)
  const share = (end - first) / Math.max(1, text.length)
  let at = first
  return words.map((word) => {
    const start = at
    at += share * (word.length + 1)
    return { text: word, start, last: at, ended: true, likelihood: Number.NaN, tokens: 1 }
  })
}

const squeezed = (text: string): string => text.replace(/\s+/g, '')

// Without durations a token tells only where it begins, or where the model was sure of it.
const tokenMs = 120
const leastMs = 20

/** Words at their places on the audio clock. `startMs` and `endMs` bound the segment. */
export const wordsOf = (heard: HeardTokens, writing: Writing, startMs: number, endMs: number): Word[] => {
  const text = heard.text.trim()
  if (!letters.test(text) && !/\p{N}/u.test(text)) return []
  const spelt = spansOf(heard)
  const spans =
    squeezed(spelt.map((span) => span.text).join('')) === squeezed(text) ? spelt : spread(text, heard, endMs - startMs)
  return spans.map((span, i) => {
    // A model may be sure of a word only in the silence after it, which is not part of the segment.
    const start = Math.min(endMs - leastMs, startMs + span.start * 1000)
    const next = spans[i + 1]
    const limit = Math.min(endMs, next ? startMs + next.start * 1000 : endMs)
    const last = startMs + span.last * 1000 + (span.ended ? 0 : tokenMs)
    const end = Math.max(start + leastMs, Math.min(limit, last))
    const word = { text: written(span.text, writing), startMs: Math.round(start), endMs: Math.round(end) }
    const likelihood = Math.exp(span.likelihood / span.tokens)
    return likelihood >= 0 && likelihood <= 1 ? { ...word, confidence: likelihood } : word
  })
}

/** Words as one text: characters of scripts without spaces stand close. */
export const textOf = (words: readonly Word[]): string =>
  words.reduce((text, { text: word }) => {
    const close = text === '' || (alone.test(word) && alone.test(text.at(-1) ?? ''))
    return close ? text + word : `${text} ${word}`
  }, '')
