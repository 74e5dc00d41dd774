/** The client's side of the Realtime wire, as far as the bench speaks it. */
import { WebSocket } from 'ws'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { Resampler } from '../../src/audio/resample.ts'
import { type Sound, soundLoop } from '../load/audio.ts'
import { benchKey } from '../load/key.ts'

/** Hz on the wire, both ways. */
export const wireRate = 24_000
/** Audio in one message. */
export const chunkMs = 100

/** A message of the server, as far as it matters here. */
export interface Told {
  readonly type: string
  readonly response_id?: string
  readonly response?: { readonly id: string; readonly status: string }
  readonly item_id?: string
  readonly delta?: string
  readonly item?: { readonly content?: readonly { readonly transcript?: string | null }[] }
  readonly error?: { readonly message: string }
}

export const read = (data: WebSocket.RawData): Told => JSON.parse(String(data)) as Told

/** An open socket. Rejects with the reason where the server refuses. */
export const connect = (url: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/realtime`, {
      headers: { authorization: `Bearer ${benchKey}` },
      perMessageDeflate: false,
    })
    socket.once('open', () => resolve(socket))
    socket.once('unexpected-response', (_request, response) => reject(new Error(`HTTP ${response.statusCode}`)))
    socket.once('error', reject)
  })

/** A loop of sound as append messages of 100 ms. */
export const appends = async (sound: Sound): Promise<readonly string[]> => {
  const loop = await soundLoop(sound)
  const samples = new Resampler(16_000, wireRate).push(loop)
  const step = (wireRate * chunkMs) / 1000
  return Array.from({ length: Math.floor(samples.length / step) }, (_, index) => {
    const pcm = samplesToPcm16(samples.subarray(index * step, (index + 1) * step))
    return JSON.stringify({ type: 'input_audio_buffer.append', audio: Buffer.from(pcm).toString('base64') })
  })
}
