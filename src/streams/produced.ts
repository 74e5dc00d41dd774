/** A stream that is worked on beside its reader. */
import type { Queue } from './queue.ts'

/**
 * What a queue gives, begun with the first reader. Whoever begins it closes `output`, as the last thing; `end` stops
 * the work early and waits until it has stopped. An item costs less than a generator's, which counts
 * where there are many.
 */
export const produced = <T>(
  begin: () => { readonly output: Queue<T>; readonly end: () => Promise<void> },
): AsyncIterable<T> => ({
  [Symbol.asyncIterator]() {
    const { output, end } = begin()
    const reader = output[Symbol.asyncIterator]()
    return {
      next: () => reader.next(),
      async return() {
        output.abort()
        await end()
        return { value: undefined, done: true }
      },
    }
  },
})
