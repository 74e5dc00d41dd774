/** Conversion between units of measure. */
import { type Unit, units } from './data/units.ts'
import { lineOf, listed, spokenNumber, type Word } from './words.ts'

interface Named {
  readonly kind: string
  readonly unit: Unit
}

const byName: ReadonlyMap<string, Named> = new Map(
  Object.entries(units).flatMap(([kind, all]) =>
    all.flatMap((unit) => unit.names.map((name): [string, Named] => [name.toLowerCase(), { kind, unit }])),
  ),
)

/** The unit whose name, of one to three words, begins at a word; the longest name wins. */
export const unitAt = (words: readonly string[], at: number): (Named & { readonly next: number }) | undefined => {
  for (let size = 3; size > 0; size--) {
    const named = byName.get(words.slice(at, at + size).join(' '))
    if (named) return { ...named, next: at + size }
  }
  return undefined
}

const told = (value: number, { names }: Unit): string => `${spokenNumber(value)} ${value === 1 ? names[1] : names[0]}`

/** A value in another unit, of the same kind. */
export const convert = (value: number, from: Unit, to: Unit): number =>
  (value * from.factor + (from.offset ?? 0) - (to.offset ?? 0)) / to.factor

/** At most six figures that mean something: 3.106856, 0.00012. */
const readable = (value: number): number => Number(value.toPrecision(value >= 1e5 || value <= -1e5 ? 15 : 6))

/** The answer to `five feet ten in centimeters` or `how many feet are in a mile`; undefined when it is no such question. */
export const converted = (words: readonly Word[]): string | undefined => {
  const line = lineOf(words)
  const texts = line.split(' ')
  if (!/\b(?:in|to|into|as|how many|how much)\b/.test(line)) return undefined
  const amounts: { value: number; from: Named }[] = []
  let target: Named | undefined
  for (let at = 0; at < texts.length; at++) {
    const found = unitAt(texts, at)
    if (!found) continue
    const before = texts[at - 1] ?? ''
    const sign = texts[at - 2] === 'minus' || texts[at - 2] === '-' || texts[at - 2] === 'negative' ? -1 : 1
    if (/^\d/.test(before)) amounts.push({ value: sign * Number(before), from: found })
    else if (/^(?:an?|per|each)$/.test(before) && amounts.length === 0) amounts.push({ value: 1, from: found })
    else if (/^(?:in|to|into|as|many|much|degrees)$/.test(before)) target = found
    else return undefined
    at = found.next - 1
  }
  const [first] = amounts
  if (!first || !target || !amounts.every(({ value, from }) => from.kind === first.from.kind && Number.isFinite(value)))
    return undefined
  const amount = listed(amounts.map(({ value, from }) => told(value, from.unit)))
  if (first.from.kind !== target.kind)
    return `${amount} cannot be told in ${target.unit.names[0]}: one is ${first.from.kind}, the other ${target.kind}.`
  const inFirst = amounts.reduce((sum, { value, from }) => sum + convert(value, from.unit, first.from.unit), 0)
  const exact = convert(amounts.length > 1 ? inFirst : first.value, first.from.unit, target.unit)
  const value = readable(exact)
  const about = Math.abs(value - exact) > 1e-9 * Math.abs(exact) ? 'about ' : ''
  return `${amount} ${amounts.length > 1 || first.value !== 1 ? 'are' : 'is'} ${about}${told(value, target.unit)}.`
}
