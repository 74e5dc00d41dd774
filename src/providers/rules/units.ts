/** Conversion between units of measure. */
import { units } from './data/units.ts'
import { spokenNumber } from './words.ts'

const byName = new Map(
  Object.entries(units).flatMap(([kind, all]) =>
    all.flatMap((unit) => unit.names.map((name) => [name.toLowerCase(), { kind, unit }] as const)),
  ),
)
const names = [...byName.keys()].sort((a, b) => b.length - a.length).join('|')
const amount = new RegExp(`(minus |- )?\\b(\\d+(?:\\.\\d+)?|an?) (${names})\\b`)
const target = new RegExp(`\\b(?:in|to|into|many) (${names})\\b`)

/** A number of one unit in another, by the names of both; undefined where they do not measure the same. */
export const converted = (value: number, from: string, to: string): number | undefined => {
  const [own, other] = [byName.get(from), byName.get(to)]
  if (own === undefined || own.kind !== other?.kind) return undefined
  return (value * own.unit.factor + (own.unit.offset ?? 0) - (other.unit.offset ?? 0)) / other.unit.factor
}

const told = (value: number, name: string): string =>
  `${spokenNumber(value)} ${byName.get(name)!.unit.names[value === 1 ? 1 : 0]}`

/** The answer to `five miles in kilometers` or `how many feet are in a mile`; undefined when it is none. */
export const conversion = (line: string): string | undefined => {
  const [, sign, count = '', from = ''] = amount.exec(line) ?? []
  const to = target.exec(line)?.[1]
  if (to === undefined || from === '' || /\d \D+\d/.test(line)) return undefined
  const value = (sign ? -1 : 1) * Number(count.replace(/an?/, '1'))
  const result = converted(value, from, to)
  if (result === undefined) return `I cannot tell ${byName.get(from)!.kind} in ${byName.get(to)!.unit.names[0]}.`
  return `${told(value, from)} ${value === 1 ? 'is' : 'are'} ${told(result, to)}.`
}
