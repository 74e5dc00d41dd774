/** KeyPresses: keys that a caller presses one after the other → what was entered. */

/** Silence of the keys after which what was entered counts as whole. */
const pauseMs = 2000
/** The key that ends an entry by itself. */
const last = '#'
const mostKeys = 64

/** Times are wall times in milliseconds since 1970. */
export class KeyPresses {
  #keys = ''
  #pressedAt = 0

  /** True while something has been begun. */
  get begun(): boolean {
    return this.#keys !== ''
  }

  /** Gives what was entered, if this key ends it. */
  press(key: string, at: number): string | undefined {
    this.#keys += key
    this.#pressedAt = at
    return key === last || this.#keys.length >= mostKeys ? this.#take() : undefined
  }

  /** Gives what was entered, if nothing has been pressed for long enough. */
  due(at: number): string | undefined {
    return this.begun && at - this.#pressedAt >= pauseMs ? this.#take() : undefined
  }

  #take(): string {
    const keys = this.#keys
    this.#keys = ''
    return keys
  }
}
