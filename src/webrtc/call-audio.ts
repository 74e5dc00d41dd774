/** The audio of one call, both ways: RTP packets → samples, and samples → RTP packets. Runs in the process for calls. */
import {
  Application,
  createDecoder,
  createEncoder,
  type OpusDecoderHandle,
  type OpusEncoderHandle,
  Signal,
} from 'libopus-wasm'
import { joined } from '../audio/joined.ts'
import { Resampler } from '../audio/resample.ts'
import { JitterBuffer } from './jitter-buffer.ts'
import { heardRate } from './messages.ts'
import { type RtpPacket, rtpBytes } from './rtp.ts'

const sentRate = 24_000
/** A packet holds 20 ms. */
const frameSamples = sentRate / 50
const rtpStep = 48_000 / 50
/** Opus: 20 ms of silence, good with any decoder. */
const silentPacket = Uint8Array.of(0xf8, 0xff, 0xfe)
/** Packets of real silence behind sound, so that the coder's memory of it fades. */
const fadingPackets = 3
/** Of 10: speech sounds no better above it. */
const complexity = 5
const bitRate = 32_000
/** What the copies of lost packets inside others are made for. */
const expectedLossPercent = 5

/** What comes from a caller. */
export class IncomingAudio {
  readonly #jitter = new JitterBuffer()
  readonly #decoder: OpusDecoderHandle

  private constructor(decoder: OpusDecoderHandle) {
    this.#decoder = decoder
  }

  static async open(): Promise<IncomingAudio> {
    return new IncomingAudio(await createDecoder({ channels: 1, sampleRate: heardRate }))
  }

  push(packet: RtpPacket, now: number): void {
    this.#jitter.push(packet, now)
  }

  /** 16-bit samples that can be heard now, at `heardRate`. To be asked every 20 ms at least. */
  pull(now: number): Uint8Array[] {
    return [...this.#jitter.pull(now)].map((piece) => {
      const frameSize = (piece.samples * heardRate) / 48_000
      if (piece.type === 'silence') return new Uint8Array(frameSize * 2)
      return bytesOf(this.#decode(piece, frameSize))
    })
  }

  #decode(
    piece: { readonly type: 'packet' | 'lost'; readonly payload?: Uint8Array; readonly next?: Uint8Array },
    frameSize: number,
  ): Int16Array {
    try {
      if (piece.payload) return this.#decoder.decode(piece.payload)
      return piece.next
        ? this.#decoder.decode(piece.next, { decodeFec: true, frameSize })
        : this.#decoder.decodePacketLoss(frameSize)
    } catch {
      // A damaged packet is as good as a lost one.
      return new Int16Array(frameSize)
    }
  }

  free(): void {
    this.#decoder.free()
  }
}

const bytesOf = (samples: Int16Array): Uint8Array =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)

/** How the packets to a caller are marked. */
export interface RtpStream {
  readonly payloadType: number
  readonly ssrc: number
}

/** What goes to a caller: a packet every 20 ms from the first to the last, of silence where there is nothing to say. */
export class OutgoingAudio {
  readonly #encoder: OpusEncoderHandle
  readonly #stream: RtpStream
  #resampler: Resampler | undefined
  #fromHz = 0
  #waiting: Float32Array[] = []
  #waitingSamples = 0
  /** A rest shorter than a packet was here last time, and waits for more. */
  #waitedForMore = false
  #fading = 0
  #sequence = Math.floor(Math.random() * 0x8000)
  #timestamp = Math.floor(Math.random() * 0x80000000)

  private constructor(encoder: OpusEncoderHandle, stream: RtpStream) {
    this.#encoder = encoder
    this.#stream = stream
  }

  static async open(stream: RtpStream): Promise<OutgoingAudio> {
    const encoder = await createEncoder({
      channels: 1,
      sampleRate: sentRate,
      application: Application.Voip,
      signal: Signal.Voice,
      bitrate: bitRate,
      complexity,
      fec: true,
      packetLossPercent: expectedLossPercent,
      frameSize: frameSamples,
    })
    return new OutgoingAudio(encoder, stream)
  }

  /** Takes samples of any rate, to be sent after those that wait. */
  push(samples: Float32Array, sampleRate: number): void {
    if (sampleRate !== this.#fromHz) {
      this.#fromHz = sampleRate
      this.#resampler = sampleRate === sentRate ? undefined : new Resampler(sampleRate, sentRate)
    }
    const resampled = this.#resampler?.push(samples) ?? samples
    this.#waiting.push(resampled)
    this.#waitingSamples += resampled.length
  }

  /** Forgets what has not been sent. */
  drop(): void {
    this.#waiting = []
    this.#waitingSamples = 0
  }

  /** The packet of the next 20 ms. */
  next(): Uint8Array {
    const samples = this.#take()
    if (samples) this.#fading = fadingPackets
    else if (this.#fading > 0) this.#fading -= 1
    const payload =
      samples || this.#fading > 0
        ? this.#encoder.encodeFloat(samples ?? new Float32Array(frameSamples), { frameSize: frameSamples })
        : silentPacket
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#timestamp = (this.#timestamp + rtpStep) >>> 0
    return rtpBytes({
      ...this.#stream,
      sequence: this.#sequence,
      timestamp: this.#timestamp,
      marker: false,
      payload,
    })
  }

  #take(): Float32Array | undefined {
    if (this.#waitingSamples === 0) return undefined
    if (this.#waitingSamples < frameSamples && !this.#waitedForMore) {
      this.#waitedForMore = true
      return undefined
    }
    this.#waitedForMore = false
    const all = joined(Float32Array, this.#waiting)
    const rest = all.subarray(frameSamples)
    this.#waiting = rest.length > 0 ? [rest] : []
    this.#waitingSamples = rest.length
    if (all.length >= frameSamples) return all.subarray(0, frameSamples)
    const padded = new Float32Array(frameSamples)
    padded.set(all)
    return padded
  }

  free(): void {
    this.#encoder.free()
  }
}
