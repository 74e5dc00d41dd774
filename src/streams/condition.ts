/** Condition: what many may wait for until somebody notes that it holds. */

/** Whoever waits has seen that it does not hold yet; what is notified with nobody waiting is forgotten. */
export class Condition {
  #waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

  /** Resolves at the next `notify`; all that wait share one promise. */
  wait(): Promise<void> {
    if (!this.#waiting) {
      let resolve = (): void => {}
      const promise = new Promise<void>((done) => {
        resolve = done
      })
      this.#waiting = { promise, resolve }
    }
    return this.#waiting.promise
  }

  notify(): void {
    this.#waiting?.resolve()
    this.#waiting = undefined
  }
}
