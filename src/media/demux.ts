/** The audio track of MP4 and WebM files. Runs in a worker thread. */
import {
  EncodedPacketSink,
  Input,
  type InputAudioTrack,
  MATROSKA,
  MP4,
  QTFF,
  ReadableStreamSource,
  WEBM,
} from 'mediabunny'
import { PcmReader, type SampleEncoding } from '../audio/pcm.ts'
import { VoiceError } from '../errors.ts'
import type { Block } from './block.ts'
import { openMp3 } from './minimp3.ts'
import { Mp3Reader } from './mp3.ts'
import { openFlac, openOpus, type PacketDecoder } from './packets.ts'

/** Audio still compressed, written so that ffmpeg can read it as a stream. */
export interface Packets {
  readonly packets: 'aac'
  readonly bytes: Uint8Array
}

/** An MP4 file may keep its table of contents at its end: so much of it is kept until that comes. */
const cacheBytes = 64 << 20

const pcmCodecs: Readonly<Record<string, SampleEncoding>> = {
  'pcm-u8': 'pcm8',
  'pcm-s16': 'pcm16',
  'pcm-s24': 'pcm24',
  'pcm-s32': 'pcm32',
  'pcm-f32': 'float32',
  'pcm-f64': 'float64',
  ulaw: 'mulaw',
  alaw: 'alaw',
}

const byteStream = (bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> => {
  const reader = bytes[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await reader.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await reader.return?.()
    },
  })
}

type Items = Iterable<Block | Packets>

/** Decoder for a track. */
interface TrackReader {
  /** The audio that a packet brings. */
  read(packet: Uint8Array): Items | Promise<Items>
  /** What is left after the last packet. */
  end?(): Items
  free(): void
}

const nothing = (): void => {}

const packetReader = (decoder: PacketDecoder): TrackReader => ({
  read: async (packet) => {
    const block = await decoder.decode([packet])
    return block ? [block] : []
  },
  free: () => decoder.free(),
})

const mp3Reader = async (): Promise<TrackReader> => {
  const reader = new Mp3Reader(await openMp3())
  return { read: (packet) => reader.push(packet), end: () => reader.end(), free: nothing }
}

/** Gives each AAC packet the ADTS header that says what the file's table of contents said (ISO/IEC 13818-7). */
const adtsWriter = (config: Uint8Array): TrackReader => {
  const kind = config[0]! >> 3
  const rateIndex = ((config[0]! & 7) << 1) | (config[1]! >> 7)
  const channels = (config[1]! >> 3) & 15
  if (rateIndex > 12) throw new VoiceError('unsupported', 'This AAC track has a sample rate that cannot be read here.')
  // ADTS names four kinds; the newer ones are extensions of the second, low complexity.
  const profile = kind >= 1 && kind <= 4 ? kind - 1 : 1
  const read: TrackReader['read'] = (packet) => {
    const length = packet.length + 7
    const bytes = new Uint8Array(length)
    bytes[0] = 0xff
    bytes[1] = 0xf1
    bytes[2] = (profile << 6) | (rateIndex << 2) | (channels >> 2)
    bytes[3] = ((channels & 3) << 6) | (length >> 11)
    bytes[4] = length >> 3
    bytes[5] = ((length & 7) << 5) | 0x1f
    bytes[6] = 0xfc
    bytes.set(packet, 7)
    return [{ packets: 'aac', bytes }]
  }
  return { read, free: nothing }
}

const readerFor = async (track: InputAudioTrack): Promise<TrackReader> => {
  const codec = await track.getCodec()
  const description = (await track.getDecoderConfig())?.description as Uint8Array | ArrayBuffer | undefined
  const header = description && new Uint8Array(description instanceof Uint8Array ? description : description)
  if (codec === 'opus') return packetReader(await openOpus(header, await track.getNumberOfChannels()))
  if (codec === 'flac') return packetReader(await openFlac())
  if (codec === 'mp3') return mp3Reader()
  if (codec === 'aac' && header && header.length >= 2) return adtsWriter(header)
  const encoding = codec === null ? undefined : pcmCodecs[codec]
  if (encoding === undefined)
    throw new VoiceError('unsupported', `This server has no decoder for ${codec ?? 'the codec'} in such a file.`)
  const reader = new PcmReader(encoding, await track.getNumberOfChannels())
  const sampleRate = await track.getSampleRate()
  return { read: (packet) => [{ sampleRate, channels: reader.push(packet) }], free: nothing }
}

/** Audio of the first audio track of an MP4 or WebM file whose bytes arrive cut anywhere. */
export async function* demuxed(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Block | Packets, void> {
  const source = new ReadableStreamSource(byteStream(bytes), {
    maxCacheSize: cacheBytes,
    handleUnhandledError: nothing,
  })
  const input = new Input({ source, formats: [MP4, QTFF, WEBM, MATROSKA] })
  try {
    const track = await input.getPrimaryAudioTrack()
    if (!track) throw new VoiceError('invalid_request', 'The file has no audio track.')
    const reader = await readerFor(track)
    try {
      for await (const packet of new EncodedPacketSink(track).packets()) {
        for (const item of await reader.read(packet.data))
          if ('packets' in item || item.channels[0]!.length > 0) yield item
      }
      if (reader.end) yield* reader.end()
    } finally {
      reader.free()
    }
  } finally {
    input.dispose()
  }
}
