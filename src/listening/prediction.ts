/** What the turn detector says of the pause at hand. */
import type { AudioFrame } from '../audio/frame.ts'
import type { Work } from '../engines/engine.ts'
import type { TurnDetector } from '../engines/turn-detector.ts'
import { atRate } from './rate.ts'

/** Asked at each pause, and again when words come in late: recognizers are behind the voice. */
export class Prediction {
  readonly #engine: TurnDetector
  readonly #work: Work
  readonly #answered: (likelihood: number | undefined) => void
  #asked: string | undefined
  #answer: Promise<number | undefined> | undefined

  /** `answered` is told each answer as long as it is of the pause and the words at hand. */
  constructor(
    engine: TurnDetector,
    { signal, log, observe }: Work,
    answered: (likelihood: number | undefined) => void,
  ) {
    this.#engine = engine
    this.#work = { signal, log, ...(observe ? { observe } : {}) }
    this.#answered = answered
  }

  /** Likelihood of the turn's end; undefined when the detector failed. */
  get answer(): Promise<number | undefined> | undefined {
    return this.#answer
  }

  /** A pause has begun, after these words. */
  pause(audio: AudioFrame | undefined, transcript: string): void {
    this.over()
    this.words(() => audio, transcript)
  }

  /** The pause is over: what is still to be answered about it is of no interest. */
  over(): void {
    this.#asked = undefined
    this.#answer = undefined
  }

  /** The words before the pause are these by now. */
  words(audio: () => AudioFrame | undefined, transcript: string): void {
    if (transcript === this.#asked) return
    const heard = audio()
    if (!heard) return
    this.#asked = transcript
    const { signal, log } = this.#work
    const answer = this.#engine
      .predict({ audio: atRate(heard, this.#engine.sampleRate), transcript }, this.#work)
      .catch((error: unknown) => {
        if (!signal.aborted) log.warn({ error }, 'the turn detector failed: silence alone decides')
        return undefined
      })
    this.#answer = answer
    void answer.then((likelihood) => {
      if (this.#answer === answer) this.#answered(likelihood)
    })
  }
}
