/** Takes the files that are wanted out of an archive, in a thread of its own: decompression computes. */
import { Worker } from 'node:worker_threads'
import { VoiceError } from '../errors.ts'
import { entry } from '../threads/entry.ts'

/** A file that was written; its path is relative to the model's folder. */
export interface StoredFile {
  readonly path: string
  readonly sha256: string
  readonly bytes: number
}

/** What is to be unpacked. */
export interface UnpackTask {
  readonly archive: string
  /** Its ending says how the archive is packed: `.tar.bz2`, `.tar.gz`, `.tgz`, `.tar`. */
  readonly name: string
  /** Must exist. */
  readonly folder: string
  /** Paths below the archive's own top folder; a trailing slash means all below. */
  readonly files: readonly string[]
}

/** What the thread answers. */
export type Unpacked =
  | { readonly type: 'unpacked'; readonly files: readonly StoredFile[] }
  | { readonly type: 'failed'; readonly message: string; readonly diskFull: boolean }

/** Unpacks; leaves half a folder behind when it throws. */
export const unpack = async (task: UnpackTask, signal?: AbortSignal): Promise<readonly StoredFile[]> => {
  signal?.throwIfAborted()
  const { file, execArgv } = entry(import.meta.url, './unpack-thread')
  const worker = new Worker(file, { execArgv: [...execArgv], workerData: task })
  const stop = (): void => void worker.terminate()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const answer = await new Promise<Unpacked>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => reject(new VoiceError('internal', 'Unpacking ended without an answer.')))
    })
    if (answer.type === 'unpacked') return answer.files
    if (answer.diskFull) throw new VoiceError('unavailable', `The disk is full: ${task.name} could not be unpacked.`)
    throw new VoiceError('provider_failed', `${task.name} cannot be unpacked: ${answer.message}`)
  } finally {
    signal?.removeEventListener('abort', stop)
    await worker.terminate()
    signal?.throwIfAborted()
  }
}
