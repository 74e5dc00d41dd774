/** A scripted carrier: a telephone call over a WebSocket, as Twilio sends one, with a caller who hears and speaks at the pace of time. */
import { mulawToSamples, samplesToMulaw } from '../../src/audio/g711.ts'
import { joined } from '../../src/audio/joined.ts'
import { openClient, type WireClient } from './wire-client.ts'

/** Hz of the line. */
export const lineRate = 8000
const frameMs = 20
const frameBytes = (lineRate * frameMs) / 1000
const silence = new Uint8Array(frameBytes).fill(0xff)

export interface Caller extends WireClient {
  /** Speaks into the telephone; resolves when it is said. The line is never silent for the server: it sends noiseless frames. */
  say(samples: Float32Array): Promise<void>
  press(digit: string): void
  /** What came out of the receiver so far. */
  heard(): Float32Array
  /** Resolves once something louder than `level` has come out of the receiver for `ms` together, from now on. */
  hears(ms: number, level?: number): Promise<void>
  hangUp(): void
}

const loudness = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length))

/** Takes up the receiver. What is sent to the caller is played at the pace of time, marks come back as it is heard. */
export const startCall = async (
  url: string,
  {
    headers = {},
    parameters = {},
  }: {
    readonly headers?: Record<string, string>
    readonly parameters?: Record<string, string>
  } = {},
): Promise<Caller> => {
  const client = await openClient(url, { headers })
  const streamSid = 'MZ01'
  /** What the carrier has still to play: bytes, and marks among them. */
  let waiting: (Uint8Array | string)[] = []
  const played: Uint8Array[] = []
  const toSay: { readonly frame: Uint8Array; readonly said?: () => void }[] = []
  const listeners = new Set<() => void>()
  const send = (event: string, more: object): void => client.send({ event, streamSid, ...more })

  client.socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as {
      event: string
      media?: { payload: string }
      mark?: { name: string }
    }
    if (message.event === 'media') waiting.push(Buffer.from(message.media!.payload, 'base64'))
    if (message.event === 'mark') waiting.push(message.mark!.name)
    if (message.event !== 'clear') return
    const marks = waiting.filter((one) => typeof one === 'string')
    waiting = []
    for (const name of marks) send('mark', { mark: { name } })
  })

  /** 20 ms of the call. */
  const step = (): void => {
    let bytes = frameBytes
    while (waiting.length > 0) {
      const next = waiting[0]!
      if (typeof next === 'string') send('mark', { mark: { name: next } })
      else if (bytes === 0) break
      else {
        played.push(next.subarray(0, bytes))
        if (next.length > bytes) {
          waiting[0] = next.subarray(bytes)
          bytes = 0
          break
        }
        bytes -= next.length
      }
      waiting.shift()
    }
    const { frame, said } = toSay.shift() ?? { frame: silence }
    send('media', { media: { track: 'inbound', payload: Buffer.from(frame).toString('base64') } })
    said?.()
    for (const listener of listeners) listener()
  }

  client.send({ event: 'connected', protocol: 'Call', version: '1.0.0' })
  send('start', {
    sequenceNumber: '1',
    start: { streamSid, callSid: 'CA01', tracks: ['inbound'], customParameters: parameters },
  })
  let steps = 0
  const startedAt = performance.now()
  const clock = setInterval(() => {
    // A late timer makes up for what it missed.
    for (; steps * frameMs <= performance.now() - startedAt; steps += 1) if (client.socket.readyState === 1) step()
  }, frameMs)
  void client.closed.then(() => clearInterval(clock))

  const heard = (from = 0): Float32Array => mulawToSamples(joined(Uint8Array, played.slice(from)))
  return Object.assign(client, {
    heard,
    say: (samples: Float32Array) =>
      new Promise<void>((resolve) => {
        const bytes = samplesToMulaw(samples)
        for (let at = 0; at < bytes.length; at += frameBytes) {
          const frame = Buffer.concat([bytes.subarray(at, at + frameBytes), silence]).subarray(0, frameBytes)
          const isLast = at + frameBytes >= bytes.length
          toSay.push(isLast ? { frame, said: resolve } : { frame })
        }
      }),
    press: (digit: string) => send('dtmf', { dtmf: { track: 'inbound_track', digit } }),
    hears: (ms: number, level = 0.01) =>
      new Promise<void>((resolve, reject) => {
        const from = played.length
        const listener = (): void => {
          const loud = played.slice(from).filter((part) => loudness(mulawToSamples(part)) > level)
          if (loud.reduce((sum, part) => sum + part.length, 0) < (lineRate * ms) / 1000) return
          listeners.delete(listener)
          resolve()
        }
        listeners.add(listener)
        void client.closed.then(() => reject(new Error('The call is over; it was never that loud.')))
      }),
    hangUp: () => {
      send('stop', { stop: { callSid: 'CA01' } })
    },
  })
}
