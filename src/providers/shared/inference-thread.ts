/** A model in its own thread: requests in, answers out, restarted after a crash. */
import { parentPort, type Transferable, Worker, workerData } from 'node:worker_threads'
import { VoiceError } from '../../errors.ts'
import type { Entry } from '../../threads/entry.ts'

interface Question {
  readonly id: number
  readonly request: unknown
}

/** How long a thread may take for the question in hand before it is ended by force. */
const endLimitMs = 5_000

type Answer = { readonly id: number } & ({ readonly answer: unknown } | { readonly error: unknown })

interface Asked {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: VoiceError) => void
}

/**
 * The caller's side. The thread starts with the first question, and anew with the first question after a crash. A crash
 * fails what was asked with `provider_failed`; the state that the thread held is lost.
 */
export class InferenceThread<Request, Result> {
  readonly #name: string
  readonly #entry: Entry
  readonly #data: unknown
  readonly #limit: number
  readonly #asked = new Map<number, Asked>()
  #worker: Worker | undefined
  #ending: Promise<unknown> = Promise.resolve()
  #next = 0
  #closed = false

  constructor(parts: {
    /** For messages: `Voice activity`. */
    readonly name: string
    readonly entry: Entry
    /** What `answerQuestions` gets to prepare with. */
    readonly data: unknown
    /** Questions that may wait for an answer; more are refused with `overloaded`. */
    readonly limit: number
  }) {
    this.#name = parts.name
    this.#entry = parts.entry
    this.#data = parts.data
    this.#limit = parts.limit
  }

  /** Questions that wait for an answer. */
  get waiting(): number {
    return this.#asked.size
  }

  ask(request: Request, transfer: readonly Transferable[] = []): Promise<Result> {
    if (this.#closed) return Promise.reject(new VoiceError('unavailable', `${this.#name} has been closed.`))
    if (this.#asked.size >= this.#limit)
      return Promise.reject(new VoiceError('overloaded', `${this.#name} has too much to do.`))
    const id = this.#next++
    return new Promise<Result>((resolve, reject) => {
      this.#asked.set(id, { resolve: resolve as (answer: unknown) => void, reject })
      this.#worker ??= this.#start()
      this.#worker.postMessage({ id, request } satisfies Question, transfer)
    })
  }

  /** Ends the thread and waits until it has ended. What was asked fails. */
  async close(): Promise<void> {
    this.#closed = true
    const worker = this.#worker
    if (worker) {
      this.#lose(worker, undefined)
      this.#ending = end(worker)
    }
    await this.#ending
  }

  #start(): Worker {
    const worker = new Worker(this.#entry.file, { execArgv: [...this.#entry.execArgv], workerData: this.#data })
    worker.on('message', (message: Answer) => {
      const asked = this.#asked.get(message.id)
      if (!asked) return
      this.#asked.delete(message.id)
      if ('error' in message) asked.reject(this.#failure(message.error))
      else asked.resolve(message.answer)
    })
    worker.on('error', (error) => this.#lose(worker, error))
    worker.on('exit', () => this.#lose(worker, undefined))
    return worker
  }

  #failure(cause: unknown): VoiceError {
    return new VoiceError('provider_failed', `${this.#name} failed.`, { cause })
  }

  #lose(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const asked = [...this.#asked.values()]
    this.#asked.clear()
    for (const { reject } of asked) reject(this.#failure(cause))
  }
}

/** A thread that is terminated inside a native call takes the process with it, so it is asked to end between two questions. */
const end = async (worker: Worker): Promise<void> => {
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  const stuck = setTimeout(() => void worker.terminate(), endLimitMs)
  worker.postMessage('end')
  await ended
  clearTimeout(stuck)
}

/**
 * The thread's side: `prepare` is called once with the thread's data and gives the function that answers. Questions are
 * answered one at a time, in order. The buffers in `transfer` move with the answer.
 */
export const answerQuestions = <Data, Request, Result>(
  prepare: (
    data: Data,
  ) => Promise<(request: Request) => Promise<{ readonly answer: Result; readonly transfer?: Transferable[] }>>,
): void => {
  const port = parentPort
  if (!port) throw new Error('This module is the entry of a worker thread.')
  const prepared = prepare(workerData as Data)
  let before: Promise<unknown> = prepared.catch(() => {})
  let over = false
  port.on('message', (message: Question | 'end') => {
    if (message === 'end') {
      over = true
      before = before.then(() => port.close())
      return
    }
    const { id, request } = message
    before = before.then(async () => {
      if (over) return
      try {
        const { answer, transfer } = await (await prepared)(request as Request)
        port.postMessage({ id, answer } satisfies Answer, transfer)
      } catch (error) {
        port.postMessage({ id, error } satisfies Answer)
      }
    })
  })
}
