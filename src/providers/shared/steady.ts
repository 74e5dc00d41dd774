/** Labels that do not flicker: likelihoods smoothed from one half second to the next, and a lead before a label gives way. */
import type { Trait } from '../../engines/voice-profiler.ts'

/** A label gives way only to one that is so much likelier. */
const lead = 0.3
/** `unclear` comes and goes only so far beyond its limit. */
const slack = 0.15
/** So many times nothing is told yet while no label is sure: what is told first is hard to take back. */
const patience = 2

const unclear = 'unclear'

export type Likelihoods = ReadonlyMap<string, number>

/** One signal of one speaker. */
export class Steady {
  readonly #name: string
  /** Best labels less likely than this are not said: `unclear` is. 0 where something always is. */
  readonly #least: number
  /** How much of what was believed stays: little, for what comes next has heard all that came before. */
  readonly #memory: number
  #heard = 0
  #believed: Likelihoods = new Map()
  #best: string | undefined
  #clear: boolean | undefined

  constructor(name: string, { least = 0, memory = 0 }: { readonly least?: number; readonly memory?: number } = {}) {
    this.#name = name
    this.#least = least
    this.#memory = memory
  }

  /** What is to be told after `now` was measured: likelihoods that add up to 1. Best first. */
  next(now: Likelihoods): Trait {
    return this.#tell(this.#believe(now))
  }

  /**
   * The same, or undefined while it is too early to say: nothing was told yet, and no label is as likely as `sure`. `last`: nothing
   * more will be measured.
   */
  nextOnceSure(now: Likelihoods, { sure, last }: { readonly sure: number; readonly last: boolean }): Trait | undefined {
    this.#heard += 1
    const believed = this.#believe(now)
    const early = this.#best === undefined && this.#heard <= patience && !last
    return early && Math.max(...believed.values()) < sure ? undefined : this.#tell(believed)
  }

  #believe(now: Likelihoods): Map<string, number> {
    const believed = new Map(
      [...now].map(([label, likelihood]) => {
        const before = this.#believed.get(label) ?? likelihood
        return [label, before + (1 - this.#memory) * (likelihood - before)]
      }),
    )
    this.#believed = new Map(believed)
    return believed
  }

  #tell(believed: Map<string, number>): Trait {
    const [challenger, most] = [...believed].reduce((a, b) => (b[1] > a[1] ? b : a))
    const kept = believed.get(this.#best ?? challenger) ?? 0
    if (this.#best === undefined || most > kept + lead) this.#best = challenger
    else if (this.#best !== challenger) {
      // The label that was told stays while none is clearly better; the two share what they have.
      believed.set(challenger, (most + kept) / 2)
      believed.set(this.#best, (most + kept) / 2)
    }
    const top = believed.get(this.#best) ?? 0
    const margin = this.#clear === undefined ? 0 : this.#clear ? -slack : slack
    this.#clear = top >= this.#least + margin
    return { name: this.#name, labels: this.#clear ? this.#inOrder(believed) : this.#doubtful(believed, top) }
  }

  #inOrder(believed: Likelihoods): Trait['labels'] {
    const labels = [...believed].map(([label, confidence]) => ({ label, confidence }))
    return labels.sort(
      (a, b) => b.confidence - a.confidence || Number(b.label === this.#best) - Number(a.label === this.#best),
    )
  }

  /** `unclear` first, with what the best label lacks, at least as much as is left to that; the others share the rest. */
  #doubtful(believed: Likelihoods, top: number): Trait['labels'] {
    const doubt = Math.max(1 - top, top / (1 + top))
    const labels = this.#inOrder(believed).map(({ label, confidence }) => ({
      label,
      confidence: confidence * (1 - doubt),
    }))
    return [{ label: unclear, confidence: doubt }, ...labels]
  }
}
