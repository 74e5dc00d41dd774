/** A few threads that take turns at jobs: started when needed, ended when idle, replaced when one takes too long. */
import { Worker } from 'node:worker_threads'
import { VoiceError } from '../../errors.ts'
import type { Entry } from '../../threads/entry.ts'

interface Setup {
  /** For messages: `flite`. */
  readonly name: string
  readonly entry: Entry
  readonly data: unknown
  readonly threads: number
  /** Jobs that may wait; more are refused with `overloaded`. */
  readonly limit: number
  /** A job that takes longer is tried once more in a new thread, and then fails. */
  readonly jobMs: number
  /** A thread without work is ended after this. */
  readonly idleMs: number
}

/** A thread that takes longer to start is of no use. */
const startLimitMs = 60_000

interface Job<Request, Result> {
  readonly request: Request
  readonly signal: AbortSignal
  readonly resolve: (result: Result | undefined) => void
  readonly reject: (error: VoiceError) => void
  readonly again: boolean
}

interface Thread<Request, Result> {
  readonly worker: Worker
  job: Job<Request, Result> | undefined
  ready: boolean
  timer: NodeJS.Timeout | undefined
}

/** What a thread says: once that it can begin, then what each job gave. */
export type ThreadAnswer<Result> = 'ready' | { readonly result: Result } | { readonly error: unknown }

export class Threads<Request, Result> {
  readonly #setup: Setup
  readonly #threads = new Set<Thread<Request, Result>>()
  #waiting: Job<Request, Result>[] = []
  #closed = false

  constructor(setup: Setup) {
    this.#setup = setup
  }

  /** Has a thread ready for a job that is about to come. */
  warm(): void {
    if (this.#threads.size === 0 && !this.#closed) this.#rest(this.#start())
  }

  /** Threads that run now. */
  get size(): number {
    return this.#threads.size
  }

  /** Undefined, at once, when the signal aborts. */
  run(request: Request, signal: AbortSignal): Promise<Result | undefined> {
    const { name, limit } = this.#setup
    if (signal.aborted) return Promise.resolve(undefined)
    if (this.#closed) return Promise.reject(new VoiceError('unavailable', `${name} has been closed.`))
    if (this.#waiting.length >= limit)
      return Promise.reject(new VoiceError('overloaded', `${name} has too much to say.`))
    return new Promise<Result | undefined>((resolve, reject) => {
      const abort = (): void => {
        this.#waiting = this.#waiting.filter((waiting) => waiting.signal !== signal)
        resolve(undefined)
      }
      const done = (): void => signal.removeEventListener('abort', abort)
      signal.addEventListener('abort', abort, { once: true })
      this.#waiting.push({
        request,
        signal,
        again: false,
        resolve: (result) => {
          done()
          resolve(result)
        },
        reject: (error) => {
          done()
          reject(error)
        },
      })
      this.#next()
    })
  }

  /** Ends all threads. What waits fails. */
  async close(): Promise<void> {
    this.#closed = true
    const error = new VoiceError('unavailable', `${this.#setup.name} has been closed.`)
    for (const job of this.#waiting.splice(0)) job.reject(error)
    await Promise.all(
      [...this.#threads].map(async (thread) => {
        const { job } = thread
        thread.job = undefined
        this.#forget(thread)
        job?.reject(error)
        await thread.worker.terminate()
      }),
    )
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const free = [...this.#threads].find(({ job }) => !job)
      if (!free && this.#threads.size >= this.#setup.threads) return
      this.#give(free ?? this.#start(), this.#waiting.shift()!)
    }
  }

  #give(thread: Thread<Request, Result>, job: Job<Request, Result>): void {
    thread.job = job
    thread.worker.ref()
    this.#limit(thread)
    thread.worker.postMessage(job.request)
  }

  /** A job's time begins when its thread can begin. */
  #limit(thread: Thread<Request, Result>): void {
    clearTimeout(thread.timer)
    const limitMs = thread.ready ? this.#setup.jobMs : startLimitMs
    thread.timer = setTimeout(() => this.#lose(thread, undefined), limitMs)
  }

  #start(): Thread<Request, Result> {
    const { entry, data, name } = this.#setup
    const worker = new Worker(entry.file, { execArgv: [...entry.execArgv], workerData: data, name })
    const thread: Thread<Request, Result> = { worker, job: undefined, ready: false, timer: undefined }
    this.#threads.add(thread)
    worker.on('message', (answer: ThreadAnswer<Result>) => {
      const { job } = thread
      if (answer === 'ready') {
        thread.ready = true
        if (job) this.#limit(thread)
        return
      }
      thread.job = undefined
      this.#rest(thread)
      if (job) {
        if ('result' in answer) job.resolve(answer.result)
        else this.#fail(job, answer.error)
      }
      this.#next()
    })
    worker.on('error', (error) => this.#lose(thread, error))
    worker.on('exit', () => this.#lose(thread, undefined))
    return thread
  }

  #rest(thread: Thread<Request, Result>): void {
    clearTimeout(thread.timer)
    // An idle thread keeps nobody from ending.
    thread.worker.unref()
    thread.timer = setTimeout(() => {
      this.#forget(thread)
      void thread.worker.terminate()
    }, this.#setup.idleMs)
    thread.timer.unref()
  }

  #forget(thread: Thread<Request, Result>): void {
    clearTimeout(thread.timer)
    this.#threads.delete(thread)
  }

  /** The thread broke or takes too long. */
  #lose(thread: Thread<Request, Result>, cause: unknown): void {
    if (!this.#threads.has(thread)) return
    this.#forget(thread)
    void thread.worker.terminate()
    const { job } = thread
    thread.job = undefined
    if (job) this.#fail(job, cause)
    this.#next()
  }

  #fail(job: Job<Request, Result>, cause: unknown): void {
    if (job.signal.aborted) return
    if (job.again) job.reject(new VoiceError('provider_failed', `${this.#setup.name} failed.`, { cause }))
    else this.#waiting.unshift({ ...job, again: true })
  }
}
