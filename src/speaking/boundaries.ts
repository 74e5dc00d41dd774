/** Where a text may be cut: ends of sentences and clauses, and what only looks like one. */

/** A place to cut, just after the marks and before the space. */
export interface Boundary {
  readonly type: 'sentence' | 'clause'
  readonly end: number
}

const closers = /["'”’»)\]}*_`」』）】》〉]/
const noBoundaryAfter = new Set(
  (
    'mr mrs ms mx dr prof st mt ft gen col maj capt lt sgt cpl rev fr hon gov sen rep pres messrs mme mlle hr sr sra ' +
    'vs e.g i.e cf viz al approx dept est fig figs vol pp p ca nr no nos art sec ch ed eds min max tel ext ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun bzw z.b d.h u.a usw ggf'
  ).split(' '),
)
/** These end a sentence when a capital letter follows. */
const maybeBoundaryAfter = new Set(
  'etc inc ltd co corp bros jr sr a.m p.m am pm u.s u.k u.n e.u d.c b.c a.d ph.d'.split(' '),
)
/** In a sentence these stand before a number; alone they are words. */
const beforeNumber = new Set(
  'no nos art sec ch p pp fig figs vol min max est mar may sat sun wed mon ed ext'.split(' '),
)

/** Whether a character is part of a word. */
export const isLetterOrDigit = (char: string): boolean =>
  /[a-z0-9]/i.test(char) || (char > '\u007f' && /[\p{L}\p{N}\p{M}\ud800-\udfff]/u.test(char))

const isSpace = (char: string): boolean => /\s/.test(char)
const isDigit = (char: string | undefined): boolean => char !== undefined && /\d/.test(char)

/** So many marks or spaces are looked at: a text that is nothing else is not waited for. */
const longestRun = 100

const endOf = (text: string, from: number, pattern: RegExp): number => {
  let at = from
  while (at < text.length && at < from + longestRun && pattern.test(text[at]!)) at += 1
  return at
}

/** The first character after the space that begins at `at`; undefined when it is not known yet. */
const afterSpace = (text: string, at: number): string | undefined => text[endOf(text, at, /\s/)]

/** A stop after a number that begins a line: of a list. */
const isListNumber = (text: string, stop: number, begun: boolean): boolean => {
  const digits = /(^|\n)[ \t]*\d{1,3}$/.exec(text.slice(Math.max(0, stop - 12), stop))
  return digits !== null && (digits[1] === '\n' || (!begun && stop <= 12))
}

/** What a single full stop with space after it is. */
const afterStop = (text: string, stop: number, end: number, begun: boolean): Boundary | 'unsure' | undefined => {
  const sentence: Boundary = { type: 'sentence', end }
  if (isListNumber(text, stop, begun)) return undefined
  const word = /[\p{L}\p{N}.]*$/u.exec(text.slice(Math.max(0, stop - 12), stop))![0]
  const lower = word.toLowerCase()
  // An initial, such as in J. S. Bach; but not the word I.
  if (/^\p{Lu}$/u.test(word) && word !== 'I') return undefined
  if (beforeNumber.has(lower)) {
    const next = afterSpace(text, end)
    if (next === undefined) return 'unsure'
    return isDigit(next) ? undefined : sentence
  }
  if (noBoundaryAfter.has(lower)) return undefined
  if (maybeBoundaryAfter.has(lower) || /^(\p{L}\.)+\p{L}$/u.test(word)) {
    const next = afterSpace(text, end)
    if (next === undefined) return 'unsure'
    return /\p{Lu}|["“«¿¡[(*_#]/u.test(next) ? sentence : undefined
  }
  return sentence
}

const atSentenceMark = (text: string, at: number, begun: boolean): Boundary | 'unsure' | undefined => {
  const marksEnd = endOf(text, at, /[.!?…‽؟]/)
  const end = endOf(text, marksEnd, closers)
  if (end >= text.length) return 'unsure'
  if (!isSpace(text[end]!)) return undefined
  const marks = text.slice(at, marksEnd)
  if (/^(\.{2,}|…+)$/.test(marks)) return { type: 'clause', end }
  return marks === '.' ? afterStop(text, at, end, begun) : { type: 'sentence', end }
}

const atClauseMark = (text: string, at: number): Boundary | 'unsure' | undefined => {
  const end = endOf(text, at + 1, closers)
  if (end >= text.length) return 'unsure'
  if (!isSpace(text[end]!)) return undefined
  if (!isDigit(text[at - 1])) return { type: 'clause', end }
  const next = afterSpace(text, end)
  if (next === undefined) return 'unsure'
  return isDigit(next) ? undefined : { type: 'clause', end }
}

const atDash = (text: string, at: number): Boundary | 'unsure' | undefined => {
  const end = endOf(text, at, /[—–―]/)
  const next = afterSpace(text, end)
  if (next === undefined) return 'unsure'
  const before = text
    .slice(Math.max(0, at - 8), at)
    .trimEnd()
    .at(-1)
  return isDigit(before) && isDigit(next) ? undefined : { type: 'clause', end }
}

/** A blank line ends a sentence, and so does the line before a heading or a list; other lines may just be short. */
const atNewline = (text: string, at: number): Boundary | 'unsure' => {
  const end = endOf(text, at, /\s/)
  const next = text[end]
  const blank = text.slice(at + 1, end).includes('\n')
  if (next === undefined) return blank ? { type: 'sentence', end: at } : 'unsure'
  return { type: blank || /[-*+•#>\d]/.test(next) ? 'sentence' : 'clause', end: at }
}

/** What the character at `at` ends. `begun`: the text does not begin a line. `unsure`: it depends on what follows. */
export const boundaryAt = (text: string, at: number, begun: boolean): Boundary | 'unsure' | undefined => {
  const char = text[at]!
  if (/[.!?…‽؟]/.test(char)) return atSentenceMark(text, at, begun)
  if (/[,;:،؛]/.test(char)) return atClauseMark(text, at)
  if (/[。！？｡।॥、，；：]/.test(char)) {
    const end = endOf(text, endOf(text, at + 1, /[。！？｡।॥]/), closers)
    if (end >= text.length) return 'unsure'
    return { type: /[、，；：]/.test(char) ? 'clause' : 'sentence', end }
  }
  if (/[—–―]/.test(char)) return atDash(text, at)
  if (char === '-' && text[at - 1] === ' ' && text[at - 2] !== '\n') {
    if (at + 1 >= text.length) return 'unsure'
    return text[at + 1] === ' ' ? { type: 'clause', end: at + 1 } : undefined
  }
  return char === '\n' ? atNewline(text, at) : undefined
}
