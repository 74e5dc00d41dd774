/** One speaker's voice in one utterance: audio in, traits out. */
import type { Trait } from '../../engines/voice-profiler.ts'
import { type Moment, Moments, momentMs } from '../../signal/moments.ts'
import { type Measures, measure } from './measures.ts'
import type { Model } from './models.ts'
import { pitchOf, rateOf } from './ranges.ts'
import { Steady } from './steady.ts'

/** A voice that changes is followed, and one odd word does not turn the profile. */
const keptMs = 8000

/** Voices show a period in more of their moments than this, whispers in next to none. */
const voicedShare = 0.1

interface Signal {
  readonly name: string
  /** Speech that it takes. */
  readonly fromMs: number
  /** Learnt from voices alone: says nothing of whispers. */
  readonly aloud: boolean
  /** Below it the label is `unclear`; of several labels, the best is likelier by chance alone the fewer there are. */
  readonly least: number
}

/** What the models tell, in the order of the profile. */
const signals: readonly Signal[] = [
  { name: 'emotion', fromMs: 1000, aloud: true, least: 0.5 },
  { name: 'age', fromMs: 1000, aloud: true, least: 0.65 },
  { name: 'vocalStyle', fromMs: 400, aloud: false, least: 0 },
  { name: 'environment', fromMs: 1000, aloud: false, least: 0.4 },
]

/** Hears an utterance piece by piece. */
export class Voice {
  readonly #models: ReadonlyMap<string, Model>
  readonly #moments = new Moments()
  readonly #steady = new Map<string, Steady>()
  #kept: Moment[] = []

  constructor(models: ReadonlyMap<string, Model>) {
    this.#models = models
  }

  /** `samples` are of 16 kHz. */
  hear(samples: Float32Array): void {
    this.#kept = [...this.#kept, ...this.#moments.push(samples)].slice(-keptMs / momentMs)
  }

  /** What the last eight seconds tell. No pitch where no voice sounds; nothing where all is silence. */
  traits(): readonly Trait[] {
    const measures = measure(this.#kept)
    if (measures.active === 0) return []
    const pitch = pitchOf(this.#kept)
    const rate = rateOf(measures)
    return [
      ...(pitch ? [this.#tell('pitch', 0, pitch)] : []),
      ...signals.flatMap((signal) => this.#judged(signal, measures)),
      ...(rate ? [this.#tell('rate', 0, rate)] : []),
    ]
  }

  #judged({ name, fromMs, aloud, least }: Signal, measures: Measures): Trait[] {
    const model = this.#models.get(name)
    if (!model || measures.active * momentMs < fromMs) return []
    if (aloud && measures.voiced < measures.active * voicedShare) return []
    const likelihoods = model.judge(measures.byName)
    return [this.#tell(name, least, new Map(model.labels.map((label, i) => [label, likelihoods[i]!])))]
  }

  #tell(name: string, least: number, likelihoods: ReadonlyMap<string, number>): Trait {
    let steady = this.#steady.get(name)
    if (!steady) {
      steady = new Steady(name, least)
      this.#steady.set(name, steady)
    }
    return steady.next(likelihoods)
  }
}
