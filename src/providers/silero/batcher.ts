/** Collects the windows of all streams and takes them to the thread a few times per window. */
import { VoiceError } from '../../errors.ts'
import type { InferenceThread } from '../shared/inference-thread.ts'
import { type Judged, type ToJudge, windowSamples } from './messages.ts'

/** Least time from one crossing to the next: what arrives meanwhile crosses together. */
const collectMs = 8
/** Crossings under way at once: the thread always has the next batch at hand, and windows wait here, where they batch. */
const crossings = 2
/** Windows per crossing: bounds how long the thread is busy with one. */
const windowLimit = 1024

/** Whose windows they are. Outcomes come in the order of its windows. */
export interface Stream {
  /** As `open` gave it. */
  readonly number: number
  readonly judged: (likelihood: number) => void
  readonly failed: (error: unknown) => void
}

interface Waiting {
  readonly stream: Stream
  readonly samples: Float32Array
}

/** One for each thread. */
export class Batcher {
  readonly #thread: InferenceThread<ToJudge, Judged>
  #waiting: Waiting[] = []
  #ended: number[] = []
  #timer: NodeJS.Timeout | undefined
  #crossedAt = 0
  #underWay = 0
  #streams = 0

  constructor(thread: InferenceThread<ToJudge, Judged>) {
    this.#thread = thread
  }

  /** A number for a new stream. */
  open(): number {
    this.#streams = (this.#streams + 1) >>> 0
    return this.#streams
  }

  /** One window of 16 kHz audio. */
  push(stream: Stream, samples: Float32Array): void {
    this.#waiting.push({ stream, samples })
    this.#schedule()
  }

  /** Frees what the thread remembers of a stream. */
  end(stream: number): void {
    this.#ended.push(stream)
    this.#schedule()
  }

  /** Fails what is waiting; what is under way fails with its thread. */
  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#ended = []
    const error = new VoiceError('unavailable', 'Voice activity has been closed.')
    for (const { stream } of this.#waiting.splice(0)) stream.failed(error)
  }

  #schedule(): void {
    if (this.#timer || this.#underWay >= crossings || this.#waiting.length + this.#ended.length === 0) return
    const waitMs = Math.max(0, this.#crossedAt + collectMs - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#cross()
    }, waitMs)
  }

  async #cross(): Promise<void> {
    const batch = this.#waiting.splice(0, windowLimit)
    const ended = this.#waiting.length === 0 ? this.#ended.splice(0) : []
    const streams = new Uint32Array(batch.length)
    const windows = new Float32Array(batch.length * windowSamples)
    batch.forEach(({ stream, samples }, place) => {
      streams[place] = stream.number
      windows.set(samples, place * windowSamples)
    })
    this.#crossedAt = performance.now()
    this.#underWay += 1
    try {
      const { likelihoods } = await this.#thread.ask({ streams, windows, ended }, [streams.buffer, windows.buffer])
      batch.forEach(({ stream }, place) => {
        stream.judged(likelihoods[place]!)
      })
    } catch (error) {
      for (const { stream } of batch) stream.failed(error)
    }
    this.#underWay -= 1
    this.#schedule()
  }
}
