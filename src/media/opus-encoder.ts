/** OpusEncoder: samples → Opus in Ogg (RFC 7845), by libopus compiled to WebAssembly. Runs in a worker thread. */
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { samplesToPcm16 } from '../audio/pcm.ts'
import { VoiceError } from '../errors.ts'
import type { Encoder } from './encoder.ts'
import { OggWriter } from './ogg-writer.ts'

/** The part of the WebAssembly module inside `opusscript` that is used here. The package's own class writes beyond its memory. */
interface Native {
  readonly HEAPU8: Uint8Array
  _malloc(bytes: number): number
  _free(at: number): void
  readonly OpusScriptHandler: {
    new (sampleRate: number, channels: number, application: number): Handler
    destroy_handler(handler: Handler): void
  }
}

interface Handler {
  /** `inAt`: the bytes of 16-bit samples, each byte in 16 bits of its own. Gives the packet's length, or an error below 0. */
  _encode(inAt: number, bytes: number, outAt: number, samples: number): number
  _encoder_ctl(request: number, value: number): number
}

const audioApplication = 2049
const setBitRate = 4002
const setComplexity = 4010
/** Of 10: speech sounds no better above it, and it takes half the time. */
const complexity = 5
const framesPerSecond = 50
const packetLimitBytes = 4000
/** Samples at 48 kHz that come out before the first that went in. */
const preSkip = 312
const rates = [8000, 12_000, 16_000, 24_000, 48_000] as const

let native: Native | undefined

const loaded = (): Native => {
  native ??= createRequire(import.meta.url)('opusscript/build/opusscript_native_wasm.js')() as Native
  return native
}

/** The lowest rate of those that Opus codes which loses nothing of this one. */
export const opusRate = (sampleRate: number): number => rates.find((rate) => rate >= sampleRate) ?? 48_000

const head = (sampleRate: number): Uint8Array => {
  const bytes = Buffer.alloc(19)
  bytes.write('OpusHead')
  bytes[8] = 1
  bytes[9] = 1
  bytes.writeUInt16LE(preSkip, 10)
  bytes.writeUInt32LE(sampleRate, 12)
  return bytes
}

const tags = (): Uint8Array => {
  const name = 'parley'
  const bytes = Buffer.alloc(16 + name.length)
  bytes.write('OpusTags')
  bytes.writeUInt32LE(name.length, 8)
  bytes.write(name, 12)
  return bytes
}

/** Frames of 20 ms, a page for each push. */
export class OpusEncoder implements Encoder {
  readonly #module = loaded()
  readonly #handler: Handler
  readonly #inAt: number
  readonly #outAt: number
  readonly #sampleRate: number
  readonly #frame: number
  readonly #ogg = new OggWriter(randomBytes(4).readUInt32LE())
  #rest = new Float32Array(0)
  #taken = 0
  /** Samples at 48 kHz that the packets so far hold. */
  #coded = 0
  #begun = false

  /** `sampleRate`: one that `opusRate` gives. */
  constructor(sampleRate: number, bitRate: number) {
    this.#sampleRate = sampleRate
    this.#frame = sampleRate / framesPerSecond
    this.#handler = new this.#module.OpusScriptHandler(sampleRate, 1, audioApplication)
    this.#handler._encoder_ctl(setBitRate, Math.max(6000, Math.min(256_000, Math.round(bitRate))))
    this.#handler._encoder_ctl(setComplexity, complexity)
    this.#inAt = this.#module._malloc(this.#frame * 4)
    this.#outAt = this.#module._malloc(packetLimitBytes)
  }

  push(samples: Float32Array): Uint8Array {
    this.#taken += samples.length
    return this.#pages(this.#encode(samples), false)
  }

  end(): Uint8Array {
    // The last samples come out of the decoder only after so much more has gone in.
    const wanted = this.#length - this.#coded
    const frames = Math.ceil((wanted * framesPerSecond) / 48_000)
    return this.#pages(this.#encode(new Float32Array(frames * this.#frame - this.#rest.length)), true)
  }

  /** Samples at 48 kHz from the first that comes out to the end of what was taken. */
  get #length(): number {
    return preSkip + Math.round((this.#taken * 48_000) / this.#sampleRate)
  }

  #encode(samples: Float32Array): readonly Uint8Array[] {
    const all = new Float32Array(this.#rest.length + samples.length)
    all.set(this.#rest)
    all.set(samples, this.#rest.length)
    const packets: Uint8Array[] = []
    let at = 0
    for (; at + this.#frame <= all.length; at += this.#frame)
      packets.push(this.#packet(samplesToPcm16(all.subarray(at, at + this.#frame))))
    this.#rest = all.slice(at)
    return packets
  }

  #packet(pcm: Uint8Array): Uint8Array {
    // The memory may have grown, and so moved, since the last packet.
    const { buffer } = this.#module.HEAPU8
    new Uint16Array(buffer, this.#inAt, pcm.length).set(pcm)
    const length = this.#handler._encode(this.#inAt, pcm.length, this.#outAt, this.#frame)
    if (length < 0) throw new VoiceError('provider_failed', 'The audio could not be encoded as Opus.')
    return this.#module.HEAPU8.slice(this.#outAt, this.#outAt + length)
  }

  #pages(packets: readonly Uint8Array[], last: boolean): Uint8Array {
    const pages: Uint8Array[] = []
    if (!this.#begun) {
      this.#begun = true
      pages.push(this.#ogg.page([head(this.#sampleRate)], 0), this.#ogg.page([tags()], 0))
    }
    let open: Uint8Array[] = []
    let lengths = 0
    const close = (end: boolean): void => {
      if (open.length === 0) return
      this.#coded += open.length * (48_000 / framesPerSecond)
      pages.push(this.#ogg.page(open, end ? this.#length : this.#coded, end))
      open = []
      lengths = 0
    }
    for (const packet of packets) {
      if (lengths + OggWriter.lengthsOf(packet) > 255) close(false)
      open.push(packet)
      lengths += OggWriter.lengthsOf(packet)
    }
    close(last)
    return Buffer.concat(pages)
  }

  free(): void {
    this.#module.OpusScriptHandler.destroy_handler(this.#handler)
    this.#module._free(this.#inAt)
    this.#module._free(this.#outAt)
  }
}
