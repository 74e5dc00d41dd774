/** The worker that takes one large message apart and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { asVoiceError } from '../errors.ts'
import { takeApart } from '../protocols/large-message.ts'
import type { LargeMessage, TakenApart } from './large-messages.ts'

const answer = (): TakenApart => {
  try {
    const { wire, ...message } = workerData as LargeMessage
    return { messages: takeApart(wire, message) }
  } catch (error) {
    const { code, message } = asVoiceError(error)
    return { code, message }
  }
}

const taken = answer()
const messages = 'messages' in taken ? taken.messages : []
// Small ones share memory with others and are copied.
const own = messages.filter((message) => message.byteLength === message.buffer.byteLength)
parentPort?.postMessage(
  taken,
  own.map(({ buffer }) => buffer as ArrayBuffer),
)
