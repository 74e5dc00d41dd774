/** A caller over WebRTC, on another stack than the server's: offers, speaks in RTP, and listens to the received track. */
import { createDecoder, createEncoder } from 'libopus-wasm'
import { type MediaStreamTrack, RTCPeerConnection, MediaStreamTrack as Track, useOPUS } from 'werift'
import { Condition } from '../../src/streams/condition.ts'
import { rtpBytes } from '../../src/webrtc/rtp.ts'
import { testKey } from './server.ts'
import type { Received } from './wire-client.ts'

/** Hz of the caller's samples in both directions. */
export const callerRate = 24_000
const frameSamples = callerRate / 50
const eventLimitMs = 30_000
/** What is louder is no silence. */
const audible = 0.02

export interface Caller {
  /** From `Location`. */
  readonly callId: string
  readonly answer: string
  /** When the offer went out, by `performance.now()`. */
  readonly offeredAt: number
  /** Every event, in order. */
  readonly received: Received[]
  /** The received track, from its first packet on: one entry for each, 20 ms. `at` is of `performance.now()`. */
  readonly heard: { readonly at: number; readonly samples: Int16Array }[]
  send(event: object): void
  /** The first event of this type, from `after` (an index into `received`) on. */
  next(type: string, after?: number): Promise<Received>
  /** Resolves once this is so of what was heard. */
  hears(enough: (heard: Caller['heard']) => boolean): Promise<void>
  /** Packets so far that are no silence. */
  readonly loud: number
  /** Sends samples at the pace of speech, as from a microphone; resolves when they are out. */
  speak(samples: Int16Array): Promise<void>
  /** The same in silence, until `close`. */
  keepQuiet(): void
  close(): Promise<void>
}

/** Root mean square, 0…1. */
const loudness = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0) / Math.max(1, samples.length))

/** A sine, loud enough to be speech to the voice activity of test servers. */
export const toneOf = (ms: number, hertz = 300, level = 0.9): Int16Array =>
  Int16Array.from({ length: (callerRate * ms) / 1000 }, (_, at) =>
    Math.round(level * 32_767 * Math.sin((2 * Math.PI * hertz * at) / callerRate)),
  )

export interface CallOptions {
  readonly path?: string
  readonly key?: string
  /** The offer as a request; the SDP alone where it is missing. */
  readonly request?: (sdp: string) => { readonly headers?: Record<string, string>; readonly body: string | FormData }
  /** No address of the caller in the offer. */
  readonly withoutCandidates?: boolean
  /** Changes the answer before it is taken, as who stands between does. */
  readonly through?: (answer: string) => string | Promise<string>
}

/** Calls, and resolves once the channel is open. Throws where the offer is refused. */
export const call = async (url: string, options: CallOptions = {}): Promise<Caller> => {
  const { path = '/v1/realtime/calls?model=fake/script', key = testKey } = options
  const connection = new RTCPeerConnection({
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    codecs: { audio: [useOPUS()], video: [] },
  })
  const track: MediaStreamTrack = new Track({ kind: 'audio' })
  connection.addTransceiver(track, { direction: 'sendrecv' })
  const channel = connection.createDataChannel('oai-events')
  const received: Received[] = []
  const heard: { at: number; samples: Int16Array }[] = []
  const news = new Condition()
  const decoder = await createDecoder({ channels: 1, sampleRate: callerRate })
  const encoder = await createEncoder({
    channels: 1,
    sampleRate: callerRate,
    bitrate: 32_000,
    fec: true,
    packetLossPercent: 10,
    frameSize: frameSamples,
  })
  connection.onTrack.subscribe((incoming) =>
    incoming.onReceiveRtp.subscribe(({ payload }) => {
      heard.push({ at: performance.now(), samples: decoder.decode(payload).slice() })
      news.notify()
    }),
  )
  channel.onMessage.subscribe((message) => {
    received.push(JSON.parse(message.toString()) as Received)
    news.notify()
  })
  const opened = new Promise<void>((resolve) => {
    channel.stateChanged.subscribe((state) => state === 'open' && resolve())
  })
  await connection.setLocalDescription(await connection.createOffer())
  const whole = connection.localDescription!.sdp
  const sdp = options.withoutCandidates ? whole.replaceAll(/^a=(candidate|end-of-candidates).*\r?\n/gm, '') : whole
  const { headers = { 'content-type': 'application/sdp' }, body } = options.request?.(sdp) ?? { body: sdp }
  const offeredAt = performance.now()
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${key}` },
    body,
  })
  const text = await response.text()
  if (response.status !== 201) {
    await connection.close()
    throw new Error(`${response.status} ${text}`)
  }
  const answer = response.headers.get('content-type')?.includes('json') ? String(JSON.parse(text).sdp) : text
  await connection.setRemoteDescription({ type: 'answer', sdp: (await options.through?.(answer)) ?? answer })
  await opened

  let sequence = 1000
  let timestamp = 5000
  let quiet: NodeJS.Timeout | undefined
  const sendFrame = (frame: Int16Array): void => {
    sequence = (sequence + 1) & 0xffff
    timestamp += 960
    const payload = encoder.encode(frame, { frameSize: frameSamples })
    track.writeRtp(Buffer.from(rtpBytes({ payloadType: 96, ssrc: 1, marker: false, sequence, timestamp, payload })))
  }
  const within = async <T>(what: string, look: () => T | undefined): Promise<T> => {
    const last = performance.now() + eventLimitMs
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      const left = last - performance.now()
      if (left <= 0) throw new Error(`${what} did not come; there were ${received.map(({ type }) => type).join(', ')}`)
      let timer: NodeJS.Timeout | undefined
      await Promise.race([news.wait(), new Promise((resolve) => (timer = setTimeout(resolve, left)))])
      clearTimeout(timer)
    }
  }
  return {
    callId: response.headers.get('location')?.split('/').at(-1) ?? '',
    answer,
    offeredAt,
    received,
    heard,
    get loud() {
      return heard.filter(({ samples }) => loudness(samples) > audible).length
    },
    send: (event) => channel.send(JSON.stringify(event)),
    next: (type, after = 0) => within(type, () => received.slice(after).find((event) => event.type === type)),
    hears: async (enough) => void (await within('what should be heard', () => enough(heard) || undefined)),
    async speak(samples) {
      clearInterval(quiet)
      const began = performance.now()
      for (let at = 0, frame = 0; at + frameSamples <= samples.length; at += frameSamples, frame++) {
        sendFrame(samples.subarray(at, at + frameSamples))
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + (frame + 1) * 20 - performance.now())))
      }
    },
    keepQuiet() {
      clearInterval(quiet)
      quiet = setInterval(() => sendFrame(new Int16Array(frameSamples)), 20)
    },
    async close() {
      clearInterval(quiet)
      await connection.close()
      encoder.free()
      decoder.free()
    },
  }
}
