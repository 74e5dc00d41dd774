/** Work that is started, cancelled and awaited together. */

/**
 * Owns what it starts. The first task to fail aborts the others; `settled` waits for all and throws that first failure.
 * Failures after an abort from outside are not errors.
 */
export class Tasks {
  readonly #controller = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #untie = (): void => {}
  #failure: { readonly error: unknown } | undefined

  /** `parent`: aborting it aborts these tasks too. */
  constructor(parent?: AbortSignal) {
    if (!parent) return
    if (parent.aborted) this.#controller.abort(parent.reason)
    else {
      const abort = (): void => this.#controller.abort(parent.reason)
      parent.addEventListener('abort', abort, { once: true })
      // By hand: the `signal` option of addEventListener leaves 2 KB behind on the parent each time (Node 20).
      this.#untie = () => parent.removeEventListener('abort', abort)
    }
  }

  /** Aborts when any task failed or `abort` was called. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  start(work: (signal: AbortSignal) => Promise<void>): void {
    const running = work(this.signal)
      .catch((error: unknown) => {
        if (this.signal.aborted) return
        this.#failure = { error }
        this.#controller.abort(error)
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  abort(): void {
    this.#controller.abort()
  }

  /** Waits until everything that was started, also meanwhile, has ended. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
    // The parent signal may live much longer.
    this.#untie()
    this.#controller.abort()
    if (this.#failure) throw this.#failure.error
  }
}
