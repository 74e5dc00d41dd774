/** One utterance on the server's side: its job in a child process, and its audio so far in case that process dies. */
import type { VoiceError } from '../../errors.ts'
import type { Job, JobHandlers } from '../shared/engine-process.ts'
import type { Mean } from './library.ts'
import type { FromDecoder, HeardWord, Hearing, ToDecoder } from './messages.ts'

/** What the utterance needs of the pool. */
export interface Jobs {
  /** Resolves when a job can be opened, or the signal aborts. */
  room(signal: AbortSignal): Promise<void>
  open(handlers: JobHandlers<FromDecoder>, again?: boolean): Job<ToDecoder>
}

/** The final hearing of a segment. */
export interface Heard {
  readonly hearing: Hearing
  /** The streaming pass, which may be the same. */
  readonly streamed: Hearing
  readonly pass: 'streaming' | 'whole'
}

interface Finishing {
  readonly segment: number
  readonly whole: boolean
  streamed?: Hearing
  readonly resolve: (heard: Heard) => void
  readonly reject: (error: unknown) => void
  /** Wall time by which the second pass must have come. */
  readonly deadline: number
  timer?: NodeJS.Timeout
}

// Audio that kills three processes in a row would kill the fourth.
const maxLosses = 3

export class Utterance {
  readonly #jobs: Jobs
  readonly #settings: { readonly terms: readonly string[]; readonly alternatives: number }
  readonly #onWords: (words: readonly HeardWord[], samples: number) => void
  #job: Job<ToDecoder> | undefined
  #segment: Int16Array[] = []
  #heard = 0
  #unheard = 0
  #losses = 0
  #segments = 0
  #finishing: Finishing | undefined
  #room: (() => void) | undefined
  #failure: unknown
  #closed = false
  /** Cepstral mean of the voice and channel, for the next segment or utterance. */
  mean: Mean | undefined

  /** Takes a decoder at once; throws `overloaded` when there is none. */
  constructor(parts: {
    readonly jobs: Jobs
    readonly mean: Mean | undefined
    readonly terms: readonly string[]
    readonly alternatives: number
    /** The words heard so far in the open segment, in this many samples. */
    readonly onWords: (words: readonly HeardWord[], samples: number) => void
  }) {
    this.#jobs = parts.jobs
    this.#settings = parts
    this.#onWords = parts.onWords
    this.mean = parts.mean
    this.#job = this.#open()
  }

  get lagMs(): number {
    return this.#job?.lagMs ?? 0
  }

  get peers(): number {
    return this.#job?.peers ?? 0
  }

  /** Samples that were sent and not yet heard. */
  get unheard(): number {
    return this.#unheard
  }

  audio(samples: Int16Array, partial: boolean): void {
    if (this.#failure) throw this.#failure
    this.#segment.push(samples)
    this.#unheard += samples.length
    this.#job?.send({ type: 'audio', samples, partial })
  }

  pause(begun: boolean): void {
    this.#job?.send({ type: 'pause', begun })
  }

  /** Resolves when fewer than `samples` are unheard. */
  async room(samples: number): Promise<void> {
    while (this.#unheard >= samples && !this.#closed && !this.#failure) {
      await new Promise<void>((resolve) => {
        this.#room = resolve
      })
    }
  }

  /** Closes the segment. `whole`: whether a second pass is wanted, if it comes within `budgetMs` of wall time. */
  finish(whole: boolean, budgetMs: number): Promise<Heard> {
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      const segment = this.#segments++
      const finishing: Finishing = { segment, whole, resolve, reject, deadline: performance.now() + budgetMs }
      this.#finishing = finishing
      if (whole && budgetMs < 2 ** 31) finishing.timer = setTimeout(() => this.#expire(finishing), budgetMs)
      this.#job?.send({ type: 'finish', segment, whole })
    })
  }

  close(): void {
    this.#closed = true
    this.#job?.close()
    this.#job = undefined
    clearTimeout(this.#finishing?.timer)
    this.#room?.()
  }

  #open(again = false): Job<ToDecoder> {
    const { terms, alternatives } = this.#settings
    const handlers = {
      message: (message: FromDecoder) => this.#take(message),
      lost: (error: VoiceError) => this.#lost(error),
    }
    const job = this.#jobs.open(handlers, again)
    job.send({ type: 'begin', mean: this.mean, terms, alternatives })
    return job
  }

  /** Says all of the segment again to another process. */
  #lost(error: VoiceError): void {
    if (this.#closed) return
    this.#job = undefined
    this.#losses += 1
    if (this.#losses >= maxLosses || error.code === 'unavailable') {
      this.#fail(error)
      return
    }
    let job: Job<ToDecoder>
    try {
      job = this.#open(true)
    } catch (failure) {
      this.#fail(failure)
      return
    }
    this.#job = job
    this.#unheard = 0
    this.#heard = 0
    for (const samples of this.#segment) {
      this.#unheard += samples.length
      job.send({ type: 'audio', samples, partial: false })
    }
    const finishing = this.#finishing
    if (!finishing) return
    delete finishing.streamed
    const whole = finishing.whole && performance.now() < finishing.deadline
    job.send({ type: 'finish', segment: finishing.segment, whole })
  }

  #fail(error: unknown): void {
    this.#failure = error
    this.#room?.()
    clearTimeout(this.#finishing?.timer)
    this.#finishing?.reject(error)
  }

  #take(message: FromDecoder): void {
    switch (message.type) {
      case 'taken':
        this.#unheard -= message.samples
        this.#heard += message.samples
        this.#room?.()
        if (message.words) this.#onWords(message.words, this.#heard)
        return
      case 'streamed': {
        this.mean = message.mean
        const finishing = this.#finishing
        if (finishing?.segment !== message.segment) return
        finishing.streamed = message.hearing
        if (!finishing.whole || performance.now() >= finishing.deadline) this.#settle(message.hearing)
        return
      }
      case 'whole': {
        const { hearing, segment } = message
        // One that comes after its budget belongs to a segment that is closed already.
        if (this.#finishing?.segment !== segment) return
        const streamed = this.#finishing?.streamed
        if (streamed) this.#settle(streamed, hearing)
        return
      }
      default:
        message satisfies never
    }
  }

  /** The budget is spent: the streaming result is the final, now or as soon as it is there. */
  #expire(finishing: Finishing): void {
    this.#job?.send({ type: 'give-up' })
    if (finishing.streamed) this.#settle(finishing.streamed)
  }

  #settle(streamed: Hearing, whole?: Hearing): void {
    const finishing = this.#finishing
    if (!finishing) return
    this.#finishing = undefined
    this.#segment = []
    this.#heard = 0
    this.#losses = 0
    clearTimeout(finishing.timer)
    finishing.resolve({ hearing: whole ?? streamed, streamed, pass: whole ? 'whole' : 'streaming' })
  }
}
