/** Arithmetic, written or spoken: a small parser of its own. */
import { asked, askedAfter, orders, signs, spokenSigns } from './data/arithmetic.ts'
import { spokenNumber, withCapital } from './words.ts'

/** Sign between two values → how strongly it binds, and what it does. */
const operators: ReadonlyMap<string, readonly [number, (a: number, b: number) => number]> = new Map([
  ['+', [1, (a, b) => a + b]],
  ['-', [1, (a, b) => a - b]],
  ['*', [2, (a, b) => a * b]],
  ['of', [2, (a, b) => a * b]],
  ['/', [2, (a, b) => a / b]],
  ['^', [3, (a, b) => a ** b]],
])

/** The value of tokens parted by spaces; not a number when they are no expression. */
const evaluate = (tokens: readonly string[]): number => {
  let at = 0
  const expression = (least: number): number => {
    let value = term()
    for (;;) {
      const [strength, apply] = operators.get(tokens[at] ?? '') ?? [0]
      if (!apply || strength < least) return value
      at++
      value = apply(value, expression(strength + 1))
    }
  }
  const term = (): number => {
    const token = tokens[at++] ?? ''
    if (token === '-') return -expression(3)
    if (token === 'sqrt') return Math.sqrt(expression(3))
    let value = token === '(' ? expression(1) : Number(token || Number.NaN)
    if (token === '(' && tokens[at++] !== ')') value = Number.NaN
    for (; tokens[at] === '%'; at++) value /= 100
    return value
  }
  const value = expression(1)
  return at === tokens.length ? value : Number.NaN
}

/** The answer to a sum; undefined when the line is none. */
export const calculation = (line: string): string | undefined => {
  let sum = ` ${line} `.replace(askedAfter, ' ').replace(asked, ' ')
  for (const [phrase, sign] of signs) sum = sum.replace(phrase, sign)
  const order = orders.find(([form]) => form.test(sum))
  const tokens = (order ? sum.replace(...order) : sum).trim().split(/ +/)
  if (tokens.length < 2 || !/\d/.test(sum)) return undefined
  const value = evaluate(tokens)
  if (Number.isNaN(value)) return undefined
  if (!Number.isFinite(value)) return 'I cannot work that out: it divides by zero or is too large.'
  const told = order || /[()]/.test(sum) ? 'that' : tokens.map((part) => spokenSigns[part] ?? part).join(' ')
  return `${withCapital(told)} is ${spokenNumber(value)}.`
}
