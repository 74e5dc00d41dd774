/** Ogg files → blocks: the packets of one stream after another, decoded, without what their encoders added at the end. */
import type { Block } from './block.ts'
import { type OggPage, OggReader } from './ogg.ts'
import { openFlac, openOpus, openVorbis, type PacketDecoder } from './packets.ts'

/** The letters that its first packet begins with, and the decoder that reads what follows. */
interface Codec {
  readonly magic: string
  open(head: Uint8Array): Promise<PacketDecoder>
}

/** What is read from Ogg. */
export const oggCodecs = {
  'ogg-opus': { magic: 'OpusHead', open: openOpus },
  'ogg-vorbis': { magic: '\x01vorbis', open: openVorbis },
  'ogg-flac': { magic: '\x7fFLAC', open: openFlac },
} as const satisfies Record<string, Codec>

/** Packets decoded at once: silence in Opus is two bytes for 120 ms. */
const batchPackets = 16

/** One stream, from its first page to its last. */
class Stream {
  readonly #decoder: PacketDecoder
  /** Where on the clock of the pages the first sample is: a stream cut out of a longer one does not begin at 0. */
  #origin: number | undefined
  /** Samples decoded. */
  #position: number

  constructor(decoder: PacketDecoder) {
    this.#decoder = decoder
    this.#position = decoder.preSkip
  }

  async *read(page: OggPage): AsyncGenerator<Block, void> {
    const before = this.#position
    const end = page.last && page.granule >= 0 ? page.granule - (this.#origin ?? 0) : before
    // The last page says where the audio ends, within it; one that says something else is not believed.
    const limit = page.last && end >= before ? end : Number.POSITIVE_INFINITY
    for (let at = 0; at < page.packets.length; at += batchPackets) {
      const block = await this.#decoder.decode(page.packets.slice(at, at + batchPackets))
      if (!block) continue
      const length = block.channels[0]!.length
      const kept = Math.max(0, Math.min(length, limit - this.#position))
      this.#position += length
      if (kept === length) yield block
      else if (kept > 0) yield { ...block, channels: block.channels.map((samples) => samples.subarray(0, kept)) }
    }
    if (this.#position > before && page.granule >= 0) this.#origin ??= Math.max(0, page.granule - this.#position)
  }

  free(): void {
    this.#decoder.free()
  }
}

/** Audio of an Ogg file whose bytes arrive cut anywhere. */
export async function* oggBlocks(codec: Codec, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Block, void> {
  const reader = new OggReader(codec.magic)
  let stream: Stream | undefined
  try {
    for await (const chunk of bytes)
      for (const page of reader.push(chunk)) {
        if (page.first) {
          stream?.free()
          stream = undefined
          const [head] = page.packets
          if (head) stream = new Stream(await codec.open(head))
        } else if (stream) yield* stream.read(page)
      }
  } finally {
    stream?.free()
  }
}
