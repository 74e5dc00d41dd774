/** Arithmetic, written or spoken: a small parser of its own. */
import { lineOf, spokenNumber, type Word } from './words.ts'

/** Phrases → operators, longest meaning first. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/ (?:raised )?to the power(?: of)? /g, ' ^ '],
  [/ (?:multiplied by|times|x|×) /g, ' * '],
  [/ (?:divided by|over|÷) /g, ' / '],
  [/ (?:the )?square root of /g, ' sqrt '],
  [/ square root /g, ' sqrt '],
  [/ (?:open|left) (?:parenthesis|parentheses|paren|bracket) /g, ' ( '],
  [/ (?:close|closed|right) (?:parenthesis|parentheses|paren|bracket) /g, ' ) '],
  [/ (?:modulo|mod) /g, ' mod '],
  [/ (?:a |1 )?half of /g, ' half '],
  [/ (?:twice|double) /g, ' 2 * '],
  [/ plus /g, ' + '],
  [/ (?:minus|negative|less) /g, ' - '],
  [/ percent /g, ' % '],
  [/ squared /g, ' ^ 2 '],
  [/ cubed /g, ' ^ 3 '],
]

/** Orders to calculate → the expression. */
const orders: readonly (readonly [RegExp, (a: string, b: string) => string])[] = [
  [/^ subtract (.+) from (.+) $/, (a, b) => `( ${b} ) - ( ${a} )`],
  [/^ add (.+) (?:and|to) (.+) $/, (a, b) => `( ${a} ) + ( ${b} )`],
  [/^ (?:multiply|(?:the )?product of) (.+) (?:by|and|with) (.+) $/, (a, b) => `( ${a} ) * ( ${b} )`],
  [/^ divide (.+) by (.+) $/, (a, b) => `( ${a} ) / ( ${b} )`],
  [/^ (?:the )?sum of (.+) and (.+) $/, (a, b) => `( ${a} ) + ( ${b} )`],
  [/^ (?:the )?difference (?:between|of) (.+) and (.+) $/, (a, b) => `abs ( ( ${a} ) - ( ${b} ) )`],
  [/^ increase (.+) by (.+) $/, (a, b) => `( ${a} ) + ${b}`],
  [/^ decrease (.+) by (.+) $/, (a, b) => `( ${a} ) - ${b}`],
]

const asked =
  /^ (?:(?:please|and|so|now|okay|ok|hey|tell|me|us|can|could|you|calculate|compute|work|out|what|how|much|is|are|equals|do|does|make|the result of|i|want|to|know|solve|evaluate) )+/
const end = /(?: (?:equals?|equal to|=|please|makes?|is|what))+ $/

const longestExpression = 60

/** The value of an expression whose tokens are parted by spaces; undefined when it is none. Percent after + or - is of what stands before. */
export const evaluate = (expression: string): number | undefined => {
  const tokens = expression.trim().split(/ +/)
  let at = 0
  if (tokens.length > longestExpression) return undefined
  const take = (...wanted: readonly string[]): string | undefined =>
    wanted.includes(tokens[at] ?? '') ? tokens[at++] : undefined
  const sum = (): number => {
    let value = product()
    for (let sign = take('+', '-'); sign; sign = take('+', '-')) {
      const from = at
      const other = product()
      const isShare = tokens[at - 1] === '%' && at - from === 2
      const change = isShare ? value * other : other
      value += sign === '+' ? change : -change
    }
    return value
  }
  const product = (): number => {
    let value = signed()
    for (let sign = take('*', '/', 'mod', 'of'); sign; sign = take('*', '/', 'mod', 'of')) {
      const other = signed()
      value = sign === '/' ? value / other : sign === 'mod' ? value % other : value * other
    }
    return value
  }
  const signed = (): number => {
    if (take('-')) return -signed()
    if (take('sqrt')) return Math.sqrt(signed())
    if (take('half')) return signed() / 2
    if (take('abs')) return Math.abs(signed())
    const value = share()
    return take('^') ? value ** signed() : value
  }
  const share = (): number => {
    let value = atom()
    while (take('%')) value /= 100
    return value
  }
  const atom = (): number => {
    if (take('(')) {
      const value = sum()
      if (!take(')')) at = Number.POSITIVE_INFINITY
      return value
    }
    const text = tokens[at++] ?? ''
    if (!/^\d+(?:\.\d+)?$/.test(text)) at = Number.POSITIVE_INFINITY
    return Number(text)
  }
  const value = sum()
  return at === tokens.length ? value : undefined
}

const spoken: Readonly<Record<string, string>> = {
  '+': 'plus',
  '-': 'minus',
  '*': 'times',
  '/': 'divided by',
  '^': 'to the power of',
  '%': 'percent',
  half: 'half of',
  sqrt: 'the square root of',
}

/** The answer to a sum; undefined when the words are none. */
export const calculated = (words: readonly Word[]): string | undefined => {
  let line = ` ${lineOf(words)} `
    .replace(end, ' ')
    .replace(asked, ' ')
    .replace(/ an? (?=\d)/g, ' ')
  for (const [phrase, sign] of phrases) line = line.replace(phrase, sign).replace(phrase, sign)
  const order = orders.find(([form]) => form.test(line))
  const expression = order ? line.replace(order[0], (_, a: string, b: string) => order[1](a, b)) : line
  if (!/\d/.test(expression) || !/[-+*/^%]|sqrt|mod|half/.test(expression)) return undefined
  const value = evaluate(expression)
  if (value === undefined) return undefined
  if (Number.isNaN(value) || Math.abs(value) === Number.POSITIVE_INFINITY)
    return /\/|mod/.test(expression) && !/\^/.test(expression)
      ? 'Dividing by zero has no answer.'
      : 'I cannot work that out: it is too large, or has no real answer.'
  const told = order || /[()]/.test(line) ? 'That' : line.trim().replace(/\S+/g, (part) => spoken[part] ?? part)
  const rounded = Number(Math.abs(value).toFixed(6)) !== Math.abs(value) && Math.abs(value) < 1e15
  return `${told.charAt(0).toUpperCase()}${told.slice(1)} is ${rounded ? 'about ' : ''}${spokenNumber(value)}.`
}
