/** The worker that reads one large body and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { asVoiceError } from '../errors.ts'
import { readTranscribe } from '../protocols/inworld-stt/http.ts'
import type { BodyRead } from './inworld-body.ts'

const read = (): BodyRead => {
  try {
    return { call: readTranscribe(new TextDecoder().decode(workerData as Uint8Array)) }
  } catch (error) {
    const { code, message, param } = asVoiceError(error)
    return { code, message, param }
  }
}

parentPort?.postMessage(read())
