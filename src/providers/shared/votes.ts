/** How sure to be of a model that names one label and no likelihood: by how often it has named it. */
import type { Trait } from '../../engines/voice-profiler.ts'

/**
 * Looks at one utterance, each a vote for a label. The confidence in the one named most often is Laplace's rule of
 * succession, the chance that the next look names it too: 0.67 after one look, 0.8 after three that agree.
 */
export class Votes {
  readonly #name: string
  readonly #counts = new Map<string, number>()
  #looks = 0

  constructor(name: string) {
    this.#name = name
  }

  /** Undefined: a look that named nothing, which is no vote. */
  add(label: string | undefined): void {
    if (label === undefined || label === '') return
    this.#looks += 1
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + 1)
  }

  /** Best first; of labels named equally often, the one that was first. None where nothing was named. */
  get trait(): readonly Trait[] {
    if (this.#looks === 0) return []
    const labels = [...this.#counts]
      .sort((a, b) => b[1] - a[1])
      .map(([label, count], place) => ({ label, confidence: (place === 0 ? count + 1 : count) / (this.#looks + 2) }))
    return [{ name: this.#name, labels }]
  }
}
