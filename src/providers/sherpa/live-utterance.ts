/** One utterance with a live model: its job in the child process, and its audio in case that process dies. */
import type { VoiceError } from '../../errors.ts'
import type { Job, JobHandlers } from '../shared/engine-process.ts'
import type { FromLive, HeardTokens, ToLive } from './messages.ts'

/** What an utterance needs of the pool. */
export interface LiveJobs {
  /** Resolves when a job can be opened, or the signal aborts. */
  room(signal: AbortSignal): Promise<void>
  /** `again`: the utterance is half heard already, and is taken however full it is. */
  open(handlers: JobHandlers<FromLive>, again?: boolean): Job<ToLive>
}

// Audio that kills three processes in a row would kill the fourth.
const mostLosses = 3

export class LiveUtterance {
  readonly #jobs: LiveJobs
  readonly #begin: ToLive
  readonly #onHeard: (heard: HeardTokens) => void
  #job: Job<ToLive> | undefined
  /** The open segment's audio. */
  #segment: Float32Array[] = []
  #segments = 0
  #unheard = 0
  #losses = 0
  #finishing:
    | {
        readonly segment: number
        readonly resolve: (heard: HeardTokens) => void
        readonly reject: (error: unknown) => void
      }
    | undefined
  #failure: unknown
  #room: (() => void) | undefined
  #closed = false

  /** Take it when the pool has `room`. */
  constructor(parts: {
    readonly jobs: LiveJobs
    readonly language: string | undefined
    readonly partials: boolean
    /** The open segment's tokens so far. */
    readonly onHeard: (heard: HeardTokens) => void
  }) {
    this.#jobs = parts.jobs
    this.#begin = { type: 'begin', language: parts.language, partials: parts.partials }
    this.#onHeard = parts.onHeard
    this.#job = this.#open()
  }

  /** Samples that were sent and not yet heard. */
  get unheard(): number {
    return this.#unheard
  }

  audio(samples: Float32Array): void {
    if (this.#failure) throw this.#failure
    this.#segment.push(samples)
    this.#unheard += samples.length
    this.#job?.send({ type: 'audio', samples })
  }

  /** Resolves when fewer than `samples` are unheard. */
  async room(samples: number): Promise<void> {
    while (this.#unheard >= samples && !this.#closed && !this.#failure) {
      await new Promise<void>((resolve) => {
        this.#room = resolve
      })
    }
  }

  /** Closes the segment and gives all that was heard in it. */
  finish(): Promise<HeardTokens> {
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      const segment = this.#segments++
      this.#finishing = { segment, resolve, reject }
      this.#job?.send({ type: 'finish', segment })
    })
  }

  /** Ends the work; what was asked for is not answered. */
  close(): void {
    this.#closed = true
    this.#job?.close()
    this.#job = undefined
    this.#room?.()
  }

  #open(again = false): Job<ToLive> {
    const handlers: JobHandlers<FromLive> = {
      message: (message) => this.#take(message),
      lost: (error) => this.#lost(error),
    }
    const job = this.#jobs.open(handlers, again)
    job.send(this.#begin)
    this.#job = job
    return job
  }

  /** Says all of the segment again to another process. */
  #lost(error: VoiceError): void {
    if (this.#closed) return
    this.#job = undefined
    this.#losses += 1
    if (this.#losses >= mostLosses || error.code === 'unavailable') {
      this.#fail(error)
      return
    }
    try {
      const job = this.#open(true)
      this.#unheard = 0
      for (const samples of this.#segment) {
        this.#unheard += samples.length
        job.send({ type: 'audio', samples })
      }
      if (this.#finishing) job.send({ type: 'finish', segment: this.#finishing.segment })
    } catch (failure) {
      this.#fail(failure)
    }
  }

  #fail(error: unknown): void {
    this.#failure = error
    this.#room?.()
    this.#finishing?.reject(error)
  }

  #take(message: FromLive): void {
    switch (message.type) {
      case 'taken':
        this.#unheard -= message.samples
        this.#room?.()
        // Once the segment is closed its final is on the way.
        if (message.heard && !this.#finishing) this.#onHeard(message.heard)
        return
      case 'final': {
        const finishing = this.#finishing
        if (finishing?.segment !== message.segment) return
        this.#finishing = undefined
        this.#segment = []
        this.#unheard = 0
        this.#losses = 0
        finishing.resolve(message.heard)
        return
      }
      default:
        message satisfies never
    }
  }
}
