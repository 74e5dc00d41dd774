/** Labels that do not flicker: likelihoods smoothed from one moment to the next, and a lead before a label gives way. */
import type { Trait } from '../../engines/voice-profiler.ts'

/** How much of what was believed stays, from one half second to the next. */
const memory = 0.5
/** A label gives way only to one that is so much likelier. */
const lead = 0.12

export type Likelihoods = ReadonlyMap<string, number>

/** One signal of one speaker. */
export class Steady {
  readonly #name: string
  /** Best labels less likely than this are not said: `unclear` is. 0 where something always is. */
  readonly #least: number
  #believed: Map<string, number> | undefined
  #told: string | undefined

  constructor(name: string, least = 0) {
    this.#name = name
    this.#least = least
  }

  /** What is to be told after `now` was measured: likelihoods that add up to 1. Best first. */
  next(now: Likelihoods): Trait {
    const before = this.#believed
    const believed = new Map(
      [...now].map(([label, likelihood]) => [
        label,
        before ? memory * (before.get(label) ?? 0) + (1 - memory) * likelihood : likelihood,
      ]),
    )
    this.#believed = believed
    const best = [...believed].reduce((a, b) => (b[1] > a[1] ? b : a))
    const kept = this.#told === undefined ? undefined : believed.get(this.#told)
    // The label that was told stays while none is clearly better; the two then share what they have.
    if (kept === undefined || best[1] > kept + lead) this.#told = best[0]
    else if (this.#told !== best[0]) {
      const shared = (best[1] + kept) / 2
      believed.set(best[0], shared)
      believed.set(this.#told as string, shared)
    }
    return this.#trait(believed)
  }

  #trait(believed: Likelihoods): Trait {
    const top = believed.get(this.#told as string) ?? 0
    const unclear = top < this.#least
    const labels = [...believed].map(([label, likelihood]) => ({
      label,
      confidence: unclear ? likelihood * top : likelihood,
    }))
    labels.sort((a, b) => b.confidence - a.confidence || (a.label === this.#told ? -1 : b.label === this.#told ? 1 : 0))
    return {
      name: this.#name,
      // What the best label lacks: always more than it has, or it would be told.
      labels: unclear ? [{ label: 'unclear', confidence: 1 - top }, ...labels] : labels,
    }
  }
}
