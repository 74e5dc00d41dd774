/** An instruction in words → the style that it asks for. */
import { amounts, families, negations } from './families.ts'
import { plainStyle, type Style, withStyle } from './style.ts'

/** What is made of an instruction. */
export interface Understood {
  readonly style: Style
  /** Names of the families that were found in it; none: it is not understood. */
  readonly families: readonly string[]
}

const matches = (pattern: string, word: string): boolean =>
  pattern.endsWith('*') ? word.startsWith(pattern.slice(0, -1)) : word === pattern

const table = families.map(({ name, words, style }) => ({
  name,
  style,
  phrases: words.split(', ').map((phrase) => phrase.split(' ')),
}))

/** Longer instructions are read so far. */
const mostWords = 60

/** The style that an instruction asks for, always relative to the voice itself. */
export const styleOf = (instruction: string): Understood => {
  const words: (string | undefined)[] = (instruction.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? [])
    .slice(0, mostWords)
    .map((word) => word.replace('’', "'"))
  const all = words.map((word) => word ?? '')
  const found: string[] = []
  let style = plainStyle
  for (const { name, style: more, phrases } of table) {
    for (const phrase of phrases) {
      const at = words.findIndex((_, start) =>
        phrase.every((part, offset) => matches(part, words[start + offset] ?? '\n')),
      )
      if (at < 0) continue
      for (let word = at; word < at + phrase.length; word += 1) words[word] = undefined
      const [twoBefore = '', before = ''] = [all[at - 2], all[at - 1]]
      if (!negations.has(before) && !(negations.has(twoBefore) && before in amounts)) {
        if (!found.includes(name)) style = withStyle(style, more, amounts[before] ?? 1)
        found.push(name)
      }
    }
  }
  return { style, families: [...new Set(found)] }
}
