/** Frames of any length → frames of one length. */
import type { AudioFrame } from './frame.ts'

/** Cuts one continuous stream anew. The first frame says where it begins; times follow from counting samples. */
export class Rechunker {
  readonly #sampleRate: number
  readonly #samplesPerFrame: number
  /** What does not fill a frame yet. */
  readonly #rest: Float32Array
  #held = 0
  #originMs = 0
  #given = 0

  /** `sampleRate` is that of every frame that will be pushed. */
  constructor(sampleRate: number, samplesPerFrame: number) {
    this.#sampleRate = sampleRate
    this.#samplesPerFrame = samplesPerFrame
    this.#rest = new Float32Array(samplesPerFrame)
  }

  /** The frames that this one completes. */
  push(frame: AudioFrame): AudioFrame[] {
    const block = this.pushBlock(frame)
    return block ? cutFrame(block, this.#samplesPerFrame) : []
  }

  /** The frames that this one completes, as one frame of their length together. */
  pushBlock(frame: AudioFrame): AudioFrame | undefined {
    const { samples } = frame
    const held = this.#held
    if (held === 0 && this.#given === 0) this.#originMs = frame.startMs
    const left = (held + samples.length) % this.#samplesPerFrame
    const length = held + samples.length - left
    if (length === 0) {
      this.#rest.set(samples, held)
      this.#held = left
      return undefined
    }
    const taken = length - held
    let block = left === 0 ? samples : samples.subarray(0, taken)
    if (held > 0) {
      block = new Float32Array(length)
      block.set(this.#rest.subarray(0, held))
      block.set(samples.subarray(0, taken), held)
    }
    if (left > 0) this.#rest.set(samples.subarray(taken))
    this.#held = left
    return this.#give(block)
  }

  /** The short rest, if there is one. What is pushed afterwards is a new stream. */
  flush(): AudioFrame[] {
    const rest = this.#held > 0 ? [this.#give(this.#rest.slice(0, this.#held))] : []
    this.#held = 0
    this.#given = 0
    return rest
  }

  #give(samples: Float32Array): AudioFrame {
    const startMs = this.#originMs + (this.#given * 1000) / this.#sampleRate
    this.#given += samples.length
    return { samples, sampleRate: this.#sampleRate, startMs }
  }
}

/** A frame as frames of this many samples, the last shorter if need be. They lie in the frame's memory. */
export const cutFrame = (frame: AudioFrame, samplesPerFrame: number): AudioFrame[] => {
  const { samples, sampleRate, startMs } = frame
  if (samples.length <= samplesPerFrame) return [frame]
  const frames: AudioFrame[] = []
  for (let at = 0; at < samples.length; at += samplesPerFrame)
    frames.push({
      samples: samples.subarray(at, at + samplesPerFrame),
      sampleRate,
      startMs: startMs + (at * 1000) / sampleRate,
    })
  return frames
}
