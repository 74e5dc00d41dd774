/** The input as windows for the voice activity engine. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import { cutFrame, Rechunker } from '../audio/rechunk.ts'
import type { VoiceActivity } from '../engines/voice-activity.ts'
import { RateConverter } from './rate.ts'

/** Rate at which listening works, in Hz. */
export const listeningRate = 16_000

/** Windows that travel in one frame at most: what is on its way is counted in frames. */
const togetherLimit = 8

/** Samples of one window at that rate. */
export const windowLength = (engine: VoiceActivity): number =>
  Math.round((engine.windowSamples * listeningRate) / engine.sampleRate)

/** The same windows twice, several in a frame: what travels together costs once. */
export interface Cut {
  /** At 16 kHz, on the input's clock, a likelihood to come for each window in it. The last of all may be short. */
  readonly windows: readonly AudioFrame[]
  /** For the engine: at its rate, on a clock of its own, a last window filled with silence. May lag by a few samples. */
  readonly judged: readonly AudioFrame[]
}

/** Cuts one stream. Input may change its rate. */
export class Windows {
  readonly #length: number
  readonly #input = new RateConverter(listeningRate)
  readonly #judged: RateConverter
  readonly #rechunker: Rechunker
  #atMs: number | undefined
  #judgedMs = 0

  constructor(engine: VoiceActivity) {
    this.#length = windowLength(engine)
    this.#judged = new RateConverter(engine.sampleRate)
    this.#rechunker = new Rechunker(listeningRate, this.#length)
  }

  /** The windows that this frame completes. */
  push(frame: AudioFrame): Cut {
    this.#atMs ??= frame.startMs
    return this.#cut(this.#input.push(frame))
  }

  /** Everything that has been pushed, the last window short if need be: a mark or the end is here. */
  flush(): Cut {
    const { windows, judged } = this.#cut(this.#input.flush())
    const rest = this.#rechunker.flush()
    return {
      windows: [...windows, ...rest],
      judged: [...judged, ...rest.flatMap((frame) => this.#judge(frame)), ...this.#judged.flush()],
    }
  }

  #cut(frames: readonly AudioFrame[]): Cut {
    const windows = frames.flatMap(({ samples, sampleRate }) => {
      const frame = { samples, sampleRate, startMs: this.#atMs ?? 0 }
      this.#atMs = frame.startMs + durationMs(frame)
      const block = this.#rechunker.pushBlock(frame)
      return block ? cutFrame(block, togetherLimit * this.#length) : []
    })
    return { windows, judged: windows.flatMap((frame) => this.#judge(frame)) }
  }

  #judge(frame: AudioFrame): readonly AudioFrame[] {
    let { samples } = frame
    if (samples.length < this.#length) {
      samples = new Float32Array(this.#length)
      samples.set(frame.samples)
    }
    const judged = { samples, sampleRate: listeningRate, startMs: this.#judgedMs }
    this.#judgedMs += durationMs(judged)
    return this.#judged.push(judged)
  }
}
