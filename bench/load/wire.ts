/** The client's side of the Inworld wire, as far as the load bench speaks it. */
import { WebSocket } from 'ws'
import { benchKey } from './key.ts'

const path = '/stt/v1/transcribe:streamBidirectional'

export const configMessage: string = JSON.stringify({
  transcribeConfig: { modelId: 'inworld/inworld-stt-1', audioEncoding: 'LINEAR16', sampleRateHertz: 16_000 },
})

export const closeMessage: string = JSON.stringify({ closeStream: {} })

/** What the bench reads in a frame of the server. */
export interface Told {
  readonly transcript?: string
  readonly isFinal?: boolean
  readonly error?: string
  readonly usage?: boolean
}

export const read = (data: WebSocket.RawData): Told => {
  const { result, error } = JSON.parse(String(data)) as {
    readonly result?: {
      readonly transcription?: { readonly transcript: string; readonly isFinal: boolean }
      readonly usage?: unknown
    }
    readonly error?: { readonly code: number; readonly message: string }
  }
  if (error) return { error: `${error.code} ${error.message}` }
  if (result?.usage) return { usage: true }
  return result?.transcription ?? {}
}

/** An open socket that has said its settings. Rejects with the reason where the server refuses. */
export const connect = (url: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url + path, {
      headers: { authorization: `Bearer ${benchKey}` },
      perMessageDeflate: false,
    })
    socket.once('open', () => {
      socket.send(configMessage)
      resolve(socket)
    })
    socket.once('unexpected-response', (_request, response) => reject(new Error(`HTTP ${response.statusCode}`)))
    socket.once('error', reject)
  })
