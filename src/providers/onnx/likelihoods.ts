/** What a model gives → likelihoods of labels. */
import type { Likelihoods } from '../shared/steady.ts'
import type { Classes, Ranges } from './description.ts'

/** The logistic curve with this standard deviation. */
const logistic = (x: number, deviation: number): number =>
  1 / (1 + Math.exp((-x * Math.PI) / (Math.sqrt(3) * deviation)))

const ofClasses = ({ labels, activation, temperature }: Classes, values: readonly number[]): Likelihoods => {
  if (values.length !== labels.length)
    throw new RangeError(`The model gives ${values.length} values for ${labels.length} labels.`)
  const most = Math.max(...values)
  const powers = activation === 'none' ? values : values.map((value) => Math.exp((value - most) / temperature))
  const sums = new Map<string, number>()
  for (const [place, name] of labels.entries())
    if (name !== null) sums.set(name, (sums.get(name) ?? 0) + Math.max(0, powers[place]!))
  const sum = [...sums.values()].reduce((total, value) => total + value, 0) || 1
  return new Map([...sums].map(([name, value]) => [name, value / sum]))
}

const ofRanges = ({ ranges, scale, deviation }: Ranges, [value = Number.NaN]: readonly number[]): Likelihoods => {
  let below = 0
  return new Map(
    ranges.map(({ label, below: limit }, place) => {
      const upTo = place === ranges.length - 1 || limit === undefined ? 1 : logistic(limit - value * scale, deviation)
      const share = Math.max(0, upTo - below)
      below = Math.max(below, upTo)
      return [label, share]
    }),
  )
}

/** They add up to 1. Throws where the model gives something else than was described. */
export const likelihoodsOf = (trait: Classes | Ranges, values: readonly number[]): Likelihoods => {
  if (values.length === 0 || values.some((value) => !Number.isFinite(value)))
    throw new RangeError(`The model gives no numbers for ${trait.trait}.`)
  return trait.type === 'classes' ? ofClasses(trait, values) : ofRanges(trait, values)
}
