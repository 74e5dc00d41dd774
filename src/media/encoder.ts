/** Encoder: samples of one stream → bytes of one file. Runs in a worker thread: a call may compute for long. */
import { samplesToAlaw, samplesToMulaw } from '../audio/g711.ts'
import { samplesToPcm16 } from '../audio/pcm.ts'
import { Resampler } from '../audio/resample.ts'

/** What is encoded in the worker: 16-bit PCM and G.711 without a header, FLAC, Opus in Ogg. */
export type EncodedKind = 'pcm' | 'mulaw' | 'alaw' | 'flac' | 'ogg-opus'

/** What an encoder needs to know of its stream. */
export interface EncoderSettings {
  readonly kind: EncodedKind
  /** Hz of the file. Opus is always played at 48,000 Hz, and takes this for the highest that is worth coding. */
  readonly sampleRate: number
  /** Bits in a second, for Opus. */
  readonly bitRate: number
}

/** Encodes one stream. Its bytes, put together, are the file. */
export interface Encoder {
  push(samples: Float32Array): Uint8Array
  /** What is left. Nothing is pushed afterwards. */
  end(): Uint8Array
  free(): void
}

const nothing = new Uint8Array(0)

const plain = (write: (samples: Float32Array) => Uint8Array): Encoder => ({
  push: write,
  end: () => nothing,
  free: () => {},
})

const open = async ({ kind, sampleRate, bitRate }: EncoderSettings, fromHz: number) => {
  switch (kind) {
    case 'pcm':
      return { encoder: plain(samplesToPcm16), rate: sampleRate }
    case 'mulaw':
      return { encoder: plain(samplesToMulaw), rate: sampleRate }
    case 'alaw':
      return { encoder: plain(samplesToAlaw), rate: sampleRate }
    case 'flac': {
      const { FlacEncoder } = await import('./flac-encoder.ts')
      return { encoder: new FlacEncoder(sampleRate), rate: sampleRate }
    }
    case 'ogg-opus': {
      const { OpusEncoder, opusRate } = await import('./opus-encoder.ts')
      const rate = opusRate(Math.min(sampleRate, fromHz))
      return { encoder: new OpusEncoder(rate, bitRate), rate }
    }
    default:
      throw kind satisfies never
  }
}

/** An encoder for samples of `fromHz`. */
export const openEncoder = async (settings: EncoderSettings, fromHz: number): Promise<Encoder> => {
  const { encoder, rate } = await open(settings, fromHz)
  const resampler = new Resampler(fromHz, rate)
  return {
    push: (samples) => encoder.push(resampler.push(samples)),
    end: () => {
      const rest = encoder.push(resampler.flush())
      const last = encoder.end()
      const all = new Uint8Array(rest.length + last.length)
      all.set(rest)
      all.set(last, rest.length)
      return all
    },
    free: () => encoder.free(),
  }
}
