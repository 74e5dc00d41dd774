/** Impression: what the user's voice is like, smoothed over utterances so that it does not flicker. */
import type { Trait } from '../engines/voice-profiler.ts'

/** For each trait of an utterance the label that is believed, 0.5…1. Traits that leave doubt are not there. */
export type Impression = ReadonlyMap<string, { readonly label: string; readonly confidence: number }>

/** Of the newest utterance; after four more, one percent of it is left. What is sure is believed at once, what is not must last. */
const newestShare = 0.7
const leastConfidence = 0.5
/** A label that changed so many times in a row says nothing, unless it is as sure as this: moods do change. */
const mostChanges = 3
const sureConfidence = 0.8

interface Smoothed {
  readonly averages: ReadonlyMap<string, number>
  readonly label: string
  readonly changes: number
}

const smooth = (before: Smoothed | undefined, labels: Trait['labels']): Smoothed => {
  const now = new Map(labels.map(({ label, confidence }) => [label, confidence]))
  const label = labels[0]?.label ?? ''
  if (!before) return { averages: now, label, changes: 0 }
  const names = new Set([...before.averages.keys(), ...now.keys()])
  const averages = [...names].map((name): [string, number] => {
    const average = before.averages.get(name) ?? 0
    return [name, average + newestShare * ((now.get(name) ?? 0) - average)]
  })
  const isFlicker = label !== before.label && (now.get(label) ?? 0) < sureConfidence
  return { averages: new Map(averages), label, changes: isFlicker ? before.changes + 1 : 0 }
}

/** One speaker's voice over a conversation. */
export class Impressions {
  #traits: ReadonlyMap<string, Smoothed> = new Map()

  /** What is believed once this utterance has been heard; only of traits that it has. */
  hear(traits: readonly Trait[]): Impression {
    const smoothed = this.#with(traits)
    this.#traits = new Map([...this.#traits, ...smoothed])
    return believed(smoothed)
  }

  /** What would be believed if the utterance ended so. */
  foresee(traits: readonly Trait[]): Impression {
    return believed(this.#with(traits))
  }

  /** The next utterance is the first of another speaker. */
  forget(): void {
    this.#traits = new Map()
  }

  #with(traits: readonly Trait[]): ReadonlyMap<string, Smoothed> {
    const told = traits.filter(({ labels }) => labels.length > 0)
    return new Map(told.map(({ name, labels }) => [name, smooth(this.#traits.get(name), labels)]))
  }
}

const believed = (traits: ReadonlyMap<string, Smoothed>): Impression =>
  new Map(
    [...traits].flatMap(([name, { averages, changes }]) => {
      const [label = '', confidence = 0] = [...averages].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0])
      return changes >= mostChanges || confidence < leastConfidence ? [] : [[name, { label, confidence }] as const]
    }),
  )
