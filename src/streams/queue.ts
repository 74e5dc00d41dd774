/** A bounded line from any number of writers to one reader. */
import { Condition } from './condition.ts'

/**
 * Writers push and never wait; the reader iterates. `close` ends the iteration once what is waiting has been read;
 * `abort` drops what is waiting and ends it now, with an error if one is given. A reader that leaves its loop early
 * aborts the queue: later pushes are dropped.
 */
export class Queue<T> implements AsyncIterable<T> {
  readonly #limit: number
  readonly #weigh: (item: T) => number
  #items: T[] = []
  #head = 0
  #weight = 0
  #ended = false
  #error: { readonly error: unknown } | undefined
  #reader: { resolve: (result: IteratorResult<T>) => void; reject: (error: unknown) => void } | undefined
  readonly #drained = new Condition()

  /** `limit` counts items, or whatever `weigh` measures: milliseconds of audio, bytes. */
  constructor(limit: number, weigh: (item: T) => number = () => 1) {
    this.#limit = limit
    this.#weigh = weigh
  }

  /** What is waiting, in the queue's unit. */
  get weight(): number {
    return this.#weight
  }

  /** True once closed or aborted. */
  get ended(): boolean {
    return this.#ended
  }

  /** False when the queue is now over its limit: the writer should pause, shed or fail. What is pushed after the end is dropped. */
  push(item: T): boolean {
    if (this.#ended) return true
    if (this.#reader) {
      const reader = this.#reader
      this.#reader = undefined
      reader.resolve({ value: item, done: false })
    } else {
      this.#items.push(item)
      this.#weight += this.#weigh(item)
    }
    return this.#weight <= this.#limit
  }

  /** Resolves when half of the limit or less is waiting, or the queue has ended. */
  drained(): Promise<void> {
    if (this.#ended || this.#weight <= this.#limit / 2) return Promise.resolve()
    return this.#drained.wait()
  }

  /** Takes out of the line what nobody wants any more. */
  discard(unwanted: (item: T) => boolean): void {
    this.#items = this.#items.slice(this.#head).filter((item) => {
      const dropped = unwanted(item)
      if (dropped) this.#weight -= this.#weigh(item)
      return !dropped
    })
    this.#head = 0
    this.#easeWriters()
    if (this.#ended && this.#items.length === 0) this.#finish()
  }

  /** Ends the iteration after what is waiting; with an error, the iteration then throws it. */
  close(error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    if (error !== undefined) this.#error = { error }
    if (this.#head === this.#items.length) this.#finish()
  }

  abort(error?: unknown): void {
    this.#items = []
    this.#head = 0
    this.#weight = 0
    if (!this.#ended && error !== undefined) this.#error = { error }
    this.#ended = true
    this.#finish()
  }

  #finish(): void {
    this.#drained.notify()
    const reader = this.#reader
    this.#reader = undefined
    if (!reader) return
    const failure = this.#error
    this.#error = undefined
    if (failure) reader.reject(failure.error)
    else reader.resolve({ value: undefined, done: true })
  }

  #easeWriters(): void {
    if (this.#weight <= this.#limit / 2) this.#drained.notify()
  }

  #next(): Promise<IteratorResult<T>> {
    if (this.#head < this.#items.length) {
      const item = this.#items[this.#head] as T
      this.#items[this.#head] = undefined as T
      this.#head += 1
      if (this.#head > 256 && this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head)
        this.#head = 0
      }
      this.#weight -= this.#weigh(item)
      this.#easeWriters()
      return Promise.resolve({ value: item, done: false })
    }
    if (this.#error) {
      const { error } = this.#error
      this.#error = undefined
      return Promise.reject(error)
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    if (this.#reader) return Promise.reject(new Error('A queue has one reader.'))
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
    })
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () => this.#next(),
      return: () => {
        this.abort()
        return Promise.resolve({ value: undefined, done: true })
      },
    }
  }
}
