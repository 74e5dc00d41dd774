/** Filler: short words at the head of a spoken reply whose model is long in coming. */
import { durationMs } from '../audio/frame.ts'
import { cutFrame } from '../audio/rechunk.ts'
import type { Progress } from '../conversation/inputs.ts'
import { atRate } from '../listening/rate.ts'
import { orAborted } from '../streams/or-aborted.ts'
import { passed } from './passed.ts'
import type { Phrase } from './phrases.ts'

/** Whether and how a reply may be filled. */
export interface FillerPlan {
  /** How long the model may think first. */
  readonly waitMs: number
  /** Pieces of the model's text that may wait for the voice. */
  readonly maxBuffered: number
  /** Undefined: none is to be had in time. Never rejects. */
  phrase(signal: AbortSignal): Promise<Phrase | undefined>
}

type Unnamed<T> = T extends Progress ? Omit<T, 'replyId'> : never
type Said = Unnamed<Extract<Progress, { type: 'reply.text' | 'reply.word' | 'reply.audio' }>>

/** Where what follows it begins in the reply's text and audio. */
export interface FillerLength {
  readonly characters: number
  readonly ms: number
}

/** Longest frame that goes out at once. */
const frameMs = 200

/** One for a reply, from its start. What has begun is said to its end. */
export class Filler {
  readonly #stop = new AbortController()
  readonly #said: Promise<void>
  #length: FillerLength = { characters: 0, ms: 0 }
  #begun = false

  constructor(
    plan: FillerPlan,
    reply: {
      readonly sampleRate: number
      readonly write: (said: Said) => Promise<void> | undefined
      readonly signal: AbortSignal
    },
  ) {
    const abort = (): void => this.#stop.abort()
    if (reply.signal.aborted) abort()
    reply.signal.addEventListener('abort', abort, { once: true })
    this.#said = (async () => {
      await passed(plan.waitMs, this.#stop.signal)
      if (this.#stop.signal.aborted) return
      const phrase = await orAborted(plan.phrase(this.#stop.signal), this.#stop.signal)
      if (!phrase || this.#stop.signal.aborted) return
      this.#begun = true
      for (const said of saidOf(phrase, reply.sampleRate)) {
        await reply.write(said)
        if (said.type === 'reply.text') this.#length = { ...this.#length, characters: said.delta.length }
        if (said.type === 'reply.audio')
          this.#length = { ...this.#length, ms: this.#length.ms + durationMs(said.frame) }
      }
    })()
  }

  /** The model begins, or never will: no filler begins after this. Resolves when all of one that had begun is given. */
  async end(): Promise<FillerLength> {
    if (!this.#begun) this.#stop.abort()
    await this.#said
    return this.#length
  }
}

/** The phrase as parts of a reply; a space sets it apart from what follows. */
function* saidOf({ text, tags, words, audio }: Phrase, sampleRate: number): Generator<Said> {
  const delta = `${text.trimEnd()} `
  // A tag behind the last word stays on this side of the space, so that it does not pass for one of the answer.
  const own = tags.map(({ at, tag }) => ({ at: Math.min(at, delta.length - 1), tag }))
  yield { type: 'reply.text', delta, filler: true, ...(own.length > 0 && { tags: own }) }
  for (const word of words) yield { type: 'reply.word', ...word }
  for (const frame of cutFrame(atRate(audio, sampleRate), (sampleRate * frameMs) / 1000))
    yield { type: 'reply.audio', frame }
}
