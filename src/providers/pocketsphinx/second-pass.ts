/** The queue of second passes in one process: one decoder, in another thread, finals before guesses before work ahead. */
import type { Decoder, Segment } from './decoder.ts'
import type { Hearing } from './messages.ts'
import type { Vocabulary } from './vocabulary.ts'

/** A second pass that was asked for. */
export interface Request {
  readonly segment: Segment
  /** True once somebody waits for it: it then comes before those that are only begun ahead of time. */
  wanted: boolean
  /** True once nobody will want it. */
  dropped: boolean
  /** Undefined when it was dropped or came to nothing. */
  readonly answer: Promise<Hearing | undefined>
}

/** Says that nobody will want it, also to a decoder that waits for more of its audio. */
export const drop = (request: Request): void => {
  request.dropped = true
  request.segment.audio.seal()
}

interface Waiting extends Request {
  readonly resolve: (hearing: Hearing | undefined) => void
}

export class SecondPass {
  readonly #decoder: Decoder
  #waiting: Waiting[] = []
  #present: Waiting | undefined
  readonly #lessons = new Map<string, Vocabulary>()
  #busy = false

  constructor(decoder: Decoder) {
    this.#decoder = decoder
  }

  /** True when a segment may be heard ahead of its end: nothing else is to be done. */
  get idle(): boolean {
    return !this.#busy
  }

  /**
   * Hears a segment. One whose audio is not all there yet holds the decoder only until somebody asks for one that is:
   * then it is dropped.
   */
  ask(segment: Segment, wanted: boolean): Request {
    let resolve = (_hearing: Hearing | undefined): void => {}
    const answer = new Promise<Hearing | undefined>((done) => {
      resolve = done
    })
    const request: Waiting = { segment, wanted, dropped: false, answer, resolve }
    this.#waiting.push(request)
    this.#makeRoom()
    void this.#work()
    return request
  }

  /** Learns it when there is nothing to hear. */
  learn(vocabulary: Vocabulary): void {
    if (this.#decoder.knows(vocabulary.key)) return
    this.#lessons.set(vocabulary.key, vocabulary)
    this.#makeRoom()
    void this.#work()
  }

  /** Work ahead of a segment's end could hold the decoder for as long as somebody speaks. */
  #makeRoom(): void {
    if (this.#present && !this.#present.segment.audio.sealed) drop(this.#present)
  }

  async #work(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    for (;;) {
      for (const request of this.#waiting) if (request.dropped) request.resolve(undefined)
      this.#waiting = this.#waiting.filter((request) => !request.dropped)
      const next = this.#waiting.find((request) => request.wanted) ?? this.#waiting[0]
      if (next) await this.#hear(next)
      else if (this.#lessons.size > 0) await this.#study()
      else break
    }
    this.#busy = false
  }

  async #hear(request: Waiting): Promise<void> {
    this.#waiting.splice(this.#waiting.indexOf(request), 1)
    this.#present = request
    const hearing = this.#decoder.hearWhole(request.segment, () => request.dropped)
    request.resolve(await hearing.catch(() => undefined))
    this.#present = undefined
  }

  async #study(): Promise<void> {
    const [[key, vocabulary]] = this.#lessons as unknown as [[string, Vocabulary]]
    this.#lessons.delete(key)
    // A vocabulary is a hint: without it the plain model serves.
    await this.#decoder.learn(vocabulary).catch(() => {})
  }
}
