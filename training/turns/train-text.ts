/** `npx tsx training/turns/train-text.ts FOLDER`: texts → the text half of `src/providers/turns/weights.json`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { likelihood, logOdds, type Weights } from '../../src/providers/turns/logistic.ts'
import { textFeatures } from '../../src/providers/turns/text.ts'
import { type Example, examples, randomNumbers } from './texts.ts'

const folder = process.argv[2] ?? '.'
const file = new URL('../../src/providers/turns/weights.json', import.meta.url)

/** Features that are seen less often than this tell nothing of people in general. */
const leastSeen = 20
/** Weights below this hardly move a likelihood. */
const leastWeight = 0.3
const rounds = 10
const rate = 0.3
const pull = 3e-4

/**
 * Novels are not spoken, so they count half. Cuts count less than ends: people pause at the places of random cuts less
 * often than they end turns, and many a cut leaves what could be a whole turn.
 */
const weightOf = (complete: boolean, source: string): number =>
  source === 'scripted' ? 1 : (source === 'prose' ? 0.5 : 1) * (complete ? 1 : 0.5)

const learn = (all: readonly Example[]): Weights => {
  const named = all.map(({ words, complete, source }) => ({
    names: textFeatures(words),
    complete,
    weight: weightOf(complete, source),
  }))
  const seen = new Map<string, number>()
  for (const { names } of named) for (const name of names) seen.set(name, (seen.get(name) ?? 0) + 1)
  const index = new Map([...seen].filter(([, count]) => count >= leastSeen).map(([name], at) => [name, at]))
  const coded = named.map(({ names, complete, weight }) => ({
    at: names.flatMap((name) => index.get(name) ?? []),
    complete: complete ? 1 : 0,
    weight,
  }))
  const weights = new Float64Array(index.size)
  const steps = new Float64Array(index.size).fill(1e-6)
  let taken = 0
  let means = 0
  const mean = new Float64Array(index.size)
  const random = randomNumbers(3)
  for (let round = 0; round < rounds; round++) {
    for (let at = coded.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1))
      ;[coded[at], coded[other]] = [coded[other]!, coded[at]!]
    }
    for (const { at, complete, weight } of coded) {
      const odds = at.reduce((sum, one) => sum + weights[one]!, 0)
      const error = weight * (likelihood(odds) - complete)
      for (const one of at) {
        const slope = error + pull * weights[one]!
        steps[one]! += slope * slope
        weights[one]! -= (rate * slope) / Math.sqrt(steps[one]!)
      }
      taken += 1
      // Weights still move at the end: their mean over the later rounds errs less than where they happen to stop.
      if (round >= rounds / 2 && taken % 2000 === 0) {
        means += 1
        for (let one = 0; one < mean.length; one++) mean[one]! += (weights[one]! - mean[one]!) / means
      }
    }
  }
  return Object.fromEntries(
    [...index]
      .map(([name, at]) => [name, Number(mean[at]!.toFixed(2))] as const)
      .filter(([, weight]) => Math.abs(weight) >= leastWeight)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

const weights = learn(examples(folder, 'train'))
const old = JSON.parse(readFileSync(file, 'utf8')) as object
writeFileSync(file, `${JSON.stringify({ ...old, text: weights }, null, 0).replaceAll(',"', ',\n"')}\n`)
console.log(`${Object.keys(weights).length} weights`)

for (const source of ['commands', 'banking', 'restaurant', 'prose']) {
  const tests = examples(folder, 'test').filter((one) => one.source === source)
  const scored = tests.map(({ words, complete }) => ({
    complete,
    p: likelihood(logOdds(textFeatures(words), weights)),
  }))
  const share = (complete: boolean, least: number): string => {
    const some = scored.filter((one) => one.complete === complete)
    return `${((100 * some.filter(({ p }) => p >= least).length) / some.length).toFixed(1)} %`
  }
  console.log(
    `${source}: ${scored.length} examples; taken for complete at 0.5: ${share(true, 0.5)} of whole, ${share(false, 0.5)} of cut; at 0.6: ${share(true, 0.6)}, ${share(false, 0.6)}; at 0.8: ${share(true, 0.8)}, ${share(false, 0.8)}`,
  )
}
