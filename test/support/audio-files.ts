/** Audio files for tests of decoding: tones that encoders have made into files, and files made on the spot. */
import { readFileSync } from 'node:fs'
import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  Mp4OutputFormat,
  OggOutputFormat,
  Output,
  WebMOutputFormat,
} from 'mediabunny'
import { projectUrl } from './needs.ts'

/** A tone that swells and sinks, so that samples at different places differ. */
export const tone = (hz: number, sampleRate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) => {
    const swell = 0.3 + 0.2 * Math.sin(i / (sampleRate / 5))
    return swell * Math.sin((2 * Math.PI * hz * i) / sampleRate)
  })

/** A file of `test/fixtures/audio/`: 440 Hz as `tone` gives it, in stereo files 330 Hz on the other channel. */
export const toneFile = (
  name: 'mono-8k.mp3' | 'mono-16k.mp3' | 'stereo-16k.mp3' | 'stereo-44k-vbr.mp3' | 'mono-16k.ogg' | 'stereo-16k.ogg',
): Uint8Array => new Uint8Array(readFileSync(new URL(`test/fixtures/audio/${name}`, projectUrl)))

const crc = (bytes: Uint8Array, bits: 8 | 16 | 32, polynomial: number): number => {
  let value = 0
  for (const byte of bytes) {
    value = (value ^ (byte << (bits - 8))) >>> 0
    for (let k = 0; k < 8; k++) {
      const carry = value >= 2 ** (bits - 1)
      value = (value * 2) % 2 ** bits
      if (carry) value = (value ^ polynomial) >>> 0
    }
  }
  return value
}

/** Big-endian numbers of so many bytes each. */
const bigEndian = (...fields: readonly (readonly [value: number, bytes: number])[]): Uint8Array =>
  Buffer.concat(
    fields.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes)
      for (let k = 0; k < bytes; k++) field[bytes - 1 - k] = Math.floor(value / 256 ** k)
      return field
    }),
  )

const flacBlock = 4096

/** What a mono FLAC file of 16 bits and 16 kHz holds: frames stored as they are or, where `silent`, as one value for all. */
export type FlacContent = Int16Array | { readonly silentFrames: number }

/** The frames of such a file. */
export const flacFrames = (samples: FlacContent): readonly Uint8Array[] => {
  const silent = 'silentFrames' in samples
  const length = silent ? samples.silentFrames * flacBlock : samples.length
  const frames: Uint8Array[] = []
  for (let at = 0, number = 0; at < length; at += flacBlock, number++) {
    const count = Math.min(flacBlock, length - at)
    const place = number < 128 ? [number] : [0xc0 | (number >> 6), 0x80 | (number & 63)]
    const header = Uint8Array.of(0xff, 0xf8, 0x75, 0x08, ...place, (count - 1) >> 8, (count - 1) & 255)
    const body = Buffer.alloc(silent ? 3 : 1 + 2 * count)
    body[0] = silent ? 0 : 2
    if (!silent) for (let i = 0; i < count; i++) body.writeInt16BE(samples[at + i]!, 1 + 2 * i)
    const frame = Buffer.concat([header, bigEndian([crc(header, 8, 7), 1]), body])
    frames.push(Buffer.concat([frame, bigEndian([crc(frame, 16, 0x8005), 2])]))
  }
  return frames
}

/** The file. */
export const flacFile = (samples: FlacContent): Uint8Array => {
  const length = 'silentFrames' in samples ? samples.silentFrames * flacBlock : samples.length
  const size = [flacBlock, 2] as const
  // 16 kHz in 20 bits, one channel in 3, 16 bits in 5, the length in 36.
  const rates = bigEndian([(16_000 * 256 + 15) * 16 + Math.floor(length / 2 ** 32), 4], [length % 2 ** 32, 4])
  const info = Buffer.concat([bigEndian(size, size, [0, 3], [0, 3]), rates.subarray(0, 8), Buffer.alloc(16)])
  return Buffer.concat([Buffer.from('fLaC'), bigEndian([0x80, 1], [34, 3]), info, ...flacFrames(samples)])
}

