/** The body of Inworld's `transcribe`: a large one is read in a worker, since parsing 20 MB would hold up everyone. */
import { Worker } from 'node:worker_threads'
import { type ErrorCode, VoiceError } from '../errors.ts'
import { readTranscribe, type TranscribeCall } from '../protocols/inworld-stt/http.ts'
import { entry } from '../threads/entry.ts'

const inlineLimitBytes = 1024 * 1024

/** What the worker answers. */
export type BodyRead =
  | { readonly call: TranscribeCall }
  | { readonly code: ErrorCode; readonly message: string; readonly param: string | undefined }

/** Reads the body. Throws `invalid_request` or `too_large`. */
export const readInworldBody = async (body: Uint8Array): Promise<TranscribeCall> => {
  if (body.length < inlineLimitBytes) return readTranscribe(new TextDecoder().decode(body))
  const { file, execArgv } = entry(import.meta.url, './inworld-body-worker')
  const worker = new Worker(file, { execArgv: [...execArgv], workerData: body })
  try {
    const read = await new Promise<BodyRead>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    if ('call' in read) return read.call
    throw new VoiceError(read.code, read.message, { param: read.param })
  } finally {
    await worker.terminate()
  }
}
