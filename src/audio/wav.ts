/** WAV ↔ samples: whole files, and files that arrive piece by piece. */
import { VoiceError } from '../errors.ts'
import { mixDown, PcmReader, type SampleEncoding, sampleBytes, samplesToPcm16 } from './pcm.ts'

/** What a WAV header says. */
export interface WavFormat {
  readonly encoding: SampleEncoding
  /** Hz. */
  readonly sampleRate: number
  readonly channels: number
}

/** No format chunk is longer; one that says so would have to be held. */
const formatLimit = 4096
const leastPlaceholder = 0x7ffff000

const text = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))

const unreadable = (): VoiceError =>
  new VoiceError('invalid_request', 'The audio could not be decoded: its WAV header makes no sense.')

/** Format code and bits per sample → how samples are written. */
const encodings: Readonly<Record<string, SampleEncoding>> = {
  '1 8': 'pcm8',
  '1 16': 'pcm16',
  '1 24': 'pcm24',
  '1 32': 'pcm32',
  '3 32': 'float32',
  '3 64': 'float64',
  '6 8': 'alaw',
  '7 8': 'mulaw',
}

const encodingOf = (code: number, bits: number): SampleEncoding => {
  const encoding = encodings[`${code} ${bits}`]
  if (!encoding)
    throw new VoiceError('unsupported', `WAV files of format ${code} with ${bits} bits a sample are not read here.`)
  return encoding
}

const readFormat = (chunk: Uint8Array): WavFormat => {
  if (chunk.length < 16) throw unreadable()
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  const code = view.getUint16(0, true)
  // WAVE_FORMAT_EXTENSIBLE: the true code is the beginning of a GUID.
  const trueCode = code === 0xfffe && chunk.length >= 26 ? view.getUint16(24, true) : code
  const channels = view.getUint16(2, true)
  const sampleRate = view.getUint32(4, true)
  const encoding = encodingOf(trueCode, view.getUint16(14, true))
  if (channels < 1 || channels > 64 || sampleRate < 1000 || sampleRate > 768_000) throw unreadable()
  return { encoding, sampleRate, channels }
}

/** Reads a WAV file whose bytes arrive cut anywhere. Throws a VoiceError when the header makes no sense or is of an unknown kind. */
export class WavReader {
  #state: 'riff' | 'chunks' | 'data' | 'end' = 'riff'
  #held: Uint8Array = new Uint8Array(0)
  #skip = 0
  #format: WavFormat | undefined
  #reader: PcmReader | undefined
  #left = Number.POSITIVE_INFINITY

  /** Known once the header has been read. */
  get format(): WavFormat | undefined {
    return this.#format
  }

  /** One run of samples per channel; none before the audio begins. What follows the audio is passed over. */
  push(bytes: Uint8Array): Float32Array[] {
    let rest = bytes
    if (this.#state === 'riff' || this.#state === 'chunks') rest = this.#readHeader(bytes)
    if (this.#state !== 'data' || !this.#reader) return []
    const audio = rest.subarray(0, Math.min(rest.length, this.#left))
    this.#left -= audio.length
    if (this.#left <= 0) this.#state = 'end'
    return this.#reader.push(audio)
  }

  /** What follows the header, once the audio begins. */
  #readHeader(bytes: Uint8Array): Uint8Array {
    const skipped = Math.min(this.#skip, bytes.length)
    this.#skip -= skipped
    const all = new Uint8Array(this.#held.length + bytes.length - skipped)
    all.set(this.#held)
    all.set(bytes.subarray(skipped), this.#held.length)
    let at = 0
    const view = new DataView(all.buffer)
    if (this.#state === 'riff' && all.length >= 12) {
      const kind = text(all, 0)
      if ((kind !== 'RIFF' && kind !== 'RF64') || text(all, 8) !== 'WAVE') throw unreadable()
      at = 12
      this.#state = 'chunks'
    }
    while (this.#state === 'chunks' && all.length - at >= 8) {
      const name = text(all, at)
      const length = view.getUint32(at + 4, true)
      const body = at + 8
      // Chunks begin at even places.
      const padded = length + (length & 1)
      if (name === 'data') {
        if (!this.#format) throw unreadable()
        this.#state = 'data'
        this.#reader = new PcmReader(this.#format.encoding, this.#format.channels)
        // A writer that did not know the length leaves 0 or nearly 2 or 4 GB: then the audio lasts until the bytes end.
        const placeholder = length === 0 || length >= leastPlaceholder
        const width = sampleBytes[this.#format.encoding] * this.#format.channels
        this.#left = placeholder ? Number.POSITIVE_INFINITY : length - (length % width)
        return all.subarray(body)
      }
      if (name === 'fmt ') {
        if (length > formatLimit) throw unreadable()
        if (all.length < body + padded) break
        this.#format = readFormat(all.subarray(body, body + length))
      } else if (all.length < body + padded) {
        this.#skip = padded - (all.length - body)
        at = all.length
        break
      }
      at = body + padded
    }
    this.#held = all.slice(at)
    return new Uint8Array(0)
  }
}

/** A whole WAV file, its channels mixed to one. Throws a VoiceError when it cannot be read. */
export const parseWav = (bytes: Uint8Array): { readonly samples: Float32Array; readonly sampleRate: number } => {
  const reader = new WavReader()
  const samples = mixDown(reader.push(bytes))
  if (!reader.format) throw unreadable()
  return { samples, sampleRate: reader.format.sampleRate }
}

/** What stands in a header for a length that is not known yet. */
const unknownLength = 0xffffffff
const headerBytes = 44

/** The 44 bytes before mono 16-bit PCM; `audioBytes` where the length is known already. */
export const wavHeader = (sampleRate: number, audioBytes?: number): Uint8Array => {
  const bytes = new Uint8Array(headerBytes)
  const view = new DataView(bytes.buffer)
  const put = (at: number, word: string): void => {
    for (let i = 0; i < 4; i++) bytes[at + i] = word.charCodeAt(i)
  }
  put(0, 'RIFF')
  view.setUint32(4, audioBytes === undefined ? unknownLength : headerBytes - 8 + audioBytes, true)
  put(8, 'WAVE')
  put(12, 'fmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  put(36, 'data')
  view.setUint32(40, audioBytes ?? unknownLength, true)
  return bytes
}

/** A mono WAV file of 16-bit PCM with a header of 44 bytes, from its PCM. */
export const wavOfPcm16 = (audio: Uint8Array, sampleRate: number): Uint8Array => {
  const bytes = new Uint8Array(headerBytes + audio.length)
  bytes.set(wavHeader(sampleRate, audio.length))
  bytes.set(audio, headerBytes)
  return bytes
}

/** A mono WAV file of 16-bit PCM with a header of 44 bytes. */
export const writeWav = (samples: Float32Array, sampleRate: number): Uint8Array =>
  wavOfPcm16(samplesToPcm16(samples), sampleRate)
