/** The decoders of compressed audio. Runs in a worker thread: a call may compute for long. */
import { FLACDecoder } from '@wasm-audio-decoders/flac'
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis'
import { MPEGDecoder } from 'mpg123-decoder'
import { OggOpusDecoder } from 'ogg-opus-decoder'
import type { Block } from './block.ts'
import { demuxed, type Packets } from './demux.ts'
import { confirmedFrame, mpegFrame } from './mpeg.ts'

/** What is decoded in the worker. */
export type CompressedKind = 'mp3' | 'ogg-opus' | 'ogg-vorbis' | 'ogg-flac' | 'flac' | 'mp4' | 'webm'

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

/**
 * Bytes fed to a decoder at once. What one call may give has no limit but what the bytes can hold: 1 KB of silent FLAC
 * is 40 MB of samples, so the pieces are small where silence packs well.
 */
const pieceBytes = { mp3: 8192, flac: 1024, 'ogg-flac': 1024, 'ogg-opus': 2048, 'ogg-vorbis': 2048 } as const

async function* pieces(bytes: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes)
    for (let at = 0; at < chunk.length; at += length) yield chunk.subarray(at, at + length)
}

/** The two Ogg decoders and that of FLAC have one shape. */
async function* framed(
  decoder: {
    readonly ready: Promise<void>
    decode(bytes: Uint8Array): Decoded | Promise<Decoded>
    flush(): Promise<Decoded>
    free(): void
  },
  bytes: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Block> {
  await decoder.ready
  try {
    for await (const piece of pieces(bytes, length)) {
      const block = blockOf(await decoder.decode(piece))
      if (block) yield block
    }
    const rest = blockOf(await decoder.flush())
    if (rest) yield rest
  } finally {
    decoder.free()
  }
}

/** More faults than this in one piece: the decoder goes round in circles, which it does not notice itself. */
const faultLimit = 200

/** An MP3 decoder that gives up on bytes it can make nothing of. */
export const mp3Decoder = async (): Promise<MPEGDecoder> => {
  const decoder = new MPEGDecoder()
  await decoder.ready
  const inner = (decoder as unknown as { _common: { addError: (faults: unknown[]) => void } })._common
  inner.addError = (faults) => {
    faults.push(undefined)
    if (faults.length > faultLimit) throw new Error('The MP3 decoder found nothing but faults.')
  }
  return decoder
}

/** Bytes among which the first frame is looked for. */
const firstFrameBytes = 65_536

async function* mp3(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Block> {
  const decoder = await mp3Decoder()
  // The decoder gives two channels always; the first frame tells whether they are one.
  let opening = new Uint8Array(0)
  let channels: number | undefined
  try {
    for await (const piece of pieces(bytes, pieceBytes.mp3)) {
      if (channels === undefined) {
        opening = Buffer.concat([opening, piece])
        channels = channelsOf(opening) ?? (opening.length > firstFrameBytes ? 2 : undefined)
      }
      const block = blockOf(decoder.decode(piece))
      if (block) yield channels === 1 ? { ...block, channels: block.channels.slice(0, 1) } : block
    }
  } finally {
    decoder.free()
  }
}

const channelsOf = (bytes: Uint8Array): number | undefined => {
  for (let at = 0; at < bytes.length - 4; at++) {
    const frame = bytes[at] === 0xff && confirmedFrame(mpegFrame, bytes, at)
    if (frame && frame !== 'unsure') return frame.channels
  }
  return undefined
}

/** Decodes a file whose bytes arrive cut anywhere. Codecs that need ffmpeg come out as packets for it. */
export const decompress = (
  kind: CompressedKind,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Block | Packets, void> => {
  switch (kind) {
    case 'mp3':
      return mp3(bytes)
    case 'ogg-opus':
      return framed(new OggOpusDecoder(), bytes, pieceBytes[kind])
    case 'ogg-vorbis':
      return framed(new OggVorbisDecoder(), bytes, pieceBytes[kind])
    case 'flac':
    case 'ogg-flac':
      return framed(new FLACDecoder(), bytes, pieceBytes[kind])
    case 'mp4':
    case 'webm':
      return demuxed(bytes, mp3Decoder)
  }
}
