/** The encoders by what they write. Runs in a worker thread. */
import { samplesToAlaw, samplesToMulaw } from '../audio/g711.ts'
import { joined } from '../audio/joined.ts'
import { samplesToPcm16 } from '../audio/pcm.ts'
import { Resampler } from '../audio/resample.ts'
import type { Encoder, EncoderSettings } from './encoder.ts'

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
      return joined(Uint8Array, [rest, last])
    },
    free: () => encoder.free(),
  }
}
