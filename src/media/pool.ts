/** A few worker threads that all streams share, for work that would hold up the main thread. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { VoiceError } from '../errors.ts'
import { entry } from '../threads/entry.ts'
import type { CompressedKind } from './decoders.ts'
import type { EncoderSettings } from './encoder.ts'
import type { Answer, Job, Step } from './media-worker.ts'
import type { ParsedJson } from './parse-json.ts'

/** More threads than this would take the cores from the recognizers. */
const mostWorkers = Math.min(4, availableParallelism())

/** A job that takes longer has gone astray in a decoder: its thread is ended, for nothing else ends it. */
const jobLimitMs = 30_000

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: VoiceError) => void
}

/** One thread and what it owes. */
class Thread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #watch: NodeJS.Timeout | undefined
  #lastJob = 0
  /** Streams open in it, and whether it still runs. */
  load = 0
  alive = true

  constructor() {
    const { file, execArgv } = entry(import.meta.url, './media-worker')
    this.#worker = new Worker(file, { execArgv: [...execArgv], env: {}, name: 'media' })
    this.#worker.unref()
    this.#worker.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.job)
      this.#settled(answer.job)
      if ('error' in answer) waiting?.reject(new VoiceError(answer.error.code, answer.error.message))
      else waiting?.resolve(answer)
    })
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(undefined))
  }

  get owed(): number {
    return this.load + this.#waiting.size
  }

  /** For jobs without an answer. */
  tell(job: Job): void {
    this.#worker.postMessage({ job: 0, ...job })
  }

  ask(job: Job, move: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (!this.alive) return Promise.reject(broken())
    this.#lastJob += 1
    const number = this.#lastJob
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
      // Keeps the process alive only while something is owed.
      this.#worker.ref()
      if (this.#waiting.size === 1) this.#startWatch()
      this.#worker.postMessage({ ...job, job: number }, [...move])
    })
  }

  #startWatch(): void {
    this.#watch = setTimeout(() => {
      // Jobs are taken in order: the oldest is the one that does not end.
      const [oldest] = this.#waiting.keys()
      const culprit = oldest === undefined ? undefined : this.#waiting.get(oldest)
      if (oldest !== undefined) this.#waiting.delete(oldest)
      culprit?.reject(new VoiceError('timeout', 'The audio took too long to read.', { retryable: false }))
      void this.#worker.terminate()
      this.#fail(undefined)
    }, jobLimitMs)
    this.#watch.unref()
  }

  #settled(job: number): void {
    this.#waiting.delete(job)
    clearTimeout(this.#watch)
    if (this.#waiting.size > 0) this.#startWatch()
    else this.#worker.unref()
  }

  #fail(cause: unknown): void {
    this.alive = false
    clearTimeout(this.#watch)
    for (const { reject } of this.#waiting.values()) reject(broken(cause))
    this.#waiting.clear()
  }
}

const broken = (cause?: unknown): VoiceError =>
  new VoiceError(
    'provider_failed',
    'The thread that reads and writes audio stopped working.',
    cause === undefined ? {} : { cause },
  )

let threads: Thread[] = []
let lastStream = 0

/** The thread with the least to do; another is started while all have something and there may be more. */
const leastBusy = (): Thread => {
  threads = threads.filter((thread) => thread.alive)
  const [best] = threads.toSorted((a, b) => a.owed - b.owed)
  if (best && (best.owed === 0 || threads.length >= mostWorkers)) return best
  const thread = new Thread()
  threads.push(thread)
  return thread
}

/** A file on its way through a decoder in another thread. One step at a time. */
export interface Decompression {
  /** More bytes, `null` for their end, or nothing after an answer with `more`. The bytes are copied. */
  step(bytes?: Uint8Array | null): Promise<Step>
  close(): void
}

/** Starts a decoder. `mix`: channels come mixed to one. */
export const openDecompression = (kind: CompressedKind, mix: boolean): Decompression => {
  const thread = leastBusy()
  lastStream += 1
  const stream = lastStream
  thread.load += 1
  thread.tell({ type: 'open', stream, kind, mix })
  let open = true
  return {
    step: async (bytes) => {
      const answer = await thread.ask(bytes === undefined ? { type: 'step', stream } : { type: 'step', stream, bytes })
      if (!('step' in answer)) throw broken()
      return answer.step
    },
    close: () => {
      if (!open) return
      open = false
      thread.load -= 1
      if (thread.alive) thread.tell({ type: 'close', stream })
    },
  }
}

/** Samples on their way through an encoder in another thread. One step at a time. */
export interface Compression {
  /** The bytes that these samples complete; `null` for the end of the samples. The samples are moved: they must own their memory. */
  step(samples: Float32Array | null): Promise<Uint8Array>
  close(): void
}

/** Starts an encoder for samples of `fromHz`. */
export const openCompression = (settings: EncoderSettings, fromHz: number): Compression => {
  const thread = leastBusy()
  lastStream += 1
  const stream = lastStream
  thread.load += 1
  thread.tell({ type: 'open-encoder', stream, settings, fromHz })
  let open = true
  return {
    step: async (samples) => {
      const moved = samples ? [samples.buffer as ArrayBuffer] : []
      const answer = await thread.ask({ type: 'encode', stream, samples }, moved)
      if (!('encoded' in answer)) throw broken()
      return answer.encoded
    },
    close: () => {
      if (!open) return
      open = false
      thread.load -= 1
      if (thread.alive) thread.tell({ type: 'close-encoder', stream })
    },
  }
}

/** Parses a body in another thread. The body is moved there if it owns its memory: it must not be used afterwards. */
export const parseJsonElsewhere = async (body: Uint8Array, paths: readonly string[]): Promise<ParsedJson> => {
  const owned = body.byteLength === body.buffer.byteLength ? [body.buffer as ArrayBuffer] : []
  const answer = await leastBusy().ask({ type: 'json', body, paths }, owned)
  if (!('json' in answer)) throw broken()
  return answer.json
}
