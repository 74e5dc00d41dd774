/** InputAudio: the bytes that a client appends → frames on one audio clock. */
import type { AudioFrame } from '../audio/frame.ts'
import { alawToSamples, mulawToSamples } from '../audio/g711.ts'
import { PcmReader } from '../audio/pcm.ts'
import type { WireFormat } from '../conversation/config.ts'

/** Frames are at most this long, so that a long append is listened to piece by piece. */
const longestMs = 500

const bytesPerSample = { pcm16: 2, float32: 4, mulaw: 1, alaw: 1 } as const

/** Reads by the format of the moment; half a sample waits for its rest, and is dropped when the format changes. */
export class InputAudio {
  #format: WireFormat
  #reader: PcmReader | undefined
  #audioMs = 0

  constructor(format: WireFormat) {
    this.#format = format
    this.#reader = readerFor(format)
  }

  /** Where the next sample lies on the audio clock. */
  get audioMs(): number {
    return this.#audioMs
  }

  /** From the next bytes on. */
  configure(format: WireFormat): void {
    if (format.encoding === this.#format.encoding && format.sampleRate === this.#format.sampleRate) return
    this.#format = format
    this.#reader = readerFor(format)
  }

  /**
   * Frames as they are asked for: the bytes of those that nobody asks for are never read. `own`: a format that is theirs
   * whatever was configured, as that of a call's track; they hold whole samples.
   */
  *read(bytes: Uint8Array, own?: WireFormat): Generator<AudioFrame> {
    const { encoding, sampleRate } = own ?? this.#format
    const reader = own ? readerFor(own) : this.#reader
    const step = Math.ceil((sampleRate * longestMs) / 1000) * bytesPerSample[encoding]
    for (let at = 0; at < bytes.length; at += step) {
      const samples = samplesOf(bytes.subarray(at, at + step), encoding, reader)
      if (samples.length === 0) continue
      const frame = { samples, sampleRate, startMs: this.#audioMs }
      this.#audioMs += (samples.length * 1000) / sampleRate
      yield frame
    }
  }
}

const samplesOf = (
  bytes: Uint8Array,
  encoding: WireFormat['encoding'],
  reader: PcmReader | undefined,
): Float32Array => {
  switch (encoding) {
    case 'mulaw':
      return mulawToSamples(bytes)
    case 'alaw':
      return alawToSamples(bytes)
    default:
      return reader!.push(bytes)[0]!
  }
}

const readerFor = ({ encoding }: WireFormat): PcmReader | undefined =>
  encoding === 'pcm16' || encoding === 'float32' ? new PcmReader(encoding, 1) : undefined
