/** Decoders of single packets: Opus, Vorbis, FLAC. They know nothing of containers. */
import { FLACDecoder } from '@wasm-audio-decoders/flac'
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis'
import { OpusDecoder } from 'opus-decoder'
import { VoiceError } from '../errors.ts'
import type { Block } from './block.ts'

/** Decodes the packets of one stream, in their order. */
export interface PacketDecoder {
  /** Samples that it leaves out at the beginning, although containers count them. */
  readonly preSkip: number
  /** What the packets hold; undefined if that is nothing, as with headers. */
  decode(packets: readonly Uint8Array[]): Promise<Block | undefined>
  free(): void
}

interface Decoded {
  readonly channelData: readonly Float32Array[]
  readonly samplesDecoded: number
  readonly sampleRate: number
}

/** The channels of what a decoder gave; undefined if that is nothing. */
const blockOf = ({ channelData, samplesDecoded, sampleRate }: Decoded): Block | undefined =>
  samplesDecoded > 0 && channelData.length > 0 && sampleRate > 0
    ? { sampleRate, channels: channelData.map((samples) => samples.subarray(0, samplesDecoded)) }
    : undefined

const startsWith = (packet: Uint8Array, text: string): boolean =>
  packet.length >= text.length && Buffer.from(packet.buffer, packet.byteOffset, text.length).toString('latin1') === text

const badHeader = (): VoiceError =>
  new VoiceError('invalid_request', 'The audio could not be decoded: its header is damaged.')

/** Opus, from an identification header (RFC 7845), or from the number of channels where there is none. */
export const openOpus = async (head: Uint8Array | undefined, channelCount = 2): Promise<PacketDecoder> => {
  const channels = head?.[9] ?? channelCount
  const mapped = head !== undefined && head.length >= 21 + channels && head[18] !== 0
  const streamCount = mapped ? head[19]! : 1
  const coupledStreamCount = mapped ? head[20]! : channels - 1
  const channelMappingTable = mapped ? [...head.subarray(21, 21 + channels)] : channels === 2 ? [0, 1] : [0]
  const decoded = streamCount + coupledStreamCount
  const known = channelMappingTable.every((index) => index < decoded || index === 255)
  if (channels === 0 || (!mapped && channels > 2) || streamCount === 0 || coupledStreamCount > streamCount || !known)
    throw badHeader()
  const preSkip = head && head.length >= 12 ? head[10]! | (head[11]! << 8) : 0
  const decoder = new OpusDecoder({ channels, preSkip, streamCount, coupledStreamCount, channelMappingTable })
  await decoder.ready
  return {
    preSkip,
    decode: async (packets) =>
      blockOf(decoder.decodeFrames(packets.filter((packet) => !startsWith(packet, 'OpusTags')))),
    free: () => decoder.free(),
  }
}

/** Vorbis, from an identification header. The packets begin with the two other headers. */
export const openVorbis = async (head: Uint8Array): Promise<PacketDecoder> => {
  const decoder = new OggVorbisDecoder()
  await decoder.ready
  await decoder.decodeOggPages([{ data: head, codecFrames: [], isLastPage: false }])
  const noHeader = new Uint8Array(0)
  let setup: Uint8Array | undefined
  return {
    preSkip: 0,
    decode: async (packets) => {
      setup ??= packets.find((packet) => startsWith(packet, '\x05vorbis'))?.slice()
      if (!setup) return undefined
      const header = { vorbisSetup: setup }
      // The first bit of a packet says whether it is a header.
      const audio = packets.filter((packet) => (packet[0]! & 1) === 0)
      if (audio.length === 0) return undefined
      const codecFrames = audio.map((data) => ({ data, header }))
      return blockOf(await decoder.decodeOggPages([{ data: noHeader, codecFrames, isLastPage: false }]))
    },
    free: () => decoder.free(),
  }
}

/** FLAC. A packet is a frame. */
export const openFlac = async (): Promise<PacketDecoder> => {
  const decoder = new FLACDecoder()
  await decoder.ready
  return {
    preSkip: 0,
    decode: async (packets) => blockOf(await decoder.decodeFrames(packets.filter((packet) => packet[0] === 0xff))),
    free: () => decoder.free(),
  }
}
