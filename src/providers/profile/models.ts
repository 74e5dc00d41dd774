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
      /**
       * How much less may be believed of voices unlike those that were learnt. The distance is the length of the standardized
       * measures less `mean`, times the triangle `rows`, each from its diagonal on; it counts from `near` on.
       */
      far: z
        .strictObject({
          mean: z.array(z.number()),
          rows: z.array(z.array(z.number())),
          near: z.number(),
          slope: z.number(),
        })
        .optional(),
      /** Networks whose log-likelihoods are averaged; each a list of layers, with rectifiers between. */
      members: z.array(z.array(layer)),
    }),
  ),
})

type Weights = z.output<typeof schema>['models'][string]
type Far = NonNullable<Weights['far']>

/** Furthest that a measure counts from its mean, in deviations: as in training. */
const clip = 4

const softmax = (values: readonly number[]): number[] => {
  const most = Math.max(...values)
  const powers = values.map((value) => Math.exp(value - most))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

/** One layer: a row of weights for each unit, one after the other. */
class Layer {
  readonly #weights: Float64Array
  readonly #bias: Float64Array

  constructor({ weights, bias }: z.output<typeof layer>) {
    this.#weights = Float64Array.from(weights.flat())
    this.#bias = Float64Array.from(bias)
  }

  /** Two sums for each unit, so that additions need not wait for each other. */
  of(input: Float64Array): Float64Array {
    const weights = this.#weights
    const { length } = input
    const output = this.#bias.slice()
    for (let unit = 0; unit < output.length; unit += 1) {
      const row = unit * length
      let even = 0
      let odd = 0
      for (let i = 0; i + 1 < length; i += 2) {
        even += weights[row + i]! * input[i]!
        odd += weights[row + i + 1]! * input[i + 1]!
      }
      if (length % 2 === 1) even += weights[row + length - 1]! * input[length - 1]!
      output[unit]! += even + odd
    }
    return output
  }
}

const through = (network: readonly Layer[], input: Float64Array): Float64Array =>
  network.reduce(
    (values, next, depth) => next.of(depth > 0 ? values.map((value) => Math.max(0, value)) : values),
    input,
  )

const distanceOf = ({ mean, rows }: Far, input: Float64Array): number => {
  const from = input.map((value, i) => value - mean[i]!)
  let squares = 0
  for (const [i, row] of rows.entries()) {
    let sum = 0
    for (let k = 0; k < row.length; k += 1) sum += row[k]! * from[i + k]!
    squares += sum * sum
  }
  return Math.sqrt(squares)
}

/** One model. */
export class Model {
  readonly labels: readonly string[]
  readonly #weights: Weights
  readonly #members: readonly (readonly Layer[])[]

  constructor(weights: Weights) {
    this.#weights = weights
    this.#members = weights.members.map((layers) => layers.map((parts) => new Layer(parts)))
    this.labels = weights.labels
  }

  /** Likelihood of each label, in their order; they add up to 1. */
  judge(measures: ReadonlyMap<string, number>): readonly number[] {
    const { mean, deviation, temperature, far } = this.#weights
    const input = new Float64Array(mean.length)
    for (const [i, name] of this.#weights.measures.entries()) {
      const value = measures.get(name)
      if (value === undefined) throw new Error(`The voice profile has no measure ${name}.`)
      input[i] = Math.max(-clip, Math.min(clip, (value - mean[i]!) / deviation[i]!))
    }
    const members = this.#members
    const logs = new Array<number>(this.labels.length).fill(0)
    for (const member of members)
      for (const [i, likelihood] of softmax([...through(member, input)]).entries())
        logs[i]! += Math.log(likelihood + 1e-9) / members.length
    const doubt = far ? far.slope * Math.max(0, distanceOf(far, input) - far.near) : 0
    return softmax(logs.map((log) => log / (temperature + doubt)))
  }
}

/** Reads the models that ship. See `training/profile`. */
export const readModels = (): ReadonlyMap<string, Model> => {
  const { models } = schema.parse(JSON.parse(readFileSync(new URL('./weights.json', import.meta.url), 'utf8')))
  return new Map(Object.entries(models).map(([name, weights]) => [name, new Model(weights)]))
}
