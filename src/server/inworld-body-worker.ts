/** The worker that reads one large body and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { asVoiceError } from '../errors.ts'
import { type BodyRead, type BodyWork, bodyReaders } from './inworld-body.ts'

const read = ({ kind, body }: BodyWork): BodyRead => {
  try {
    return { call: bodyReaders[kind](new TextDecoder().decode(body)) }
  } catch (error) {
    const { code, message, param } = asVoiceError(error)
    return { code, message, param }
  }
}

parentPort?.postMessage(read(workerData as BodyWork))
