/** The decoders of compressed audio. Runs in a worker thread: a call may compute for long. */
import type { Block } from './block.ts'
import { demuxed, type Packets } from './demux.ts'
import { type FlacFrame, FlacReader } from './flac.ts'
import { openMp3 } from './minimp3.ts'
import { Mp3Reader } from './mp3.ts'
import { oggBlocks, oggCodecs } from './ogg-audio.ts'
import { openFlac } from './packets.ts'

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

async function* mp3(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Block> {
  const reader = new Mp3Reader(await openMp3())
  for await (const chunk of bytes) yield* reader.push(chunk)
  yield* reader.end()
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
      return demuxed(bytes)
  }
}
