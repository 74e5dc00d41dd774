/** The decoders of compressed audio. Runs in a worker thread: a call may compute for long. */
import { MPEGDecoder } from 'mpg123-decoder'
import type { Block } from './block.ts'
import { demuxed, type Packets } from './demux.ts'
import { type FlacFrame, FlacReader } from './flac.ts'
import { confirmedFrame, mpegFrame } from './mpeg.ts'
import { oggBlocks, oggCodecs } from './ogg-audio.ts'
import { blockOf, openFlac } from './packets.ts'

/** What is decoded in the worker. */
export type CompressedKind = 'mp3' | 'ogg-opus' | 'ogg-vorbis' | 'ogg-flac' | 'flac' | 'mp4' | 'webm'

async function* flac(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Block> {
  const reader = new FlacReader()
  const decoder = await openFlac()
  const blocks = async function* (frames: Iterable<FlacFrame>): AsyncGenerator<Block> {
    for (const { header, bytes: frame } of frames) {
      const block = frame && (await decoder.decode([frame]))
      const sampleRate = header.sampleRate || reader.sampleRate
      // In the place of a damaged frame is silence, so that what follows keeps its place.
      if (block) yield block
      else if (sampleRate > 0) yield { sampleRate, channels: silence(header.channels, header.blockSize) }
    }
  }
  try {
    for await (const chunk of bytes) yield* blocks(reader.push(chunk))
    yield* blocks(reader.end())
  } finally {
    decoder.free()
  }
}

const silence = (channels: number, length: number): Float32Array[] =>
  Array.from({ length: channels }, () => new Float32Array(length))

const pieceBytes = 8192

async function* pieces(bytes: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes)
    for (let at = 0; at < chunk.length; at += length) yield chunk.subarray(at, at + length)
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
    for await (const piece of pieces(bytes, pieceBytes)) {
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
    case 'ogg-vorbis':
    case 'ogg-flac':
      return oggBlocks(oggCodecs[kind], bytes)
    case 'flac':
      return flac(bytes)
    case 'mp4':
    case 'webm':
      return demuxed(bytes, mp3Decoder)
  }
}
