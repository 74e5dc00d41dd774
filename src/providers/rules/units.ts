/** Conversion between units of measure. */
import { type Unit, units } from './data/units.ts'
import { lineOf, listed, spokenNumber, spokenResult, type Word } from './words.ts'

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

/** A value in another unit of the same kind. */
export const convert = (value: number, from: Unit, to: Unit): number =>
  (value * from.factor + (from.offset ?? 0) - (to.offset ?? 0)) / to.factor

const told = (value: number, { names }: Unit): string => `${spokenNumber(value)} ${value === 1 ? names[1] : names[0]}`

/** The answer to `five feet ten inches in centimeters` or `how many feet are in a mile`; undefined when it is none. */
export const converted = (words: readonly Word[]): string | undefined => {
  const texts = lineOf(words).split(' ')
  const amounts: { readonly value: number; readonly from: Named }[] = []
  let target: Named | undefined
  for (let at = 0; at < texts.length; at++) {
    const found = unitAt(texts, at)
    if (!found) continue
    const before = texts[at - 1] ?? ''
    const sign = /^(?:minus|negative|-)$/.test(texts[at - 2] ?? '') ? -1 : 1
    if (/^(?:\d+(?:\.\d+)?|an?)$/.test(before))
      amounts.push({ value: sign * Number(before.replace(/an?/, '1')), from: found })
    else if (/^(?:in|to|into|as|many|much|degrees)$/.test(before)) target = found
    else return undefined
    at = found.next - 1
  }
  const [first] = amounts
  if (!first || !target || amounts.some(({ from }) => from.kind !== first.from.kind)) return undefined
  const amount = listed(amounts.map(({ value, from }) => told(value, from.unit)))
  if (first.from.kind !== target.kind) return `I cannot tell ${first.from.kind} in ${target.unit.names[0]}.`
  const whole = amounts.reduce((sum, { value, from }) => sum + convert(value, from.unit, first.from.unit), 0)
  const exact = convert(amounts.length > 1 ? whole : first.value, first.from.unit, target.unit)
  const { names } = target.unit
  const verb = amount.startsWith('1 ') && amounts.length === 1 ? 'is' : 'are'
  return `${amount} ${verb} ${spokenResult(exact)} ${Math.abs(exact - 1) < 1e-9 ? names[1] : names[0]}.`
}
