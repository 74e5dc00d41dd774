/** One speaker's voice in one utterance: audio in, traits out. */
import type { Trait } from '../../engines/voice-profiler.ts'
import { type Moment, Moments, momentMs } from '../../signal/moments.ts'
import { type Likelihoods, Steady } from '../shared/steady.ts'
import { type Measures, measure } from './measures.ts'
import type { Model } from './models.ts'
import { pitchOf, rateOf } from './ranges.ts'

/** A voice that changes is followed, and one odd word does not turn the profile. */
const keptMs = 8000

/** Voices show a period in more of their moments than this, whispers in next to none. */
const voicedShare = 0.1

interface Signal {
  readonly name: string
  /** Audio that it takes. */
  readonly fromMs: number
  /** Learnt from voices alone: says nothing of whispers. */
  readonly aloud: boolean
  /** Below it the label is `unclear`; of several labels, the best is likelier by chance alone the fewer there are. */
  readonly least: number
  /** What is believed before there is enough to hear. */
  readonly usual?: string
  /** What is as likely is told at once; less likely labels wait for more speech. */
  readonly sure: number
}

/** Estimates of half a second and more; the models were trained on no less than a second. */
const enoughMs = 1000
/** See `Steady`; pitch, rate and style are sure by themselves of no more than they have heard. */
const memory = 0.3

/** What the models tell, in the order of the profile. */
const signals: readonly Signal[] = [
  { name: 'emotion', fromMs: 900, aloud: true, least: 0.5, sure: 0.7 },
  { name: 'age', fromMs: 900, aloud: true, least: 0.65, sure: 0.7 },
  { name: 'vocalStyle', fromMs: 400, aloud: false, least: 0, usual: 'normal', sure: 0.8 },
  { name: 'environment', fromMs: 900, aloud: false, least: 0.4, sure: 0.7 },
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

  /**
   * What the last eight seconds tell. No pitch where no voice sounds; nothing where all is silence, or while it is too early to
   * say. `last`: the utterance is over.
   */
  traits(last = false): readonly Trait[] {
    const measures = measure(this.#kept)
    if (measures.active === 0) return []
    const pitch = pitchOf(this.#kept)
    const rate = rateOf(measures)
    return [
      // Measured and not guessed, so half a second is enough: whoever waits for a profile has one by then.
      ...(pitch ? this.#tell({ name: 'pitch', sure: 0 }, pitch, last) : []),
      ...signals.flatMap((signal) => this.#judged(signal, measures, last)),
      ...(rate ? this.#tell({ name: 'rate', sure: 0.7 }, rate, last) : []),
    ]
  }

  #judged(signal: Signal, measures: Measures, last: boolean): Trait[] {
    const { name, fromMs, aloud, usual } = signal
    const model = this.#models.get(name)
    if (!model || this.#kept.length * momentMs < fromMs) return []
    if (aloud && measures.voiced < measures.active * voicedShare) return []
    const likelihoods = model.judge(measures.byName)
    const heard = usual === undefined ? 1 : Math.min(1, (this.#kept.length * momentMs) / enoughMs) ** 2
    const believed = model.labels.map((label, i): [string, number] => [
      label,
      heard * likelihoods[i]! + (label === usual ? 1 - heard : 0),
    ])
    return this.#tell({ ...signal, memory: usual === undefined ? memory : 0 }, new Map(believed), last)
  }

  #tell(
    { name, sure, least = 0, memory = 0 }: Pick<Signal, 'name' | 'sure'> & { least?: number; memory?: number },
    likelihoods: Likelihoods,
    last: boolean,
  ): Trait[] {
    let steady = this.#steady.get(name)
    if (!steady) {
      steady = new Steady(name, { least, memory })
      this.#steady.set(name, steady)
    }
    const trait = steady.nextOnceSure(likelihoods, { sure, last })
    return trait ? [trait] : []
  }
}
