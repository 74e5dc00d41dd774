/** The queue of second passes in one process: one decoder, in another thread, finals before guesses. */
import type { Decoder } from './decoder.ts'
import type { Hearing } from './messages.ts'

/** A second pass that was asked for. */
export interface Request {
  readonly samples: Int16Array
  readonly alternatives: number
  /** True once somebody waits for it: it then comes before those that are only begun ahead of time. */
  wanted: boolean
  /** True once nobody will want it. */
  dropped: boolean
  readonly answer: Promise<Hearing | undefined>
}

export class SecondPass {
  readonly #decoder: Decoder
  #waiting: (Request & { resolve: (hearing: Hearing | undefined) => void })[] = []
  #busy = false

  constructor(decoder: Decoder) {
    this.#decoder = decoder
  }

  ask(samples: Int16Array, alternatives: number, wanted: boolean): Request {
    let resolve = (_hearing: Hearing | undefined): void => {}
    const answer = new Promise<Hearing | undefined>((done) => {
      resolve = done
    })
    const request = { samples, alternatives, wanted, dropped: false, answer, resolve }
    this.#waiting.push(request)
    void this.#work()
    return request
  }

  async #work(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    for (;;) {
      for (const request of this.#waiting) if (request.dropped) request.resolve(undefined)
      this.#waiting = this.#waiting.filter((request) => !request.dropped)
      const next = this.#waiting.find((request) => request.wanted) ?? this.#waiting[0]
      if (!next) break
      this.#waiting.splice(this.#waiting.indexOf(next), 1)
      const hearing = await this.#decoder.hearWhole(next.samples, next.alternatives).catch(() => undefined)
      next.resolve(hearing)
    }
    this.#busy = false
  }
}
