/** FLAC (RFC 9639): a stream cut anywhere → its frames; and what a frame's header says. */
import { ByteBuffer } from './byte-buffer.ts'
import { crc8, crc16 } from './crc.ts'

/** What the header of a frame says. */
export interface FlacHeader {
  /** Bytes. */
  readonly length: number
  /** Whether `number` counts samples; otherwise it counts frames. */
  readonly variable: boolean
  readonly number: number
  /** Samples of each channel. */
  readonly blockSize: number
  readonly channels: number
  /** Hz; 0 when only the stream's own header says it. */
  readonly sampleRate: number
  /** Bytes that the frame has at most: its samples stored as they are. */
  readonly limitBytes: number
}

/** A frame: its bytes, valid until the next is asked for, or, where they are damaged, only what should have been there. */
export interface FlacFrame {
  readonly header: FlacHeader
  readonly bytes: Uint8Array | undefined
}

const sampleRates = [0, 88_200, 176_400, 192_000, 8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000] as const

/** Every header fits into so many bytes. */
const headerLimitBytes = 16

/** Bits of a sample by their code; 32 for what only the stream's own header says. */
const sampleBits = [32, 8, 12, 0, 16, 20, 24, 32] as const

/** A damaged frame ends where one begins that is at most so many frames further on. */
const mostMissingFrames = 16

/** So many damaged frames are looked through to where they must have ended, in case they are not damaged after all. */
const patience = 100

const blockSizeOf = (code: number): number => (code === 1 ? 192 : code < 6 ? 576 << (code - 2) : 256 << (code - 8))

/** The header at `at`; undefined when there is none, or its bytes are not all there. */
export const flacHeader = (bytes: Uint8Array, at: number): FlacHeader | undefined => {
  if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xfe) !== 0xf8) return undefined
  const blockCode = bytes[at + 2]! >> 4
  const rateCode = bytes[at + 2]! & 15
  const channelCode = bytes[at + 3]! >> 4
  const bits = sampleBits[(bytes[at + 3]! >> 1) & 7]!
  const reserved = bits === 0 || (bytes[at + 3]! & 1) !== 0
  if (blockCode === 0 || rateCode === 15 || channelCode > 10 || reserved) return undefined
  // The number is written as UTF-8 would, in up to seven bytes.
  const more = Math.clz32(~bytes[at + 4]! << 24)
  if (more === 1 || more > 7) return undefined
  let number = more === 0 ? bytes[at + 4]! : bytes[at + 4]! & (0x7f >> more)
  let end = at + 5
  for (let k = 1; k < more; k++) {
    if ((bytes[end]! & 0xc0) !== 0x80) return undefined
    number = number * 64 + (bytes[end++]! & 63)
  }
  const field = (length: 1 | 2): number => {
    const value = length === 1 ? bytes[end]! : bytes[end]! * 256 + bytes[end + 1]!
    end += length
    return value
  }
  const blockSize = blockCode === 6 ? field(1) + 1 : blockCode === 7 ? field(2) + 1 : blockSizeOf(blockCode)
  const sampleRate =
    rateCode < 12 ? sampleRates[rateCode]! : rateCode === 12 ? field(1) * 1000 : field(2) * (rateCode === 13 ? 1 : 10)
  if (end >= bytes.length || crc8(bytes, at, end) !== bytes[end]) return undefined
  const channels = channelCode < 8 ? channelCode + 1 : 2
  const length = end + 1 - at
  // Beside the samples: a few bytes for each channel, and a bit more for each sample of a difference of channels.
  const limitBytes = length + 2 + Math.ceil((channels * (blockSize * bits + 64) + blockSize) / 8)
  const variable = (bytes[at + 1]! & 1) !== 0
  return { length, variable, number, blockSize, channels, sampleRate, limitBytes }
}

/** The rate that a STREAMINFO block says. */
const streamRate = (info: Uint8Array): number => (info[10]! << 12) | (info[11]! << 4) | (info[12]! >> 4)

const infoBytes = 34

/** Cuts a stream into frames. They have no length of their own: one ends where its check sum is right and the next begins. */
export class FlacReader {
  readonly #buffer = new ByteBuffer()
  #state: 'magic' | 'blocks' | 'frames' = 'magic'
  /** Bytes of the stream's header still to be passed over. */
  #skip = 0
  #lastBlock = false
  /** The frame that the buffer begins with, how far it has been looked through, and its check sum up to there. */
  #frame: FlacHeader | undefined
  #scanned = 0
  #sum = 0
  /** Where it ends if it is damaged. */
  #endIfDamaged: number | undefined
  #damaged = 0
  /** Hz, as the stream's header says it; 0 before that. */
  sampleRate = 0;

