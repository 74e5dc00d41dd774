/** Files in which somebody is heard alone → speakers who are known by name. */
import type { AudioFrame } from '../audio/frame.ts'
import { joined } from '../audio/joined.ts'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { KnownSpeaker } from '../listening/known-speakers.ts'
import { atRate } from '../listening/rate.ts'
import { type DecodeLimits, decodeAudio } from '../media/decode.ts'

/** Lengths that a file may have, and what codecs add or take at its ends. */
const leastSeconds = 2
const mostSeconds = 10
const slackSeconds = 0.1

/**
 * Decodes the files, which live no longer than what is made of them. Throws a VoiceError that says which speaker's it is:
 * `invalid_request` where one is shorter than 2 s, longer than 10 s or cannot be decoded, and what else decoding throws.
 */
export const knownSpeakers = async (
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  options: { readonly signal: AbortSignal; readonly limits?: Partial<DecodeLimits> },
): Promise<readonly KnownSpeaker[]> => {
  const known: KnownSpeaker[] = []
  for (const { name, bytes } of files) {
    try {
      known.push({ name, speech: await decoded(bytes, options) })
    } catch (error) {
      const { code, message, cause } = asVoiceError(error)
      throw new VoiceError(code, `The recording of ${name}: ${message}`, { cause })
    }
  }
  return known
}

const decoded = async (
  bytes: Uint8Array,
  { signal, limits }: { readonly signal: AbortSignal; readonly limits?: Partial<DecodeLimits> },
): Promise<AudioFrame> => {
  const format = { encoding: 'auto', sampleRate: 16_000, channels: 1 } as const
  const frames: AudioFrame[] = []
  let seconds = 0
  for await (const frame of decodeAudio(once(bytes), { format, signal, ...(limits ? { limits } : {}) })) {
    // A file of several parts may change its rate between them.
    const { samples, sampleRate } = frame
    frames.push(frames[0] ? atRate(frame, frames[0].sampleRate) : frame)
    seconds += samples.length / sampleRate
    if (seconds > mostSeconds + slackSeconds) break
  }
  if (signal.aborted || !frames[0]) throw new VoiceError('timeout', 'It was given up.')
  if (seconds < leastSeconds - slackSeconds || seconds > mostSeconds + slackSeconds)
    throw new VoiceError('invalid_request', `It must be ${leastSeconds} to ${mostSeconds} seconds long.`)
  const samples = joined(
    Float32Array,
    frames.map((frame) => frame.samples),
  )
  return { samples, sampleRate: frames[0].sampleRate, startMs: 0 }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