/** What a page of Ogg says of itself beside its packets. */
export interface OggPageFacts {
  readonly serial?: number
  readonly sequence?: number
  readonly first?: boolean
  readonly last?: boolean
  readonly granule?: number
}

/** One page of Ogg. `continues`: its first packet began before; `goesOn`: its last one does not end in it. */
export const oggPage = (
  packets: readonly Uint8Array[],
  facts: OggPageFacts & { readonly continues?: boolean; readonly goesOn?: boolean } = {},
): Uint8Array => {
  const lengths = packets.flatMap(({ length }, k) => {
    const whole = new Array<number>(Math.floor(length / 255)).fill(255)
    return facts.goesOn && k === packets.length - 1 ? whole : [...whole, length % 255]
  })
  const page = Buffer.concat([Buffer.alloc(27), Uint8Array.from(lengths), ...packets])
  page.write('OggS')
  page[5] = (facts.continues ? 1 : 0) | (facts.first ? 2 : 0) | (facts.last ? 4 : 0)
  page.writeBigInt64LE(BigInt(facts.granule ?? 0), 6)
  page.writeUInt32LE(facts.serial ?? 1, 14)
  page.writeUInt32LE(facts.sequence ?? 0, 18)
  page[26] = lengths.length
  page.writeUInt32LE(crc(page, 32, 0x04c11db7), 22)
  return page
}

/** An Ogg file with the frames of a FLAC file of mono blocks in it, a page for each; it ends at `length` samples. */
export const oggFlacFile = (flac: Uint8Array, frames: readonly Uint8Array[], length: number): Uint8Array => {
  const head = Buffer.concat([Buffer.from('\x7fFLAC\x01\0\0\x01', 'latin1'), flac.subarray(0, 42)])
  const comment = Buffer.from('\x84\0\0\x08\0\0\0\0\0\0\0\0', 'latin1')
  const pages = frames.map((frame, k) => {
    const last = k === frames.length - 1
    return oggPage([frame], { sequence: k + 2, granule: last ? length : (k + 1) * flacBlock, last })
  })
  return Buffer.concat([oggPage([head], { first: true }), oggPage([comment], { sequence: 1 }), ...pages])
}

/** An Opus packet of 20 ms in which nothing was coded: silence. */
const silentOpus = Uint8Array.of(0xf8)

const opusHead = (channels: number): Uint8Array =>
  Buffer.concat([Buffer.from('OpusHead'), Uint8Array.of(1, channels, 0x38, 0x01, 0x80, 0xbb, 0, 0, 0, 0, 0)])

/** A file of packets: silence in Opus or anything that calls itself AAC, so many, or given ones of MP3 at 16 kHz. */
export const packetFile = async (
  container: 'webm' | 'mp4' | 'ogg',
  codec: 'opus' | 'aac' | 'mp3',
  content: number | readonly Uint8Array[],
) => {
  const format =
    container === 'webm' ? new WebMOutputFormat() : container === 'ogg' ? new OggOutputFormat() : new Mp4OutputFormat()
  const target = new BufferTarget()
  const output = new Output({ format, target })
  const source = new EncodedAudioPacketSource(codec)
  output.addAudioTrack(source)
  await output.start()
  const decoderConfig = {
    opus: { codec: 'opus', sampleRate: 48_000, numberOfChannels: 1, description: opusHead(1) },
    aac: { codec: 'mp4a.40.2', sampleRate: 16_000, numberOfChannels: 1, description: Uint8Array.of(0x14, 0x08) },
    mp3: { codec: 'mp3', sampleRate: 16_000, numberOfChannels: 1 },
  }[codec]
  const one = codec === 'opus' ? silentOpus : new Uint8Array(50).fill(1)
  const packets = typeof content === 'number' ? new Array<Uint8Array>(content).fill(one) : content
  const seconds = codec === 'mp3' ? 0.036 : 0.02
  for (const [k, packet] of packets.entries())
    await source.add(new EncodedPacket(packet, 'key', k * seconds, seconds), k === 0 ? { decoderConfig } : undefined)
  await output.finalize()
  return new Uint8Array(target.buffer as ArrayBuffer)
}
