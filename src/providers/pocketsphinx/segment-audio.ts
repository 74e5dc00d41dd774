/** SegmentAudio: the audio of a segment that a second pass may begin to hear before it is all there. */
import { joined } from '../../audio/joined.ts'

/** One writer, one reader. The reader waits while there is nothing and the writer has not said that it is all. */
export class SegmentAudio {
  readonly #runs: Int16Array[] = []
  #sealed = false
  #wake: (() => void) | undefined

  /** What is there already; more may follow. */
  constructor(runs: readonly Int16Array[] = []) {
    this.#runs.push(...runs)
  }

  /** True once no more will come. */
  get sealed(): boolean {
    return this.#sealed
  }

  push(run: Int16Array): void {
    this.#runs.push(run)
    this.#wake?.()
  }

  /** That is all, or the reader is to look up for another reason. */
  seal(): void {
    this.#sealed = true
    this.#wake?.()
  }

  /** The next samples, at most about this many; undefined when all have been read. */
  async next(samples: number): Promise<Int16Array | undefined> {
    while (this.#runs.length === 0) {
      if (this.#sealed) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
    let count = 0
    let length = 0
    while (count < this.#runs.length && (count === 0 || length + this.#runs[count]!.length <= samples)) {
      length += this.#runs[count]!.length
      count += 1
    }
    return joined(Int16Array, this.#runs.splice(0, count))
  }
}
