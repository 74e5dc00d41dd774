/** The trained models: small networks that take measures of a voice and give likelihoods of labels. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const layer = z.strictObject({ weights: z.array(z.array(z.number())), bias: z.array(z.number()) })
const schema = z.strictObject({
  models: z.record(
    z.string(),
    z.strictObject({
      labels: z.array(z.string()),
      /** Names of the measures, in the order of the inputs. */
      measures: z.array(z.string()),
      mean: z.array(z.number()),
      deviation: z.array(z.number()),
      /** What log-likelihoods are divided by, so that they mean what they say: set on speakers that were held back. */
      temperature: z.number().positive(),
      /** Networks whose log-likelihoods are averaged; each a list of layers, with rectifiers between. */
      members: z.array(z.array(layer)),
    }),
  ),
})

type Weights = z.output<typeof schema>['models'][string]

/** Furthest that a measure counts from its mean, in deviations: as in training. */
const clip = 4

const softmax = (values: readonly number[]): number[] => {
  const most = Math.max(...values)
  const powers = values.map((value) => Math.exp(value - most))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

const through = (network: Weights['members'][number], input: readonly number[]): readonly number[] =>
  network.reduce<readonly number[]>(
    (values, { weights, bias }, depth) =>
      weights.map((row, unit) => {
        let sum = bias[unit]!
        for (let i = 0; i < row.length; i += 1) sum += row[i]! * values[i]!
        return depth < network.length - 1 ? Math.max(0, sum) : sum
      }),
    input,
  )

/** One model. */
export class Model {
  readonly labels: readonly string[]
  readonly #weights: Weights

  constructor(weights: Weights) {
    this.#weights = weights
    this.labels = weights.labels
  }

  /** Likelihood of each label, in their order; they add up to 1. */
  judge(measures: ReadonlyMap<string, number>): readonly number[] {
    const { mean, deviation, members, temperature } = this.#weights
    const input = this.#weights.measures.map((name, i) => {
      const value = measures.get(name)
      if (value === undefined) throw new Error(`The voice profile has no measure ${name}.`)
      return Math.max(-clip, Math.min(clip, (value - mean[i]!) / deviation[i]!))
    })
    const logs = new Array<number>(this.labels.length).fill(0)
    for (const member of members)
      for (const [i, likelihood] of softmax(through(member, input)).entries())
        logs[i]! += Math.log(likelihood + 1e-9) / members.length
    return softmax(logs.map((log) => log / temperature))
  }
}

/** Reads the models that ship. See `training/profile`. */
export const readModels = (): ReadonlyMap<string, Model> => {
  const { models } = schema.parse(JSON.parse(readFileSync(new URL('./weights.json', import.meta.url), 'utf8')))
  return new Map(Object.entries(models).map(([name, weights]) => [name, new Model(weights)]))
}
