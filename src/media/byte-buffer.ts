/** ByteBuffer: bytes that have come and are not yet read. */

const firstCapacity = 4096

/** Bytes are added at its end and taken from its beginning, each copied about once however many come at a time. */
export class ByteBuffer {
  #bytes = new Uint8Array(firstCapacity)
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  /** What is there. Valid until the next `append`. */
  get view(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end)
  }

  append(bytes: Uint8Array): void {
    const length = this.length + bytes.length
    if (this.#end + bytes.length > this.#bytes.length) {
      const kept = this.view
      // Moving within the same memory pays only where it frees as much as it moves.
      if (length * 2 > this.#bytes.length) this.#bytes = new Uint8Array(length * 2)
      this.#bytes.set(kept)
      this.#start = 0
      this.#end = kept.length
    }
    this.#bytes.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** Takes so many bytes from the beginning; all there are when there are fewer. */
  drop(count: number): void {
    this.#start = Math.min(this.#start + count, this.#end)
    if (this.#start === this.#end) this.#start = this.#end = 0
  }
}
