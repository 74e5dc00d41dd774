/** What was said, as words to reason about: lower case, contractions undone, spoken numbers as digits. */
import { multipliers, readings, smallNumbers } from './data/language.ts'

/** How many characters of an utterance are considered: bounds the work that any message can cause. */
export const consideredLength = 600

/** One word. `said` is as it came; `ends`: a mark follows. */
export interface Word {
  readonly text: string
  readonly said: string
  readonly number?: number
  readonly ends?: boolean
}

const token = /\d+(?:,\d{3})*(?:\.\d+)?|\p{L}[\p{L}\p{M}'’]*|[-+*/^()%=]|[,;.?!:]/gu

/** The words of an utterance. */
export const wordsOf = (utterance: string): readonly Word[] => {
  const words: Word[] = []
  let text = utterance.slice(0, consideredLength)
  for (const [form, reading] of readings) text = text.replace(form, reading)
  for (const [said] of text.matchAll(token)) {
    if (/^[,;.?!:]$/.test(said)) words.push(...words.splice(-1).map((last) => ({ ...last, ends: true })))
    else if (/^\d/.test(said)) words.push({ text: said, said, number: Number(said.replaceAll(',', '')) })
    else words.push({ text: said.toLowerCase(), said })
  }
  return withNumbers(words)
}

/** The words as one line without marks. */
export const lineOf = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ')

/** Puts number words together: `two hundred and five point one` → 205.1. */
const withNumbers = (words: readonly Word[]): readonly Word[] => {
  const result: Word[] = []
  for (let at = 0; at < words.length; ) {
    const { value, next } = numberAt(words, at)
    const said = words.slice(at, next).map((word) => word.said)
    const number = { text: String(value), said: said.join(' '), number: value, ends: words[next - 1]?.ends ?? false }
    result.push(next > at ? number : words[at]!)
    at = Math.max(next, at + 1)
  }
  return result
}

/** The number that begins at a word, and the word after it. A mark ends it. */
const numberAt = (words: readonly Word[], start: number): { readonly value: number; readonly next: number } => {
  const textAt = (at: number): string => (at > start && words[at - 1]?.ends ? '' : (words[at]?.text ?? ''))
  let total = 0
  let group = words[start]?.number
  let at = group === undefined ? start : start + 1
  for (; ; at++) {
    const small = smallNumbers.get(textAt(at))
    const factor = multipliers.get(textAt(at))
    const isOpen = group === undefined || (group > 0 && group % 100 === 0)
    const isTens = group !== undefined && group % 100 >= 20 && group % 10 === 0
    if (small !== undefined && (isOpen || (isTens && small > 0 && small < 10))) group = (group ?? 0) + small
    else if (factor !== undefined && group !== undefined) {
      if (factor > 100) total += group * factor
      group = factor > 100 ? undefined : group * factor
    } else if (at === start || !isOpen || textAt(at) !== 'and' || !smallNumbers.has(textAt(at + 1))) break
  }
  let digits = ''
  const digitAt = (place: number): number => smallNumbers.get(textAt(place)) ?? 10
  if (textAt(at) === 'point' && digitAt(at + 1) < 10) for (at++; digitAt(at) < 10; at++) digits += digitAt(at)
  return { value: Number(`${total + (group ?? 0)}${digits && `.${digits}`}`), next: at }
}

/** A number to be spoken, with as many digits as one cares to hear. */
export const spokenNumber = (value: number): string => {
  const size = Math.abs(value)
  const near = Number(size < 1 || size >= 1e15 ? size.toPrecision(4) : size.toFixed(2))
  const about = Math.abs(size - near) > 1e-9 * size ? 'about ' : ''
  return `${about}${value < 0 ? 'minus ' : ''}${String(near).replace(/e\+?/, ' times 10 to the power ')}`
}

/** `one, two and three`. */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

/** With a capital at the start. */
export const withCapital = (text: string): string => text.replace(/^\P{L}?\p{Ll}/u, (start) => start.toUpperCase())

/** A capital at the start, a mark at the end. */
export const sentence = (text: string): string => withCapital(text.trim()).replace(/(?<![.!?])$/, '.')

/** With a capital at the start of every word, unless it has capitals of its own. */
export const asName = (text: string): string =>
  /\p{Lu}/u.test(text) ? text : text.replace(/(?<![\p{L}'])\p{L}/gu, (letter) => letter.toUpperCase())

/** The words of an identifier: `getWeather_now` → get, weather, now. */
export const wordsOfName = (name: string): readonly string[] => {
  const parted = name.slice(0, 500).replace(/(?<=[a-z\d])(?=[A-Z])/g, ' ')
  return parted.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

/** A word without its ending, so that `raining` meets `rain`. */
export const stem = (word: string): string => {
  const base = word.length > 4 ? word.replace(/(?:ing|ies|es|ed|s)$/, '') : word.replace(/s$/, '')
  return base.length < 3 ? word : base.replace(/[ey]$/, '')
}
