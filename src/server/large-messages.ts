/** Large messages of sockets are taken apart in a worker, since parsing 20 MB would hold up everyone. */
import { Worker } from 'node:worker_threads'
import { type ErrorCode, VoiceError } from '../errors.ts'
import type { LargeWire, RawMessage } from '../protocols/large-message.ts'
import { entry } from '../threads/entry.ts'
import type { LargeMessages } from '../transports/websocket.ts'

/** What the worker is given. */
export type LargeMessage = RawMessage & { readonly wire: LargeWire }

/** What the worker answers. */
export type TakenApart =
  | { readonly messages: readonly Uint8Array[] }
  | { readonly code: ErrorCode; readonly message: string }

const overBytes = 1024 * 1024
/** Memory for what 32 MB of JSON can become; where that is not enough, it is no message for a voice server. */
const heapMegabytes = 512

/** For sockets of this wire. A worker for each message: they are rare, and it takes its memory with it. */
export const largeMessages = (wire: LargeWire): LargeMessages => ({
  overBytes,
  async takeApart({ data, isBinary }, signal) {
    const { file, execArgv } = entry(import.meta.url, './large-messages-worker')
    const worker = new Worker(file, {
      execArgv: [...execArgv],
      env: {},
      name: 'large-message',
      workerData: { wire, data, isBinary } satisfies LargeMessage,
      // Moved, not copied, where nothing else lies in the same memory.
      transferList: data.byteLength === data.buffer.byteLength ? [data.buffer as ArrayBuffer] : [],
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    })
    const stop = (): void => void worker.terminate()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    try {
      const answer = await new Promise<TakenApart>((resolve, reject) => {
        worker.once('message', resolve)
        worker.once('error', (error: NodeJS.ErrnoException) =>
          reject(
            error.code === 'ERR_WORKER_OUT_OF_MEMORY'
              ? new VoiceError('too_large', 'The message holds more than this server takes at once.')
              : error,
          ),
        )
        worker.once('exit', () => resolve({ messages: [] }))
      })
      if ('messages' in answer) return answer.messages
      throw new VoiceError(answer.code, answer.message)
    } finally {
      signal.removeEventListener('abort', stop)
      await worker.terminate()
    }
  },
})
