/** SocketAudio: the bytes that a client sends over a socket → frames, in step with the other things it sends. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import { alawToSamples, mulawToSamples } from '../audio/g711.ts'
import { joined } from '../audio/joined.ts'
import { mixDown, Pcm16Reader } from '../audio/pcm.ts'
import { WavReader } from '../audio/wav.ts'
import type { AudioFormat } from '../listening/commands.ts'
import { decodeAudio } from '../media/decode.ts'
import { Queue } from '../streams/queue.ts'

/** Compressed bytes that may wait for the decoder. */
const compressedLimitBytes = 256 * 1024
/** Bytes that tell a container from raw audio. */
const magicBytes = 12
const settleMs = 50

/** Reads bytes to samples at once, on this thread: raw audio and WAV cost microseconds. */
type Reader = { readonly push: (bytes: Uint8Array) => Float32Array; readonly sampleRate: () => number }

/**
 * Raw audio and WAV are read at once. Compressed audio goes through the decoder, which lags a little; `settle` waits until
 * it has caught up. On a socket most clients that send a container still call it raw, so unmistakable first bytes win
 * over the declared encoding; a bare MPEG sync does not, because quiet raw audio looks the same.
 */
export class SocketAudio {
  readonly #format: AudioFormat
  readonly #signal: AbortSignal
  #held: Uint8Array = new Uint8Array(0)
  #reader: Reader | undefined
  #compressed: { readonly bytes: Queue<Uint8Array>; readonly done: Promise<void>; error?: unknown } | undefined
  #ready: AudioFrame[] = []
  #audioMs = 0

  constructor(format: AudioFormat, signal: AbortSignal) {
    this.#format = format
    this.#signal = signal
  }

  /** The frames that are ready now, which raw audio is at once. Throws a VoiceError when the audio cannot be decoded. */
  push(bytes: Uint8Array): readonly AudioFrame[] | Promise<readonly AudioFrame[]> {
    if (bytes.length === 0) return []
    let chunk = bytes
    if (!this.#reader && !this.#compressed) {
      if (this.#held.length + chunk.length < magicBytes) {
        this.#held = joined(Uint8Array, [this.#held, chunk])
        return []
      }
      if (this.#held.length > 0) chunk = joined(Uint8Array, [this.#held, chunk])
      this.#held = new Uint8Array(0)
      this.#choose(chunk)
    }
    return this.#take(chunk)
  }

  /** The frames of everything that was pushed so far. */
  async settle(): Promise<readonly AudioFrame[]> {
    if (this.#held.length > 0) {
      const held = this.#held
      this.#held = new Uint8Array(0)
      this.#choose(held)
      this.#ready.push(...(await this.#take(held)))
    }
    const compressed = this.#compressed
    while (compressed && compressed.bytes.weight > 0 && compressed.error === undefined && !this.#signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, settleMs))
    }
    return this.#takeReady()
  }

  /** The last frames; no more bytes follow. */
  async end(): Promise<readonly AudioFrame[]> {
    const frames = [...(await this.settle())]
    this.#compressed?.bytes.close()
    await this.#compressed?.done
    return [...frames, ...this.#takeReady()]
  }

  /** Lets go of the decoder. */
  close(): void {
    this.#compressed?.bytes.abort()
  }

  #take(bytes: Uint8Array): readonly AudioFrame[] | Promise<readonly AudioFrame[]> {
    if (this.#compressed) {
      if (this.#compressed.bytes.push(bytes)) return this.#takeReady()
      return this.#compressed.bytes.drained().then(() => this.#takeReady())
    }
    const reader = this.#reader
    if (!reader) return []
    const samples = reader.push(bytes)
    return samples.length === 0 ? [] : [this.#frame(samples, reader.sampleRate())]
  }

  #takeReady(): readonly AudioFrame[] {
    if (this.#compressed?.error !== undefined) throw this.#compressed.error
    const frames = this.#ready
    this.#ready = []
    return frames
  }

  #frame(samples: Float32Array, sampleRate: number): AudioFrame {
    const frame = { samples, sampleRate, startMs: this.#audioMs }
    this.#audioMs += durationMs(frame)
    return frame
  }

  #choose(first: Uint8Array): void {
    const magic = String.fromCharCode(...first.subarray(0, 4))
    const { encoding, sampleRate, channels } = this.#format
    const declared = (): number => sampleRate
    if (magic === 'RIFF') {
      const wav = new WavReader()
      this.#reader = {
        push: (bytes) => mixDown(wav.push(bytes)),
        sampleRate: () => wav.format?.sampleRate ?? sampleRate,
      }
    } else if (magic === 'fLaC' || magic === 'OggS' || magic.startsWith('ID3') || isContainer(encoding)) {
      this.#decode()
    } else if (encoding === 'mulaw') {
      this.#reader = { push: mulawToSamples, sampleRate: declared }
    } else if (encoding === 'alaw') {
      this.#reader = { push: alawToSamples, sampleRate: declared }
    } else {
      const pcm = new Pcm16Reader(channels)
      this.#reader = { push: (bytes) => pcm.push(bytes), sampleRate: declared }
    }
  }

  #decode(): void {
    const bytes = new Queue<Uint8Array>(compressedLimitBytes, (chunk) => chunk.length)
    const frames = decodeAudio(bytes, { format: { ...this.#format, encoding: 'auto' }, signal: this.#signal })
    const collect = async (): Promise<void> => {
      for await (const frame of frames) this.#ready.push(frame)
    }
    const compressed: { readonly bytes: Queue<Uint8Array>; readonly done: Promise<void>; error?: unknown } = {
      bytes,
      done: collect().catch((error: unknown) => {
        compressed.error = error
        bytes.abort()
      }),
    }
    this.#compressed = compressed
  }
}

const isContainer = (encoding: AudioFormat['encoding']): boolean =>
  encoding === 'mp3' || encoding === 'ogg' || encoding === 'flac' || encoding === 'wav'