  *push(bytes: Uint8Array): Generator<FlacFrame, void> {
    this.#buffer.append(bytes)
    if (this.#state !== 'frames') this.#opening()
    if (this.#state === 'frames') yield* this.#frames(headerLimitBytes)
  }

  /** After the last bytes: the frames that they end. */
  *end(): Generator<FlacFrame, void> {
    if (this.#state !== 'frames') return
    for (;;) {
      yield* this.#frames(0)
      const header = this.#frame
      if (!header) return
      const { view } = this.#buffer
      if (this.#endIfDamaged === undefined || this.#sum === 0) {
        const end = lastWhole(view, header.length)
        if (end > 0) yield { header, bytes: view.subarray(0, end) }
        return
      }
      yield this.#giveUp(header, this.#endIfDamaged)
    }
  }

  #opening(): void {
    for (;;) {
      const skipped = Math.min(this.#skip, this.#buffer.length)
      this.#buffer.drop(skipped)
      this.#skip -= skipped
      if (this.#skip > 0) return
      if (this.#lastBlock) {
        this.#state = 'frames'
        return
      }
      const { view } = this.#buffer
      if (view.length < 4) return
      if (this.#state === 'magic') {
        this.#buffer.drop(4)
        this.#state = 'blocks'
        continue
      }
      const length = (view[1]! << 16) | (view[2]! << 8) | view[3]!
      const isInfo = (view[0]! & 0x7f) === 0 && length >= infoBytes
      if (isInfo && view.length < 4 + infoBytes) return
      if (isInfo) this.sampleRate = streamRate(view.subarray(4))
      this.#lastBlock = (view[0]! & 0x80) !== 0
      this.#skip = 4 + length
    }
  }

  /** Frames whose end is known. The last `reserve` bytes may hold but a part of a header. */
  *#frames(reserve: number): Generator<FlacFrame, void> {
    for (;;) {
      const header = this.#frame ?? this.#begin(reserve)
      if (!header) return
      const { view } = this.#buffer
      if (this.#isWhole(view, header, view.length - reserve)) {
        yield { header, bytes: view.subarray(0, this.#scanned) }
        this.#restart(this.#scanned)
      } else {
        const past = this.#scanned > header.limitBytes
        const patient = this.#damaged <= patience
        if (this.#endIfDamaged !== undefined && (past || !patient)) yield this.#giveUp(header, this.#endIfDamaged)
        else if (past) {
          // What follows is no frame, yet this one may be whole.
          const end = patient ? lastWhole(view.subarray(0, this.#scanned), header.length) : 0
          if (end > 0) yield { header, bytes: view.subarray(0, end) }
          this.#giveUp(header, end || this.#scanned)
        } else return
      }
    }
  }

  #giveUp(header: FlacHeader, end: number): FlacFrame {
    this.#damaged += 1
    this.#restart(end)
    return { header, bytes: undefined }
  }

  #restart(dropped: number): void {
    this.#buffer.drop(dropped)
    this.#frame = undefined
    this.#endIfDamaged = undefined
  }

  /** Finds the next header and lets the buffer begin with it. */
  #begin(reserve: number): FlacHeader | undefined {
    const { view } = this.#buffer
    let at = view.indexOf(0xff)
    while (at >= 0 && at < view.length - reserve) {
      const header = flacHeader(view, at)
      if (header) {
        this.#buffer.drop(at)
        this.#frame = header
        this.#scanned = header.length
        this.#sum = crc16(this.#buffer.view, 0, header.length)
        return header
      }
      at = view.indexOf(0xff, at + 1)
    }
    this.#buffer.drop(at < 0 ? view.length : at)
    return undefined
  }

  /** Looks on, up to `end`, for the place where the frame's check sum is right and another begins. */
  #isWhole(view: Uint8Array, header: FlacHeader, end: number): boolean {
    const last = Math.min(end, header.limitBytes + 1)
    while (this.#scanned < last) {
      const found = view.indexOf(0xff, this.#scanned)
      const at = found < 0 || found > last ? last : found
      this.#sum = crc16(view, this.#scanned, at, this.#sum)
      this.#scanned = at
      if (at === last) return false
      const next = flacHeader(view, at)
      if (next && this.#sum === 0) return true
      if (next && this.#endIfDamaged === undefined && follows(header, next)) {
        this.#endIfDamaged = at
        if (this.#damaged > patience) return false
      }
      this.#sum = crc16(view, at, at + 1, this.#sum)
      this.#scanned = at + 1
    }
    return false
  }
}

/** Where the last frame of a stream ends, behind which there may be tags: the last place where its check sum is right. */
const lastWhole = (view: Uint8Array, from: number): number => {
  let sum = crc16(view, 0, from)
  let end = 0
  for (let at = from; at < view.length; at++) {
    sum = crc16(view, at, at + 1, sum)
    if (sum === 0) end = at + 1
  }
  return end
}

/** Whether a frame may come after another, or a few frames later. */
const follows = (header: FlacHeader, next: FlacHeader): boolean => {
  if (next.variable !== header.variable || next.channels !== header.channels) return false
  const steps = (next.number - header.number) / (header.variable ? header.blockSize : 1)
  return steps >= 1 && steps <= mostMissingFrames
}
