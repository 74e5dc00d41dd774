/** Answers whose body is made while it is sent. */
import { VoiceError } from '../errors.ts'
import type { House } from './house.ts'

/** A signal that aborts when the client goes away or the reader of the body does; `stop` aborts it too. */
export const stoppable = (request: Request): { readonly signal: AbortSignal; readonly stop: () => void } => {
  const controller = new AbortController()
  return { signal: AbortSignal.any([request.signal, controller.signal]), stop: () => controller.abort() }
}

/** The same items, while they come counting as one conversation of the key. Throws `overloaded` when the key has too many. */
export async function* placed<T>(house: House, key: string, items: AsyncIterable<T>): AsyncGenerator<T, void> {
  if (house.shutdown.aborted) throw new VoiceError('shutting_down', 'The server is shutting down.')
  const release = house.limits.openSession(key)
  if (!release) throw new VoiceError('overloaded', 'This key has all its conversations open.')
  try {
    yield* items
  } finally {
    release()
  }
}

/**
 * A body of these pieces, each sent as it comes and made only as fast as it is read. Waits for the first one, so that
 * what fails before it is thrown here and can still be told by a status; later failures break the connection. `stop` is
 * called when nobody reads on.
 */
export const streamed = async (
  pieces: AsyncGenerator<Uint8Array | string, void>,
  stop: () => void,
): Promise<ReadableStream<Uint8Array>> => {
  const encoder = new TextEncoder()
  let next: IteratorResult<Uint8Array | string, void> | undefined = await pieces.next()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const result = next ?? (await pieces.next())
        next = undefined
        if (result.done) controller.close()
        else controller.enqueue(typeof result.value === 'string' ? encoder.encode(result.value) : result.value)
      },
      async cancel() {
        stop()
        await pieces.return()
      },
    },
    { highWaterMark: 0 },
  )
}
