/** Mp3Reader: a stream of MP3 cut anywhere → blocks, without tags and without what the encoder added at both ends. */
import { mixDown } from '../audio/pcm.ts'
import type { Block } from './block.ts'
import { ByteBuffer } from './byte-buffer.ts'
import type { Mp3Decoder } from './minimp3.ts'
import { confirmedFrame, type MpegFrame, mpegFrame } from './mpeg.ts'

/** Samples by which every decoder of layer III lags behind. */
const decoderDelay = 529

const tagHeaderBytes = 10

/** The header of the frame at `at`, if it is one of MP3. */
const mp3Frame = (bytes: Uint8Array, at: number): MpegFrame | undefined => {
  const frame = mpegFrame(bytes, at)
  return frame?.layer === 3 ? frame : undefined
}

const isText = (bytes: Uint8Array, at: number, text: string): boolean =>
  [...text].every((letter, k) => bytes[at + k] === letter.charCodeAt(0))

/** The length of the ID3 tag that these bytes begin with; 0 when there is none. */
const tagBytes = (bytes: Uint8Array): number => {
  if (!isText(bytes, 0, 'ID3') || bytes.length < tagHeaderBytes) return 0
  const size = bytes.subarray(6, 10)
  if (bytes[3] === 0xff || bytes[4] === 0xff || size.some((byte) => byte > 127)) return 0
  const footer = (bytes[5]! & 16) === 0 ? 0 : tagHeaderBytes
  return tagHeaderBytes + footer + size.reduce((sum, byte) => sum * 128 + byte, 0)
}

/** Which of the samples that follow belong to the recording: those from `from` to before `to`, and those from `on` on. */
interface Cut {
  readonly from: number
  readonly to: number
  readonly on: number
}

const noCut: Cut = { from: 0, to: 0, on: 0 }

/**
 * What the frame says instead of holding audio, as encoders write it first: how much they added. Undefined when the
 * frame holds audio.
 */
const cutOf = (bytes: Uint8Array, frame: MpegFrame): Cut | undefined => {
  const mpeg1 = frame.samples === 1152
  const sideBytes = mpeg1 ? (frame.channels === 1 ? 17 : 32) : frame.channels === 1 ? 9 : 17
  const at = 4 + sideBytes
  if (frame.length < at + 12) return undefined
  if (isText(bytes, 4 + 32, 'VBRI')) return noCut
  if (!isText(bytes, at, 'Xing') && !isText(bytes, at, 'Info')) return undefined
  const flags = bytes[at + 7]!
  const count = (flags & 1) === 0 ? 0 : new DataView(bytes.buffer, bytes.byteOffset + at + 8).getUint32(0)
  const fields = [4, 4, 100, 4].reduce((sum, length, bit) => sum + ((flags >> bit) & 1) * length, 0)
  // The encoder's name has nine letters; the two numbers of twelve bits lie twelve bytes further.
  const lag = at + 8 + fields + 21
  if (lag + 3 > frame.length) return noCut
  const delay = (bytes[lag]! << 4) | (bytes[lag + 1]! >> 4)
  const padding = ((bytes[lag + 1]! & 15) << 8) | bytes[lag + 2]!
  if (delay === 0 && padding === 0) return noCut
  const on = count * frame.samples
  const from = delay + decoderDelay
  return { from, to: Math.max(from, on - Math.max(0, padding - decoderDelay)), on: Math.max(on, from) }
}

/** Reads one stream. Bytes that are no frames are passed over. */
export class Mp3Reader {
  readonly #decoder: Mp3Decoder
  readonly #buffer = new ByteBuffer()
  /** Bytes of a tag still to be passed over. */
  #skip = 0
  /** The frame before, while one follows the other. */
  #last: MpegFrame | undefined
  #cut = noCut
  /** Samples since the cut was told. */
  #position = 0
  /** Of the first frame: all others are brought to it. */
  #channels: number | undefined

  constructor(decoder: Mp3Decoder) {
    this.#decoder = decoder
  }

  *push(bytes: Uint8Array): Generator<Block, void> {
    this.#buffer.append(bytes)
    yield* this.#frames(false)
  }

  /** After the last bytes: the frames that they end. */
  end(): Generator<Block, void> {
    return this.#frames(true)
  }

  *#frames(ended: boolean): Generator<Block, void> {
    for (;;) {
      const skipped = Math.min(this.#skip, this.#buffer.length)
      this.#buffer.drop(skipped)
      this.#skip -= skipped
      const { view } = this.#buffer
      if (view.length < tagHeaderBytes && !ended) return
      if (view.length === 0) return
      this.#skip = tagBytes(view)
      if (this.#skip > 0) continue
      const frame = this.#frame(view, ended)
      if (frame === 'unsure') return
      this.#last = frame
      if (frame) {
        yield* this.#blocks(view.subarray(0, frame.length), frame)
        this.#buffer.drop(frame.length)
      } else {
        const next = view.indexOf(0xff, 1)
        this.#buffer.drop(next < 0 ? view.length : next)
      }
    }
  }

  /** The frame that the bytes begin with, all of it; `unsure` while they are too few. */
  #frame(view: Uint8Array, ended: boolean): MpegFrame | 'unsure' | undefined {
    const frame = mp3Frame(view, 0)
    if (!frame) return undefined
    const last = this.#last
    const whole = frame.length <= view.length
    if (last && last.sampleRate === frame.sampleRate && last.channels === frame.channels)
      return whole ? frame : ended ? undefined : 'unsure'
    // Where no frame ends, only two in a row are believed.
    const confirmed = confirmedFrame(mp3Frame, view, 0)
    return confirmed === 'unsure' && ended ? (frame.length === view.length ? frame : undefined) : confirmed
  }

  *#blocks(bytes: Uint8Array, frame: MpegFrame): Generator<Block, void> {
    const cut = cutOf(bytes, frame)
    if (cut) {
      this.#cut = cut
      this.#position = 0
      return
    }
    const block = this.#decoder.decode(bytes)
    if (!block) return
    const { from, to, on } = this.#cut
    const at = this.#position
    const length = block.channels[0]!.length
    this.#position += length
    this.#channels ??= block.channels.length
    const channels = withChannels(block.channels, this.#channels)
    for (const [first, end] of [
      [Math.max(at, from), Math.min(at + length, to)],
      [Math.max(at, on), at + length],
    ] as const)
      if (first < end) yield { ...block, channels: channels.map((samples) => samples.subarray(first - at, end - at)) }
  }
}

const withChannels = (channels: readonly Float32Array[], count: number): readonly Float32Array[] => {
  if (channels.length === count) return channels
  const one = mixDown(channels)
  return Array.from({ length: count }, () => one)
}
