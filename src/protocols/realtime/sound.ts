/** Realtime: samples ↔ the base64 of the wire's formats. */
import { samplesToAlaw, samplesToMulaw } from '../../audio/g711.ts'
import { samplesToPcm16 } from '../../audio/pcm.ts'
import type { WireFormat } from '../../conversation/config.ts'

/** What clients expect where nothing else was said. */
export const usualFormat: WireFormat = { encoding: 'pcm16', sampleRate: 24_000 }

const bytesOf = (samples: Float32Array, { encoding }: WireFormat): Uint8Array => {
  switch (encoding) {
    case 'pcm16':
      return samplesToPcm16(samples)
    case 'mulaw':
      return samplesToMulaw(samples)
    case 'alaw':
      return samplesToAlaw(samples)
    case 'float32': {
      const view = new DataView(new ArrayBuffer(samples.length * 4))
      samples.forEach((sample, place) => {
        view.setFloat32(place * 4, sample, true)
      })
      return new Uint8Array(view.buffer)
    }
    default:
      throw encoding satisfies never
  }
}

/** Samples, already in the format's rate, as base64 of the format. */
export const audioText = (samples: Float32Array, format: WireFormat): string => {
  const bytes = bytesOf(samples, format)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** A format as an object, as it is told outside the beta dialect. */
export const formatBody = ({ encoding, sampleRate }: WireFormat): object => {
  switch (encoding) {
    case 'pcm16':
      return { type: 'audio/pcm', rate: sampleRate }
    case 'float32':
      return { type: 'audio/float32', rate: sampleRate }
    case 'mulaw':
      return { type: 'audio/pcmu' }
    case 'alaw':
      return { type: 'audio/pcma' }
    default:
      throw encoding satisfies never
  }
}

/** A format's name in the beta dialect. */
export const formatName = ({ encoding }: WireFormat): string =>
  ({ pcm16: 'pcm16', float32: 'float32', mulaw: 'g711_ulaw', alaw: 'g711_alaw' })[encoding]
