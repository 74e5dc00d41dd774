/** `npx tsx training/turns/train-prosody.ts FOLDER`: speechocean762 → the prosody half of `src/providers/turns/weights.json`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { likelihood } from '../../src/providers/turns/logistic.ts'
import { prosodyNames } from '../../src/providers/turns/prosody.ts'
import { type Sound, sounds } from './sounds.ts'

const file = new URL('../../src/providers/turns/weights.json', import.meta.url)
const all = sounds(process.argv[2] ?? '.')
const speakers = [...new Set(all.map(({ speaker }) => speaker))].sort()
const held = new Set(speakers.filter((_, index) => index % 5 === 0))
const rounds = 400
const rate = 0.5
const pull = 1e-3

const count = prosodyNames.length
const train = all.filter(({ speaker }) => !held.has(speaker))
const test = all.filter(({ speaker }) => held.has(speaker))
const means = prosodyNames.map((_, at) => train.reduce((sum, { values }) => sum + values[at]!, 0) / train.length)
const spreads = prosodyNames.map((_, at) =>
  Math.sqrt(train.reduce((sum, { values }) => sum + (values[at]! - means[at]!) ** 2, 0) / train.length),
)
const scaled = ({ values }: Sound): number[] => values.map((value, at) => (value - means[at]!) / spreads[at]!)

// Whole and cut turns weigh alike: how often each comes in a corpus of short sentences says nothing of conversations.
const share = train.filter(({ complete }) => complete).length / train.length
const rows = train.map((sound) => ({
  x: scaled(sound),
  y: sound.complete ? 1 : 0,
  weight: 0.5 / (sound.complete ? share : 1 - share),
}))
const weights = new Array<number>(count).fill(0)
let bias = 0
for (let round = 0; round < rounds; round++) {
  const slopes = weights.map((weight) => pull * weight)
  let biasSlope = 0
  for (const { x, y, weight } of rows) {
    const error =
      (weight * (likelihood(bias + x.reduce((sum, value, at) => sum + value * weights[at]!, 0)) - y)) / rows.length
    x.forEach((value, at) => {
      slopes[at]! += error * value
    })
    biasSlope += error
  }
  slopes.forEach((slope, at) => {
    weights[at]! -= rate * slope
  })
  bias -= rate * biasSlope
}
const round = (value: number): number => Number(value.toFixed(4))
const unscaled = weights.map((weight, at) => weight / spreads[at]!)
const prosody = {
  bias: round(bias - unscaled.reduce((sum, weight, at) => sum + weight * means[at]!, 0)),
  weights: unscaled.map(round),
}
const old = JSON.parse(readFileSync(file, 'utf8')) as object
writeFileSync(file, `${JSON.stringify({ ...old, prosody }).replaceAll(',"', ',\n"')}\n`)

const score = (sounds: readonly Sound[]): string => {
  const scored = sounds.map(({ values, complete }) => ({
    complete,
    p: likelihood(prosody.bias + values.reduce((sum, value, at) => sum + value * prosody.weights[at]!, 0)),
  }))
  const [whole, cut] = [true, false].map((kind) => scored.filter(({ complete }) => complete === kind).map(({ p }) => p))
  let above = 0
  for (const a of whole!) for (const b of cut!) above += a > b ? 1 : a === b ? 0.5 : 0
  const taken = (some: readonly number[]): string =>
    `${((100 * some.filter((p) => p >= 0.5).length) / some.length).toFixed(1)} %`
  return `${whole!.length} ends, ${cut!.length} pauses; an end scores above a pause in ${((100 * above) / (whole!.length * cut!.length)).toFixed(1)} %; taken for ends at 0.5: ${taken(whole!)} and ${taken(cut!)}`
}
prosodyNames.forEach((name, at) => {
  console.log(`${weights[at]!.toFixed(2).padStart(6)}  ${name}`)
})
console.log(`${speakers.length - held.size} speakers: ${score(train)}`)
console.log(`${held.size} speakers not trained on: ${score(test)}`)
