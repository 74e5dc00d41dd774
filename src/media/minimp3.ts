/** Mp3Decoder: frames of MP3 → samples, by minimp3 compiled to WebAssembly. Runs in a worker thread. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { PcmReader } from '../audio/pcm.ts'
import type { Block } from './block.ts'

/** The part of WebAssembly that is used here: Node's own types have only its name. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>
  instantiate(module: object): Promise<{ readonly exports: object }>
}

/** What the module exports of which use is made here. Its memory holds the bytes, and behind them the samples. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  decoder_init(): void
  decoder_set_mp3_data_size(bytes: number): void
  decoder_mp3_data_offset(): number
  decoder_pcm_data_offset(): number
  /** Decodes so many seconds, or all there is when that is below 0. */
  decoder_decode(seconds: number): void
  decode_results_sampling_rate(): number
  decode_results_num_channels(): number
  /** Of all channels together. */
  decode_results_num_samples(): number
}

const everything = -1

/** A frame has at most 1,152 samples of two channels, 16 bits each. */
const mostPcmBytes = 1152 * 2 * 2

let compiled: Promise<object> | undefined

const compile = async (): Promise<object> => {
  const file = createRequire(import.meta.url).resolve('minimp3-wasm/dist/decoder.opt.wasm')
  return WebAssembly.compile(await readFile(file))
}

/** Decodes the frames of one stream, in their order. Each has its own memory: bad bytes spoil no other stream. */
export interface Mp3Decoder {
  /** The samples of one whole frame of layer III; silence where bits of frames before it are missing. */
  decode(frame: Uint8Array): Block | undefined
}

/** A decoder for one stream. It holds 128 KB, which go when it is no longer referred to. */
export const openMp3 = async (): Promise<Mp3Decoder> => {
  compiled ??= compile()
  const wasm = (await WebAssembly.instantiate(await compiled)).exports as Exports
  wasm.decoder_init()
  return {
    decode: (frame) => {
      wasm.decoder_set_mp3_data_size(frame.length)
      const { buffer } = wasm.memory
      new Uint8Array(buffer, wasm.decoder_mp3_data_offset()).set(frame)
      // What the decoder leaves out it does not overwrite.
      new Uint8Array(buffer, wasm.decoder_pcm_data_offset()).fill(0, 0, mostPcmBytes)
      wasm.decoder_decode(everything)
      return samplesOf(wasm)
    },
  }
}

const samplesOf = (wasm: Exports): Block | undefined => {
  const channelCount = wasm.decode_results_num_channels()
  const length = wasm.decode_results_num_samples() / channelCount
  if (!(length > 0)) return undefined
  const from = wasm.decoder_pcm_data_offset()
  const pcm = new Uint8Array(wasm.memory.buffer, from, length * channelCount * 2)
  const channels = new PcmReader('pcm16', channelCount).push(pcm)
  return { sampleRate: wasm.decode_results_sampling_rate(), channels }
}
