/** encodeAudio(frames) → bytes of one file, as the frames come. */
import type { AudioFrame } from '../audio/frame.ts'
import { cutFrame } from '../audio/rechunk.ts'
import { wavHeader } from '../audio/wav.ts'
import { abortable } from './abortable.ts'
import { compressionProgram, type ProgramFormat, programRate } from './compression-program.ts'
import type { EncodedKind } from './encoder.ts'
import { withLead } from './mp3-lead.ts'
import { type Compression, openCompression } from './pool.ts'
import { throughProgram } from './program.ts'

/** What audio is written as. `pcm` is 16-bit little-endian without a header, `opus` is Opus in Ogg, `aac` is ADTS. */
export type EncodedFormat = 'pcm' | 'wav' | 'mulaw' | 'alaw' | 'opus' | 'flac' | ProgramFormat

/** How audio is to be written. */
export interface EncodeOptions {
  readonly format: EncodedFormat
  /** Hz, from 8,000 to 48,000. G.711 is taken as it is asked for; MP3 and AAC get the next rate that they have. */
  readonly sampleRate: number
  /** Bits in a second, for formats that lose something. */
  readonly bitRate?: number
  /** Where set-up unpacked programs. */
  readonly cacheDir?: string
  /** When it aborts, the bytes end without an error. */
  readonly signal: AbortSignal
}

const defaultBitRates: Readonly<Record<'opus' | ProgramFormat, number>> = { opus: 48_000, mp3: 128_000, aac: 96_000 }

/** What is encoded at once: so much is heard at the earliest. */
const piecesPerSecond = 5

/**
 * The bytes of one file, each as soon as the frames before it have come. A file of a format with a header has it once,
 * at its beginning, also when there is no frame. Throws `unavailable` where a program is missing, before any frame is taken.
 */
export async function* encodeAudio(
  frames: AsyncIterable<AudioFrame>,
  options: EncodeOptions,
): AsyncGenerator<Uint8Array, void> {
  const { format, sampleRate, signal, cacheDir } = options
  try {
    switch (format) {
      case 'mp3':
      case 'aac': {
        const bitRate = options.bitRate ?? defaultBitRates[format]
        const rate = programRate(format, sampleRate)
        const { program, args } = await compressionProgram(format, { sampleRate: rate, bitRate, cacheDir })
        const pcm = inThread(frames, { kind: 'pcm', sampleRate: rate, bitRate }, signal)
        const file = throughProgram(program, args, pcm, { signal, strict: true })
        yield* format === 'mp3' ? withLead(file) : file
        return
      }
      case 'wav':
        yield* behind(wavHeader(sampleRate), inThread(frames, { kind: 'pcm', sampleRate, bitRate: 0 }, signal))
        return
      default: {
        const kind: EncodedKind = format === 'opus' ? 'ogg-opus' : format
        const bitRate = options.bitRate ?? defaultBitRates.opus
        yield* inThread(frames, { kind, sampleRate, bitRate }, signal)
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** The header together with the first bytes, so that nothing comes before there is audio. */
async function* behind(header: Uint8Array, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let begun = false
  for await (const chunk of bytes) {
    yield begun ? chunk : Buffer.concat([header, chunk])
    begun = true
  }
  if (!begun) yield header
}

async function* inThread(
  frames: AsyncIterable<AudioFrame>,
  settings: { readonly kind: EncodedKind; readonly sampleRate: number; readonly bitRate: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  let compression: Compression | undefined
  try {
    for await (const frame of abortable(frames, signal)) {
      compression ??= openCompression(settings, frame.sampleRate)
      for (const { samples } of cutFrame(frame, Math.ceil(frame.sampleRate / piecesPerSecond))) {
        const bytes = await compression.step(samples.slice())
        if (signal.aborted) return
        if (bytes.length > 0) yield bytes
      }
    }
    if (signal.aborted) return
    compression ??= openCompression(settings, settings.sampleRate)
    const rest = await compression.step(null)
    if (rest.length > 0 && !signal.aborted) yield rest
  } finally {
    compression?.close()
  }
}
