/** What was said, as words to reason about: lower case, contractions undone, spoken numbers as digits. */
import { contractions, isOwners, multipliers, smallNumbers } from './data/language.ts'

/** How many characters of an utterance are considered: bounds the work that any message can cause. */
export const consideredLength = 1000

/** One word. `said` is as it came; `ends`: a pause or mark follows. */
export interface Word {
  readonly text: string
  readonly said: string
  readonly number?: number
  readonly ends?: boolean
}

const token =
  /[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+|\d{4}-\d\d-\d\d|\d{1,2}:\d\d|\d+(?:st|nd|rd|th)\b|\d+(?:,\d{3})*(?:\.\d+)?|\p{L}[\p{L}\p{M}]*(?:['’][\p{L}\p{M}]+)*|[-+*/^()%=×÷]|[,;.?!:]/gu

const undone = (text: string): string => {
  const whole = contractions.get(text)
  if (whole !== undefined) return whole
  const [, stem = '', end = ''] = /^(.+?)(n't|'\p{L}+)$/u.exec(text) ?? []
  switch (end) {
    case "n't":
      return `${stem} not`
    case "'m":
      return `${stem} am`
    case "'re":
      return `${stem} are`
    case "'ll":
      return `${stem} will`
    case "'ve":
      return `${stem} have`
    case "'s":
      return isOwners.has(stem) ? `${stem} is` : text
    default:
      return text
  }
}

/** The words of an utterance. */
export const wordsOf = (utterance: string): readonly Word[] => {
  const words: Word[] = []
  const text = utterance.slice(0, consideredLength).replace(/(?<=\p{L})-(?=\p{L})/gu, ' ')
  for (const [said] of text.matchAll(token)) {
    if (/^[,;.?!:]$/.test(said)) {
      const last = words.pop()
      if (last) words.push({ ...last, ends: true })
    } else if (/^\d+(?:,\d{3})*(?:\.\d+)?$/.test(said)) {
      const plain = said.replaceAll(',', '')
      words.push({ text: plain, said, number: Number(plain) })
    } else {
      const parts = undone(said.toLowerCase().replace('’', "'")).split(' ')
      for (const part of parts) words.push({ text: part, said: parts.length > 1 ? part : said })
    }
  }
  return withNumbers(words)
}

/** The words as one line without marks. */
export const lineOf = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ')

/** As it was said, without marks. */
export const saidOf = (words: readonly Word[]): string => words.map(({ said }) => said).join(' ')

/** Puts number words together: `two hundred and five point one` → 205.1. */
const withNumbers = (words: readonly Word[]): readonly Word[] => {
  const result: Word[] = []
  for (let at = 0; at < words.length; ) {
    const { value, next } = numberAt(words, at)
    if (value === undefined) result.push(words[at++]!)
    else {
      const parts = words.slice(at, next)
      const ends = parts.at(-1)!.ends ? { ends: true } : {}
      result.push({ text: String(value), said: saidOf(parts), number: value, ...ends })
      at = next
    }
  }
  return result
}

/** The number that begins at a word, and the word after it. A pause ends it. */
const numberAt = (words: readonly Word[], start: number): { value?: number; next: number } => {
  let total = 0
  let group: number | undefined
  let digits = ''
  let at = start
  const textAt = (index: number): string => (index > start && words[index - 1]?.ends ? '' : (words[index]?.text ?? ''))
  for (;;) {
    const word = textAt(at)
    const small =
      smallNumbers.get(word) ?? (group === undefined && words[at]?.number !== undefined ? words[at]?.number : undefined)
    const factor = multipliers.get(word)
    if (
      small !== undefined &&
      (group === undefined ||
        (group % 100 === 0 && group > 0) ||
        (group % 100 >= 20 && group % 10 === 0 && small > 0 && small < 10))
    ) {
      group = (group ?? 0) + small
    } else if (
      factor !== undefined &&
      (group !== undefined || (total === 0 && /^an?$/.test(words[at - 1]?.text ?? '')))
    ) {
      if (factor === 100) group = (group ?? 1) * 100
      else {
        total += (group ?? 1) * factor
        group = undefined
      }
    } else if (
      word === 'and' &&
      (group === undefined ? total > 0 : group % 100 === 0 && group > 0) &&
      smallNumbers.has(textAt(at + 1))
    ) {
      // `one hundred and five`
    } else break
    at++
  }
  if (group === undefined && total === 0) return { next: at }
  if (textAt(at) === 'point' && isDigit(textAt(at + 1))) {
    for (at++; isDigit(textAt(at)); at++)
      digits += textAt(at) === 'oh' ? 0 : (smallNumbers.get(textAt(at)) ?? textAt(at))
  } else if (textAt(at) === 'and' && textAt(at + 1) === 'a' && textAt(at + 2) === 'half') {
    digits = '5'
    at += 3
  }
  return { value: total + (group ?? 0) + Number(`0.${digits || 0}`), next: at }
}

const isDigit = (word: string): boolean => word === 'oh' || (smallNumbers.get(word) ?? 10) < 10 || /^\d$/.test(word)

/** A number to be spoken: at most six digits after the point, a minus in words. */
export const spokenNumber = (value: number): string => {
  const size = Math.abs(value)
  if (size >= 1e15 || (size > 0 && size < 1e-6)) {
    const [digits = '', power = ''] = size.toExponential(3).split('e')
    return `${value < 0 ? 'minus ' : ''}${Number(digits)} times 10 to the power ${spokenNumber(Number(power))}`
  }
  return `${value < 0 ? 'minus ' : ''}${Number(size.toFixed(6))}`
}

/** `one, two and three`. */
export const listed = (parts: readonly string[], last = 'and'): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1)}`

/** The words of an identifier: `getWeather_now` → get, weather, now. */
export const wordsOfName = (name: string): readonly string[] =>
  name
    .slice(0, 100)
    .replace(/(?<=[a-z\d])(?=[A-Z])/g, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/** A word without its ending, so that `raining` meets `rain`. */
export const stem = (word: string): string => {
  const base = word.length > 4 ? word.replace(/(?:ing|ies|es|ed|s)$/, '') : word.replace(/s$/, '')
  return base.length < 3 ? word : base.replace(/[ey]$/, '')
}
