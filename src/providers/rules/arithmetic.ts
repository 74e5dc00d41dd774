/** Arithmetic, written or spoken: a small parser of its own. */
import { asked, askedAfter, orders, signs, spokenSigns } from './data/arithmetic.ts'
import { lineOf, spokenResult, type Word, withCapital } from './words.ts'

const longestExpression = 60

/** Sign between two values → how strongly it binds, and what it does. */
const between: ReadonlyMap<string, readonly [number, (a: number, b: number) => number]> = new Map([
  ['+', [1, (a, b) => a + b]],
  ['-', [1, (a, b) => a - b]],
  ['*', [2, (a, b) => a * b]],
  ['of', [2, (a, b) => a * b]],
  ['off', [2, (a, b) => b - a * b]],
  ['/', [2, (a, b) => a / b]],
  ['mod', [2, (a, b) => a % b]],
  ['^', [3, (a, b) => a ** b]],
])
/** Sign before a value. All but the minus bind less than a power. */
const before: ReadonlyMap<string, (value: number) => number> = new Map([
  ['-', (value) => -value],
  ['sqrt', Math.sqrt],
  ['half', (value) => value / 2],
  ['abs', Math.abs],
])

/** The value of tokens parted by spaces; undefined when they are no expression. `200 + 10 %` is 220, as on a calculator. */
const evaluate = (expression: string): number | undefined => {
  const tokens = expression.trim().split(/ +/)
  if (tokens.length > longestExpression) return undefined
  let at = 0
  const binary = (least: number): number => {
    let value = unary()
    for (;;) {
      const [strength, apply] = between.get(tokens[at] ?? '') ?? [0]
      if (!apply || strength < least) return value
      const start = ++at
      const right = binary(strength === 3 ? 3 : strength + 1)
      const isShare = strength === 1 && at === start + 2 && tokens[at - 1] === '%'
      value = apply(value, isShare ? value * right : right)
    }
  }
  const unary = (): number => {
    const apply = before.get(tokens[at] ?? '')
    if (apply) {
      at++
      return apply(binary(3))
    }
    const token = tokens[at++] ?? ''
    let value = token === '(' ? binary(1) : /^\d+(?:\.\d+)?$/.test(token) ? Number(token) : Number.NaN
    const isWrong = token === '(' ? tokens[at++] !== ')' : Number.isNaN(value)
    if (isWrong) at = Number.POSITIVE_INFINITY
    for (; tokens[at] === '%'; at++) value /= 100
    return value
  }
  const value = binary(1)
  return at === tokens.length ? value : undefined
}

/** The answer to a sum; undefined when the words are none. */
export const calculated = (words: readonly Word[]): string | undefined => {
  let line = ` ${lineOf(words)} `.replace(askedAfter, ' ').replace(asked, ' ')
  for (const [phrase, sign] of signs) line = line.replace(phrase, sign)
  const order = orders.find(([form]) => form.test(line))
  const expression = order ? line.replace(...order) : line
  if (!/\d/.test(expression) || !/[-+*/^%]|sqrt|mod|half/.test(expression)) return undefined
  const value = evaluate(expression)
  if (value === undefined) return undefined
  if (!Number.isFinite(value)) return 'I cannot work that out: it divides by zero, is too large, or has no real answer.'
  const told = order || /[()]/.test(line) ? 'that' : line.trim().replace(/\S+/g, (part) => spokenSigns[part] ?? part)
  return `${withCapital(told)} is ${spokenResult(value)}.`
}
