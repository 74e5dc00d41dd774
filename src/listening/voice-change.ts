/** Whether another voice goes on where one was speaking: what the voice was like so far says nothing of it. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import { joined } from '../audio/joined.ts'
import type { Work } from '../engines/engine.ts'
import type { SpeakerEncoder } from '../engines/speaker-encoder.ts'
import { atRate } from './rate.ts'
import { cosine } from './vectors.ts'

/** Speech that is compared with what was said before: less says too little, more would be told late. */
const stretchMs = 1500
/** How much less alike than two stretches of one voice: a voice may change with what it feels. */
const surely = 0.2
/** Of what is remembered of a voice, each new stretch makes at least so much. */
const newestShare = 0.2

/** For the speech of one stream, over its turns. */
export class VoiceChanges {
  readonly #encoder: SpeakerEncoder
  readonly #options: Work
  #frames: AudioFrame[] = []
  #gatheredMs = 0
  #known: Float32Array | undefined
  #heard = 0
  #judged: Promise<unknown> = Promise.resolve()

  constructor(encoder: SpeakerEncoder, options: Work) {
    this.#encoder = encoder
    this.#options = options
  }

  /** The next speech, at one rate. `changed` is called, some time later, where a stretch that ends here is of another voice than before, with its start. */
  hear(frame: AudioFrame, changed: (sinceMs: number) => void): void {
    this.#frames.push(frame)
    this.#gatheredMs += durationMs(frame)
    if (this.#gatheredMs < stretchMs) return
    const { startMs, sampleRate } = this.#frames[0]!
    const samples = joined(
      Float32Array,
      this.#frames.map((one) => one.samples),
    )
    const speech = atRate({ samples, sampleRate, startMs }, this.#encoder.sampleRate)
    this.#frames = []
    this.#gatheredMs = 0
    this.#judged = this.#judged.then(async () => {
      if (this.#options.signal.aborted) return
      try {
        if (this.#isAnother(await this.#encoder.encode(speech, this.#options))) changed(startMs)
      } catch (error) {
        if (!this.#options.signal.aborted) this.#options.log.warn({ error }, 'a change of voice was not looked for')
      }
    })
  }

  /** Settles when everything so far has been judged. */
  get judged(): Promise<unknown> {
    return this.#judged
  }

  #isAnother(vector: Float32Array): boolean {
    const known = this.#known
    if (known && cosine(known, vector) >= this.#encoder.sameAbove - surely) {
      this.#heard += 1
      const share = Math.max(newestShare, 1 / this.#heard)
      this.#known = known.map((value, index) => value + share * (vector[index]! - value))
      return false
    }
    this.#known = vector
    this.#heard = 1
    return known !== undefined
  }
}
