/** What was said, as words to reason about: lower case, contractions undone, spoken numbers as digits. */
import { contractions, endings, isOwner, multipliers, ordinalNumbers, smallNumbers } from './data/language.ts'

/** How many characters of an utterance are considered: bounds the work that any message can cause. */
export const consideredLength = 600

/** One word. `said` is as it came; `ends`: a mark follows. */
export interface Word {
  readonly text: string
  readonly said: string
  readonly number?: number
  readonly ends?: boolean
}

const token =
  /[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+|\d{4}-\d\d-\d\d|\d{1,2}:\d\d|\d+(?:st|nd|rd|th)\b|\d+(?:,\d{3})*(?:\.\d+)?|\p{L}[\p{L}\p{M}]*(?:['’][\p{L}\p{M}]+)*|[-+*/^()%=×÷]|[,;.?!:]/gu

const undone = (text: string): string =>
  contractions.get(text) ??
  text
    .replace(/n't$/, ' not')
    .replace(isOwner, '$1 is')
    .replace(/'(?:m|re|ll|ve)$/, (end) => endings[end]!)

/** The words of an utterance. */
export const wordsOf = (utterance: string): readonly Word[] => {
  const words: Word[] = []
  const text = utterance.slice(0, consideredLength).replace(/(?<=\p{L})-(?=\p{L})/gu, ' ')
  for (const [said] of text.matchAll(token)) {
    const plain = said.replaceAll(',', '')
    if (/^[,;.?!:]$/.test(said)) words.push(...words.splice(-1).map((last) => ({ ...last, ends: true })))
    else if (/^\d+(?:\.\d+)?$/.test(plain)) words.push({ text: plain, said, number: Number(plain) })
    else {
      const parts = undone(said.toLowerCase().replace('’', "'")).split(' ')
      words.push(...parts.map((part) => ({ text: part, said: parts.length > 1 ? part : said })))
    }
  }
  return withNumbers(words)
}

/** The words as one line without marks. */
export const lineOf = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ')

/** As it was said, without marks. */
export const saidOf = (words: readonly Word[]): string => words.map(({ said }) => said).join(' ')

/** Puts number words together: `two hundred and five point one` → 205.1, `twenty third` → 23rd. */
const withNumbers = (words: readonly Word[]): readonly Word[] => {
  const result: Word[] = []
  for (let at = 0; at < words.length; ) {
    const { value, next } = numberAt(words, at)
    const day = ordinalNumbers.get(words[next]?.text ?? '') ?? 10
    if (value === undefined) result.push(words[at++]!)
    else {
      const isOrdinal = day < 10 && (value === 20 || value === 30)
      const parts = words.slice(at, isOrdinal ? next + 1 : next)
      const told = isOrdinal ? { text: `${value + day}th` } : { text: String(value), number: value }
      result.push({ ...told, said: saidOf(parts), ...(parts.at(-1)!.ends ? { ends: true } : {}) })
      at += parts.length
    }
  }
  return result
}

/** The number that begins at a word, and the word after it. A mark ends it. */
const numberAt = (words: readonly Word[], start: number): { readonly value?: number; readonly next: number } => {
  const textAt = (at: number): string => (at > start && words[at - 1]?.ends ? '' : (words[at]?.text ?? ''))
  const digitAt = (at: number): number =>
    textAt(at) === 'oh' ? 0 : Number(smallNumbers.get(textAt(at)) ?? (textAt(at) || NaN))
  const isHundreds = (value: number | undefined): boolean => value !== undefined && value > 0 && value % 100 === 0
  let total = 0
  let group = words[start]?.number
  let at = group === undefined ? start : start + 1
  for (; ; at++) {
    const small = smallNumbers.get(textAt(at))
    const factor = multipliers.get(textAt(at))
    const isTens = group !== undefined && group % 100 >= 20 && group % 10 === 0
    if (small !== undefined && (group === undefined || isHundreds(group) || (isTens && small > 0 && small < 10)))
      group = (group ?? 0) + small
    else if (factor !== undefined && (group !== undefined || /^an?$/.test(words[start - 1]?.text ?? ''))) {
      if (factor > 100) total += (group ?? 1) * factor
      group = factor > 100 ? undefined : (group ?? 1) * factor
    } else if (
      textAt(at) !== 'and' ||
      !smallNumbers.has(textAt(at + 1)) ||
      !(group === undefined ? total > 0 : isHundreds(group))
    )
      break
  }
  if (group === undefined && total === 0) return { next: at }
  let fraction = ''
  if (textAt(at) === 'point' && digitAt(at + 1) < 10) for (at++; digitAt(at) < 10; at++) fraction += digitAt(at)
  else if ([0, 1, 2].map((step) => textAt(at + step)).join(' ') === 'and a half') {
    fraction = '5'
    at += 3
  }
  return { value: total + (group ?? 0) + Number(`0.${fraction || 0}`), next: at }
}

/** A number to be spoken: at most six digits after the point, a minus in words. */
export const spokenNumber = (value: number): string => {
  const size = Math.abs(value)
  const sign = value < 0 ? 'minus ' : ''
  if (size === 0 || (size >= 1e-6 && size < 1e15)) return `${sign}${Number(size.toFixed(6))}`
  const [digits = '', power = ''] = size.toExponential(3).split('e')
  return `${sign}${Number(digits)} times 10 to the power ${spokenNumber(Number(power))}`
}

/** A computed number to be spoken, with as many digits as one cares to hear. */
export const spokenResult = (value: number): string => {
  const near = Number(Math.abs(value) < 1 ? value.toPrecision(3) : value.toFixed(2))
  const isExact = Math.abs(value - near) <= 1e-9 * Math.abs(value) || Math.abs(value) >= 1e15
  return `${isExact ? '' : 'about '}${spokenNumber(isExact ? value : near)}`
}

/** `one, two and three`. */
export const listed = (parts: readonly string[], last = 'and'): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1)}`

/** With a capital at the start. */
export const withCapital = (text: string): string => text.replace(/^\P{L}?\p{Ll}/u, (start) => start.toUpperCase())

/** With a capital at the start of every word, unless it has capitals of its own. */
export const asName = (text: string): string =>
  /\p{Lu}/u.test(text) ? text : text.replace(/(?<![\p{L}'])\p{L}/gu, (letter) => letter.toUpperCase())

/** The words of an identifier: `getWeather_now` → get, weather, now. */
export const wordsOfName = (name: string): readonly string[] => {
  const parted = name.slice(0, 100).replace(/(?<=[a-z\d])(?=[A-Z])/g, ' ')
  return parted.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

/** A word without its ending, so that `raining` meets `rain`. */
export const stem = (word: string): string => {
  const base = word.length > 4 ? word.replace(/(?:ing|ies|es|ed|s)$/, '') : word.replace(/s$/, '')
  return base.length < 3 ? word : base.replace(/[ey]$/, '')
}
