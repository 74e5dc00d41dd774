/** The worker thread for compressed audio, both ways, and for large JSON: takes jobs from the pool in `pool.ts`. */
import { type MessagePort, parentPort } from 'node:worker_threads'
import { mixDown } from '../audio/pcm.ts'
import { VoiceError } from '../errors.ts'
import type { Block } from './block.ts'
import type { CompressedKind } from './decoders.ts'
import type { Packets } from './demux.ts'
import type { Encoder, EncoderSettings } from './encoder.ts'
import { type ParsedJson, parseJson } from './parse-json.ts'

/** A job for the worker. Those that begin with `open` or `close` have no answer; each other has one. */
export type Job =
  | { readonly type: 'open'; readonly stream: number; readonly kind: CompressedKind; readonly mix: boolean }
  /** Goes on decoding, with more bytes, `null` for the end of the bytes, or nothing after an answer with `more`. */
  | { readonly type: 'step'; readonly stream: number; readonly bytes?: Uint8Array | null }
  | { readonly type: 'close'; readonly stream: number }
  | {
      readonly type: 'open-encoder'
      readonly stream: number
      readonly settings: EncoderSettings
      readonly fromHz: number
    }
  /** `null` for the end of the samples. */
  | { readonly type: 'encode'; readonly stream: number; readonly samples: Float32Array | null }
  | { readonly type: 'close-encoder'; readonly stream: number }
  | { readonly type: 'json'; readonly body: Uint8Array; readonly paths: readonly string[] }

/** What a step gave. `hungry`: needs bytes; `more`: would give more without any; `ended`: nothing follows. */
export interface Step {
  readonly items: readonly (Block | Packets)[]
  readonly state: 'hungry' | 'more' | 'ended'
  /** Time that the step took. */
  readonly busyMs: number
}

/** How a job ended, with the number that it came with. */
export type Answer = { readonly job: number } & (
  | { readonly step: Step }
  | { readonly encoded: Uint8Array }
  | { readonly json: ParsedJson }
  | { readonly error: { readonly code: VoiceError['code']; readonly message: string } }
)

/** Samples, over all channels, after which a step answers: 2 MB. */
const stepSamples = 1 << 19

/** One file on its way through its decoder. */
class Stream {
  readonly #mix: boolean
  readonly #output: AsyncGenerator<Block | Packets, void>
  #waiting: Uint8Array | null | undefined
  #feed: (() => void) | undefined
  #starving = false
  #starve: (() => void) | undefined
  #pending: Promise<IteratorResult<Block | Packets, void>> | undefined

  constructor(decompress: typeof import('./decoders.ts').decompress, kind: CompressedKind, mix: boolean) {
    this.#mix = mix
    this.#output = decompress(kind, this.#bytes())
  }

  async *#bytes(): AsyncGenerator<Uint8Array> {
    for (;;) {
      while (this.#waiting === undefined) {
        this.#starving = true
        this.#starve?.()
        await new Promise<void>((resolve) => {
          this.#feed = resolve
        })
        this.#starving = false
      }
      if (this.#waiting === null) return
      const bytes = this.#waiting
      this.#waiting = undefined
      yield bytes
    }
  }

  async step(bytes: Uint8Array | null | undefined): Promise<Step> {
    const began = performance.now()
    const hungry = new Promise<'hungry'>((resolve) => {
      this.#starve = () => resolve('hungry')
    })
    if (bytes !== undefined) {
      this.#waiting = bytes
      this.#starving = false
      this.#feed?.()
    }
    // A decoder that reads ahead may have been waiting since before this step.
    if (this.#starving) this.#starve?.()
    const items: (Block | Packets)[] = []
    let samples = 0
    let state: Step['state'] = 'more'
    while (samples < stepSamples) {
      this.#pending ??= this.#output.next()
      const next = await Promise.race([this.#pending, hungry])
      if (next === 'hungry' || next.done) {
        state = next === 'hungry' ? next : 'ended'
        break
      }
      this.#pending = undefined
      const item = 'packets' in next.value ? next.value : this.#block(next.value)
      items.push(item)
      samples += 'packets' in item ? item.bytes.length : item.channels[0]!.length * item.channels.length
    }
    return { items, state, busyMs: performance.now() - began }
  }

  #block(block: Block): Block {
    return this.#mix && block.channels.length > 1 ? { ...block, channels: [mixDown(block.channels)] } : block
  }

  /** Ends the decoder. Its input ends first, for it may be waiting for that. */
  close(): void {
    this.#waiting = null
    this.#feed?.()
    const ignored = (): void => {}
    this.#pending?.catch(ignored)
    this.#output.return().catch(ignored)
  }
}

const streams = new Map<number, Stream>()
const encoders = new Map<number, Encoder>()

type Bytes = Float32Array | Uint8Array

/** Buffers that can move to the other thread instead of being copied; each once. */
const movable = (arrays: readonly Bytes[]): ArrayBuffer[] => [
  ...new Set(
    arrays.filter((array) => array.byteLength === array.buffer.byteLength).map((array) => array.buffer as ArrayBuffer),
  ),
]

const take = async (port: MessagePort, job: Job & { readonly job: number }): Promise<void> => {
  switch (job.type) {
    case 'open': {
      const { decompress } = await import('./decoders.ts')
      streams.set(job.stream, new Stream(decompress, job.kind, job.mix))
      return
    }
    case 'step': {
      const step = await streams.get(job.stream)!.step(job.bytes)
      const arrays = step.items.flatMap((item): readonly Bytes[] => ('packets' in item ? [item.bytes] : item.channels))
      port.postMessage({ job: job.job, step } satisfies Answer, movable(arrays))
      return
    }
    case 'close':
      streams.get(job.stream)?.close()
      streams.delete(job.stream)
      return
    case 'open-encoder': {
      const { openEncoder } = await import('./open-encoder.ts')
      encoders.set(job.stream, await openEncoder(job.settings, job.fromHz))
      return
    }
    case 'encode': {
      const encoder = encoders.get(job.stream)
      if (!encoder) throw new VoiceError('provider_failed', 'The audio could not be encoded.')
      const encoded = job.samples ? encoder.push(job.samples) : encoder.end()
      port.postMessage({ job: job.job, encoded } satisfies Answer, movable([encoded]))
      return
    }
    case 'close-encoder':
      encoders.get(job.stream)?.free()
      encoders.delete(job.stream)
      return
    case 'json': {
      const json = parseJson(job.body, job.paths)
      port.postMessage({ job: job.job, json } satisfies Answer, json.audio ? movable([json.audio]) : [])
      return
    }
    default:
      job satisfies never
  }
}

const failureOf = (job: Job): string =>
  job.type === 'encode' ? 'The audio could not be encoded.' : 'The audio could not be decoded.'

const port = parentPort
if (port) {
  // The decoders write what they find wrong in a file to the console; the error of the stream says it.
  console.error = () => {}
  console.warn = () => {}
  // A fault in work that a demuxer does ahead of time belongs to its stream, which meets it too; it must not end the others.
  process.on('unhandledRejection', () => {})
  // Jobs are taken in order, one at a time: a stream's bytes must not overtake each other.
  let last = Promise.resolve()
  port.on('message', (job: Job & { readonly job: number }) => {
    last = last
      .then(() => take(port, job))
      .catch((error: unknown) => {
        const { code, message } =
          error instanceof VoiceError ? error : new VoiceError('invalid_request', failureOf(job))
        port.postMessage({ job: job.job, error: { code, message } } satisfies Answer)
      })
  })
}
