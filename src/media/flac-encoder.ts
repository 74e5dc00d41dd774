/** FlacEncoder: samples → a FLAC file (RFC 9639) of 16 bits and one channel, by fixed predictors and Rice codes. */
import { samplesToPcm16 } from '../audio/pcm.ts'
import { crc8, crc16 } from './crc.ts'
import type { Encoder } from './encoder.ts'

/** Samples of a frame: what comes out late by. */
const blockSize = 2048
/** The residual is cut into 2 to the power of so many parts, each with a Rice parameter of its own. */
const partitionOrder = 3
const highestOrder = 4
/** The next higher parameter has another meaning. */
const highestParameter = 14

/** Bits, most significant first. */
class BitWriter {
  readonly #bytes = new Uint8Array(16 + blockSize * 4)
  /** Bits written. */
  #at = 0

  write(value: number, bits: number): void {
    for (let left = bits; left > 0; ) {
      const room = 8 - (this.#at & 7)
      const count = Math.min(room, left)
      const part = Math.floor(value / 2 ** (left - count)) & ((1 << count) - 1)
      this.#bytes[this.#at >> 3]! |= part << (room - count)
      this.#at += count
      left -= count
    }
  }

  /** So many zeros and a one. */
  unary(zeros: number): void {
    this.#at += zeros
    this.write(1, 1)
  }

  /** What is written, filled up with zeros to a whole byte. */
  get bytes(): Uint8Array {
    this.#at = (this.#at + 7) & ~7
    return this.#bytes.subarray(0, this.#at >> 3)
  }
}

/** Numbers as FLAC folds them, so that small ones of either sign are small: 0, −1, 1, −2… */
const fold = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value)

/** What a predictor of each order, up to the highest, leaves of the samples; the first few are left as they are. */
const residuals = (samples: Int32Array): Int32Array[] => {
  const all = [samples]
  for (let order = 1; order <= Math.min(highestOrder, samples.length - 1); order++) {
    const before = all[order - 1]!
    const next = Int32Array.from(samples)
    for (let i = order; i < samples.length; i++) next[i] = before[i]! - before[i - 1]!
    all.push(next)
  }
  return all
}

const size = (residual: Int32Array, from: number): number => {
  let sum = 0
  for (let i = from; i < residual.length; i++) sum += Math.abs(residual[i]!)
  return sum
}

/** The Rice parameter that takes about the fewest bits, and how many that is. */
const parameterFor = (values: Int32Array): { readonly parameter: number; readonly bits: number } => {
  let sum = 0
  for (const value of values) sum += fold(value)
  const mean = sum / Math.max(1, values.length)
  const parameter = Math.max(0, Math.min(highestParameter, Math.floor(Math.log2(Math.max(1, mean)))))
  let bits = values.length * (1 + parameter)
  for (const value of values) bits += fold(value) >>> parameter
  return { parameter, bits }
}

/** One frame after the other, at a rate that any player knows. */
export class FlacEncoder implements Encoder {
  readonly #sampleRate: number
  #rest = new Int32Array(0)
  #frames = 0
  #begun = false

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate
  }

  push(samples: Float32Array): Uint8Array {
    const pcm = new DataView(samplesToPcm16(samples).buffer)
    const all = new Int32Array(this.#rest.length + samples.length)
    all.set(this.#rest)
    for (let i = 0; i < samples.length; i++) all[this.#rest.length + i] = pcm.getInt16(2 * i, true)
    let at = 0
    const parts = this.#head()
    for (; at + blockSize <= all.length; at += blockSize) parts.push(this.#frame(all.subarray(at, at + blockSize)))
    this.#rest = all.slice(at)
    return Buffer.concat(parts)
  }

  end(): Uint8Array {
    const parts = this.#head()
    if (this.#rest.length > 0) parts.push(this.#frame(this.#rest))
    return Buffer.concat(parts)
  }

  free(): void {}

  /** What stands before the first frame. The length and the checksum of the whole are not known yet: zeros say so. */
  #head(): Uint8Array[] {
    if (this.#begun) return []
    this.#begun = true
    const info = Buffer.alloc(42)
    info.write('fLaC')
    info.writeUInt32BE(0x80000022, 4)
    info.writeUInt16BE(blockSize, 8)
    info.writeUInt16BE(blockSize, 10)
    // 20 bits of rate, 3 of channels and 5 of bits, both less one, then 36 of length.
    info.writeUInt32BE(this.#sampleRate * 4096 + (15 << 4), 18)
    return [info]
  }

  #frame(samples: Int32Array): Uint8Array {
    const bits = new BitWriter()
    // Frames of one size; the size less one and the rate in Hz in 16 bits each; one channel; 16 bits.
    bits.write(0xfff8, 16)
    bits.write(0x7d08, 16)
    for (const byte of utf8Number(this.#frames)) bits.write(byte, 8)
    bits.write(samples.length - 1, 16)
    bits.write(this.#sampleRate, 16)
    const header = bits.bytes
    bits.write(crc8(header, 0, header.length), 8)
    this.#subframe(samples, bits)
    const body = bits.bytes
    bits.write(crc16(body, 0, body.length), 16)
    this.#frames += 1
    return bits.bytes.slice()
  }

  #subframe(samples: Int32Array, bits: BitWriter): void {
    const all = residuals(samples)
    const sizes = all.map((residual, order) => size(residual, order))
    const order = sizes.indexOf(Math.min(...sizes))
    const residual = all[order]!
    const cut = samples.length % 2 ** partitionOrder === 0 && samples.length >> partitionOrder > order
    const parts = cut ? 2 ** partitionOrder : 1
    const length = samples.length / parts
    const coded = Array.from({ length: parts }, (_, part) => {
      const values = residual.subarray(part === 0 ? order : part * length, (part + 1) * length)
      return { values, ...parameterFor(values) }
    })
    const codedBits = coded.reduce((sum, part) => sum + part.bits + 4, 6 + order * 16)
    if (codedBits >= samples.length * 16) {
      bits.write(1 << 1, 8)
      for (const sample of samples) bits.write(sample & 0xffff, 16)
      return
    }
    bits.write((8 | order) << 1, 8)
    for (let i = 0; i < order; i++) bits.write(samples[i]! & 0xffff, 16)
    bits.write(cut ? partitionOrder : 0, 6)
    for (const { values, parameter } of coded) {
      bits.write(parameter, 4)
      for (const value of values) {
        const folded = fold(value)
        bits.unary(folded >>> parameter)
        if (parameter > 0) bits.write(folded & ((1 << parameter) - 1), parameter)
      }
    }
  }
}

/** A number as FLAC writes it: in UTF-8's manner, in up to six bytes. */
const utf8Number = (value: number): readonly number[] => {
  if (value < 0x80) return [value]
  const bytes: number[] = []
  let rest = value
  let room = 0x40
  do {
    bytes.unshift(0x80 | (rest & 0x3f))
    rest = Math.floor(rest / 64)
    room >>= 1
  } while (rest >= room)
  return [((0xfe00 >> (bytes.length + 2)) & 0xff) | rest, ...bytes]
}
