/** Bytes of any kind → blocks: looks at the first bytes and takes the road that they need. */
import { setImmediate } from 'node:timers/promises'
import { PcmReader, type SampleEncoding } from '../audio/pcm.ts'
import { WavReader } from '../audio/wav.ts'
import { VoiceError } from '../errors.ts'
import type { AudioFormat } from '../listening/commands.ts'
import type { Block } from './block.ts'
import { ffmpegBlocks } from './ffmpeg.ts'
import type { DecodeLimits } from './limits.ts'
import { type Decompression, openDecompression } from './pool.ts'
import { type MediaKind, sniff } from './sniff.ts'

/** Bytes read at once on the main thread: about 0.2 ms of work. */
const pieceBytes = 32_768

const rawEncodings: Readonly<Partial<Record<AudioFormat['encoding'], SampleEncoding>>> = {
  auto: 'pcm16',
  pcm16: 'pcm16',
  mulaw: 'mulaw',
  alaw: 'alaw',
}

/** The message for bytes that nothing can be made of. */
export const undecodable = (): VoiceError =>
  new VoiceError(
    'invalid_request',
    'The audio could not be decoded: its bytes are not of a known kind, or are damaged.',
  )

/** Pieces small enough for the main thread, which is let go between those of one chunk. */
async function* pieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      if (at > 0) await setImmediate()
      yield chunk.subarray(at, at + pieceBytes)
    }
  }
}

async function* raw(
  encoding: SampleEncoding,
  format: AudioFormat,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Block, void> {
  const reader = new PcmReader(encoding, format.channels)
  for await (const piece of pieces(bytes)) {
    const channels = reader.push(piece)
    if (channels[0]!.length > 0) yield { sampleRate: format.sampleRate, channels }
  }
}

async function* wav(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Block, void> {
  const reader = new WavReader()
  const header: Uint8Array[] = []
  const source = pieces(bytes)
  for await (const piece of { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) }) {
    if (!reader.format) header.push(piece)
    let channels: Float32Array[]
    try {
      channels = reader.push(piece)
    } catch (error) {
      // A kind of WAV that is not read here may still be read by ffmpeg, from its beginning.
      if (error instanceof VoiceError && error.code === 'unsupported')
        return yield* ffmpegBlocks('wav', after(header, source), signal)
      throw error
    }
    if (reader.format && channels[0] && channels[0].length > 0) yield { sampleRate: reader.format.sampleRate, channels }
  }
  if (!reader.format) throw undecodable()
}

/** `first`, then what is left of `rest`. */
async function* after(first: Iterable<Uint8Array>, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield* first
  yield* rest
}

/** What the other thread makes of the bytes. Files whose codec it only unpacks go on to ffmpeg. */
async function* compressed(
  kind: Extract<MediaKind, 'mp3' | 'ogg-opus' | 'ogg-vorbis' | 'ogg-flac' | 'flac' | 'mp4' | 'webm'>,
  bytes: AsyncIterable<Uint8Array>,
  options: { readonly mix: boolean; readonly signal: AbortSignal; readonly limits: DecodeLimits },
): AsyncGenerator<Block, void> {
  const decompression = openDecompression(kind, options.mix)
  try {
    const items = unpacked(decompression, bytes, options.limits)
    for (let next = await items.next(); !next.done; next = await items.next()) {
      const item = next.value
      if ('packets' in item) {
        const packets = async function* (): AsyncGenerator<Uint8Array, void> {
          yield item.bytes
          for await (const more of items) if ('packets' in more) yield more.bytes
        }
        return yield* ffmpegBlocks(item.packets, packets(), options.signal)
      }
      yield item
    }
  } finally {
    decompression.close()
  }
}

async function* unpacked(decompression: Decompression, bytes: AsyncIterable<Uint8Array>, limits: DecodeLimits) {
  let busyMs = 0
  const reader = bytes[Symbol.asyncIterator]()
  let feed: Uint8Array | null | undefined
  try {
    for (;;) {
      const { items, state, busyMs: spentMs } = await decompression.step(feed)
      busyMs += spentMs
      if (busyMs > limits.maxMs) throw new VoiceError('too_large', 'The audio takes too long to decode.')
      yield* items
      if (state === 'ended') return
      feed = undefined
      if (state === 'hungry') {
        const next = await reader.next()
        feed = next.done ? null : next.value
      }
    }
  } finally {
    await reader.return?.()
  }
}

/** Blocks of audio from bytes of the declared format, or of the kind that the bytes turn out to be. */
export async function* blocksOf(
  bytes: AsyncIterable<Uint8Array>,
  options: {
    readonly format: AudioFormat
    readonly mix: boolean
    readonly signal: AbortSignal
    readonly limits: DecodeLimits
  },
): AsyncGenerator<Block, void> {
  const { format, signal } = options
  const source = bytes[Symbol.asyncIterator]()
  let opening: Uint8Array = new Uint8Array(0)
  let ended = false
  let kind: MediaKind | undefined
  try {
    while (!kind) {
      const next = await source.next()
      if (next.done) ended = true
      else opening = opening.length === 0 ? next.value : Buffer.concat([opening, next.value])
      kind = sniff(opening, ended)
    }
    if (opening.length === 0) return
    const all = after([opening], { [Symbol.asyncIterator]: () => source })
    yield* road(kind, all, options)
  } finally {
    if (!ended) void Promise.resolve(source.return?.()).catch(() => {})
  }

  function road(found: MediaKind, all: AsyncIterable<Uint8Array>, rest: typeof options): AsyncGenerator<Block, void> {
    switch (found) {
      case 'raw': {
        const encoding = rawEncodings[format.encoding]
        if (encoding) return raw(encoding, format, all)
        // A stream of MP3 may have been joined in the middle of a frame: its decoder finds the next.
        if (format.encoding === 'mp3') return compressed('mp3', all, rest)
        throw undecodable()
      }
      case 'wav':
        return wav(all, signal)
      case 'mp3':
      case 'ogg-opus':
      case 'ogg-vorbis':
      case 'ogg-flac':
      case 'flac':
      case 'mp4':
      case 'webm':
        return compressed(found, all, rest)
      case 'mp2':
      case 'aac':
      case 'aiff':
      case 'caf':
      case 'amr':
      case 'asf':
      case 'ogg-other':
        return ffmpegBlocks(found, all, signal)
    }
  }
}
