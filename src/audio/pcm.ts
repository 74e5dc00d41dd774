/** Bytes of uncompressed audio ↔ samples: 16-bit PCM first, and the other layouts that files and phones bring. */
import { alawValues, mulawValues } from './g711.ts'

/** How a sample is written, little-endian. `pcm8` is unsigned, the other `pcm` are signed. */
export type SampleEncoding = 'pcm8' | 'pcm16' | 'pcm24' | 'pcm32' | 'float32' | 'float64' | 'mulaw' | 'alaw'

/** Bytes per sample. */
export const sampleBytes: Readonly<Record<SampleEncoding, number>> = {
  pcm8: 1,
  pcm16: 2,
  pcm24: 3,
  pcm32: 4,
  float32: 4,
  float64: 8,
  mulaw: 1,
  alaw: 1,
}

/** Whether numbers in memory lie as they do on every wire. */
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** 16-bit little-endian PCM as samples. An odd last byte is left out; see `Pcm16Reader` for a stream. */
export const pcm16ToSamples = (bytes: Uint8Array): Float32Array => {
  const samples = new Float32Array(bytes.length >> 1)
  if (littleEndian && bytes.byteOffset % 2 === 0) {
    // Read in place: several times as fast as putting bytes together.
    const values = new Int16Array(bytes.buffer, bytes.byteOffset, samples.length)
    for (let i = 0; i < samples.length; i++) samples[i] = values[i]! / 32768
  } else {
    for (let i = 0; i < samples.length; i++)
      samples[i] = (((bytes[2 * i + 1]! << 24) | (bytes[2 * i]! << 16)) >> 16) / 32768
  }
  return samples
}

/** Samples as 16-bit little-endian PCM; what is beyond −1…1 is clipped. */
export const samplesToPcm16 = (samples: Float32Array): Uint8Array => {
  const bytes = new Uint8Array(samples.length * 2)
  for (let i = 0; i < samples.length; i++) {
    const value = Math.max(-32768, Math.min(32767, Math.round(samples[i]! * 32768)))
    bytes[2 * i] = value
    bytes[2 * i + 1] = value >> 8
  }
  return bytes
}

/** Channels of one length → their mean. */
export const mixDown = (channels: readonly Float32Array[]): Float32Array => {
  const [first, ...others] = channels
  if (!first || others.length === 0) return first ?? new Float32Array(0)
  const mixed = Float32Array.from(first)
  for (const channel of others) for (let i = 0; i < mixed.length; i++) mixed[i]! += channel[i]!
  for (let i = 0; i < mixed.length; i++) mixed[i]! /= channels.length
  return mixed
}

/** How to read the sample that begins at a byte. */
const readerOf = (encoding: SampleEncoding, bytes: Uint8Array): ((at: number) => number) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (encoding) {
    case 'pcm8':
      return (at) => (bytes[at]! - 128) / 128
    case 'pcm16':
      return (at) => view.getInt16(at, true) / 32768
    case 'pcm24':
      return (at) => ((bytes[at + 2]! << 24) | (bytes[at + 1]! << 16) | (bytes[at]! << 8)) / 2147483648
    case 'pcm32':
      return (at) => view.getInt32(at, true) / 2147483648
    case 'float32':
      return (at) => finite(view.getFloat32(at, true))
    case 'float64':
      return (at) => finite(view.getFloat64(at, true))
    case 'mulaw':
      return (at) => mulawValues[bytes[at]!]!
    case 'alaw':
      return (at) => alawValues[bytes[at]!]!
  }
}

/** One bad float in a file must not poison the filters that it flows through. */
const finite = (value: number): number => (value >= -1e6 && value <= 1e6 ? value : 0)

const nothing = new Uint8Array(0)

/** Interleaved bytes, cut anywhere → channels of samples. What is left of a sample or of a set of channels waits for the next push. */
export class PcmReader {
  readonly #encoding: SampleEncoding
  readonly #channels: number
  #rest: Uint8Array = nothing

  constructor(encoding: SampleEncoding, channels: number) {
    this.#encoding = encoding
    this.#channels = channels
  }

  /** Bytes that wait for the rest of their sample. */
  get held(): number {
    return this.#rest.length
  }

  /** One run of samples per channel, all of one length, which may be 0. */
  push(bytes: Uint8Array): Float32Array[] {
    let all = bytes
    if (this.#rest.length > 0) {
      all = new Uint8Array(this.#rest.length + bytes.length)
      all.set(this.#rest)
      all.set(bytes, this.#rest.length)
    }
    const sampleWidth = sampleBytes[this.#encoding]
    const width = sampleWidth * this.#channels
    const length = Math.floor(all.length / width)
    this.#rest = all.length === length * width ? nothing : all.slice(length * width)
    // What nearly every client sends.
    if (this.#encoding === 'pcm16' && this.#channels === 1) return [pcm16ToSamples(all)]
    const read = readerOf(this.#encoding, all)
    return Array.from({ length: this.#channels }, (_, channel) => {
      const samples = new Float32Array(length)
      for (let i = 0, at = channel * sampleWidth; i < length; i++, at += width) samples[i] = read(at)
      return samples
    })
  }
}

/** A stream of 16-bit little-endian PCM, cut anywhere → mono samples; interleaved channels are mixed by their mean. */
export class Pcm16Reader {
  readonly #reader: PcmReader

  constructor(channels = 1) {
    this.#reader = new PcmReader('pcm16', channels)
  }

  push(bytes: Uint8Array): Float32Array {
    return mixDown(this.#reader.push(bytes))
  }
}
