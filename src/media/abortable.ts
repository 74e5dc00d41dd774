/** Iteration that ends when a signal aborts, whatever the iterated thing is waiting for. */

/**
 * The items of `source` until it ends or the signal aborts. What `source` is left waiting for is not waited for here:
 * whoever aborts ends it too.
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  if (signal.aborted) return
  const reader = source[Symbol.asyncIterator]()
  // A new promise for each wait: racing one that lives as long as the stream would keep every item's reaction alive.
  let stop = (): void => {}
  const abort = (): void => stop()
  signal.addEventListener('abort', abort)
  let ended = false
  try {
    while (!signal.aborted) {
      const result = await new Promise<IteratorResult<T> | undefined>((resolve, reject) => {
        stop = () => resolve(undefined)
        reader.next().then(resolve, reject)
      })
      if (!result || signal.aborted) return
      if (result.done) {
        ended = true
        return
      }
      yield result.value
    }
  } catch (error) {
    ended = true
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    if (!ended) void Promise.resolve(reader.return?.()).catch(() => {})
  }
}
