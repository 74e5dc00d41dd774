/** decodeAudio(bytes) → frames: whatever a client sends, decoded as it arrives. */
import type { AudioFrame } from '../audio/frame.ts'
import { mixDown } from '../audio/pcm.ts'
import { VoiceError } from '../errors.ts'
import type { AudioFormat } from '../listening/commands.ts'
import { abortable } from './abortable.ts'
import { blocksOf, undecodable } from './blocks.ts'
import { type DecodeLimits, defaultLimits } from './limits.ts'

export type { DecodeLimits } from './limits.ts'

/** How bytes are to be decoded. */
export interface DecodeOptions {
  /** What the client says. Where the bytes have a signature, they are believed instead. */
  readonly format: AudioFormat
  /** When it aborts, the frames end without an error. */
  readonly signal: AbortSignal
  readonly limits?: Partial<DecodeLimits>
}

/** Audio before the ratio of audio to bytes means anything. */
const ratioGraceSeconds = 60

async function* decode(
  bytes: AsyncIterable<Uint8Array>,
  options: DecodeOptions,
  mix: boolean,
): AsyncGenerator<readonly AudioFrame[], void> {
  const { format, signal } = options
  const limits = { ...defaultLimits, ...options.limits }
  let received = 0
  const counted = async function* (): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of abortable(bytes, signal)) {
      received += chunk.length
      if (chunk.length > 0) yield chunk
    }
  }
  let startMs = 0
  let samplesAtRate = 0
  let sampleRate = 0
  let given = 0
  try {
    for await (const block of abortable(blocksOf(counted(), { format, mix, signal, limits }), signal)) {
      if (block.sampleRate !== sampleRate) {
        if (!Number.isInteger(block.sampleRate) || block.sampleRate < 4000 || block.sampleRate > 192_000)
          throw new VoiceError('unsupported', `Audio of ${block.sampleRate} Hz is not taken; 4,000 to 192,000 Hz are.`)
        // A file of several parts may change its rate between them; the clock runs on.
        startMs += sampleRate === 0 ? 0 : (samplesAtRate * 1000) / sampleRate
        samplesAtRate = 0
        sampleRate = block.sampleRate
      }
      const at = startMs + (samplesAtRate * 1000) / sampleRate
      const length = block.channels[0]!.length
      samplesAtRate += length
      given += length * block.channels.length * 2
      if (at + (length * 1000) / sampleRate > limits.maxSeconds * 1000)
        throw new VoiceError('too_large', `The audio is longer than ${limits.maxSeconds} seconds.`)
      if (at > ratioGraceSeconds * 1000 && given > received * limits.maxRatio)
        throw new VoiceError('too_large', 'The audio unpacks to far more than was sent.')
      const channels = mix && block.channels.length > 1 ? [mixDown(block.channels)] : block.channels
      yield channels.map((samples) => ({ samples, sampleRate: block.sampleRate, startMs: at }))
    }
  } catch (error) {
    if (signal.aborted) return
    throw error
  }
  if (signal.aborted || given > 0) return
  throw received === 0 ? new VoiceError('invalid_request', 'The audio is empty.') : undecodable()
}

/**
 * Frames of audio from bytes, at the rate of the file, its channels mixed to one. Throws a VoiceError: `invalid_request`
 * when the bytes are empty or cannot be decoded, `unsupported` when there is no decoder for them here, `too_large` beyond
 * the limits. Bytes are taken only as fast as frames are.
 */
export async function* decodeAudio(
  bytes: AsyncIterable<Uint8Array>,
  options: DecodeOptions,
): AsyncGenerator<AudioFrame, void> {
  for await (const [frame] of decode(bytes, options, true)) yield frame as AudioFrame
}

/** As `decodeAudio`, with the channels kept apart: one frame for each, of one length and place. */
export const decodeChannels = (
  bytes: AsyncIterable<Uint8Array>,
  options: DecodeOptions,
): AsyncGenerator<readonly AudioFrame[], void> => decode(bytes, options, false)
