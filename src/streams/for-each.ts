/** Reading a stream that may have nothing to give when it is no longer wanted. */

/** Runs through a stream; an abort ends that at once, also while the stream has nothing to give. */
export const forEach = <T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
  each: (item: T) => Promise<void> | undefined,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const iterator = source[Symbol.asyncIterator]()
    // Asking the signal itself takes longer than all else here.
    let stopped = false
    const stop = (): void => {
      stopped = true
      resolve()
      // A generator ends when its present wait does.
      iterator.return?.().catch(() => {})
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    const run = async (): Promise<void> => {
      for (;;) {
        const next = await iterator.next()
        if (next.done || stopped) return
        const wait = each(next.value)
        if (wait !== undefined) await wait
      }
    }
    const done = (): void => signal.removeEventListener('abort', stop)
    run().then(
      () => {
        done()
        resolve()
      },
      (error: unknown) => {
        done()
        reject(error)
        iterator.return?.().catch(() => {})
      },
    )
  })
