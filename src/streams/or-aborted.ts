/** Waiting for what may come too late. */

/** What a promise gives; undefined as soon as the signal aborts, however long the promise takes or fails after that. */
export const orAborted = <T>(wait: Promise<T>, signal: AbortSignal): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    wait.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
