/** The JSON bodies of Inworld's transcription: a large one is read in a worker, since parsing 20 MB would hold up everyone. */
import { Worker } from 'node:worker_threads'
import { type ErrorCode, VoiceError } from '../errors.ts'
import { readTranscribe } from '../protocols/inworld-stt/http.ts'
import { readJob } from '../protocols/inworld-stt/jobs.ts'
import { entry } from '../threads/entry.ts'

const inlineLimitBytes = 1024 * 1024

/** What a body may be read as. */
export const bodyReaders = { transcribe: readTranscribe, job: readJob }

type Kind = keyof typeof bodyReaders
type Read<K extends Kind> = ReturnType<(typeof bodyReaders)[K]>

/** What the worker is given. */
export interface BodyWork {
  readonly kind: Kind
  readonly body: Uint8Array
}

/** What the worker answers. */
export type BodyRead<K extends Kind = Kind> =
  | { readonly call: Read<K> }
  | { readonly code: ErrorCode; readonly message: string; readonly param: string | undefined }

/** Reads the body. Throws `invalid_request` or `too_large`. */
export const readInworldBody = async <K extends Kind>(kind: K, body: Uint8Array): Promise<Read<K>> => {
  if (body.length < inlineLimitBytes) return bodyReaders[kind](new TextDecoder().decode(body)) as Read<K>
  const { file, execArgv } = entry(import.meta.url, './inworld-body-worker')
  const worker = new Worker(file, { execArgv: [...execArgv], workerData: { kind, body } satisfies BodyWork })
  try {
    const read = await new Promise<BodyRead<K>>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    if ('call' in read) return read.call
    throw new VoiceError(read.code, read.message, { param: read.param })
  } finally {
    await worker.terminate()
  }
}
