/** What is said to the server under check, at any rate, and how it is sent at the pace of speech. */
import { setTimeout as sleep } from 'node:timers/promises'
import { samplesToPcm16 } from '../audio/pcm.ts'
import { resampled } from '../audio/resample.ts'

/** A sentence, spoken. */
export class Speech {
  /** What is said, where that is known. */
  readonly text: string
  readonly #samples: Float32Array
  readonly #sampleRate: number
  readonly #rates = new Map<number, Float32Array>()

  constructor(samples: Float32Array, sampleRate: number, text = '') {
    this.#samples = samples
    this.#sampleRate = sampleRate
    this.text = text
  }

  get lengthMs(): number {
    return (this.#samples.length * 1000) / this.#sampleRate
  }

  /** The sentence and then silence, as samples. */
  samples(sampleRate: number, silenceMs = 0): Float32Array {
    let spoken = this.#rates.get(sampleRate)
    if (!spoken) {
      spoken = resampled(this.#samples, this.#sampleRate, sampleRate)
      this.#rates.set(sampleRate, spoken)
    }
    const all = new Float32Array(spoken.length + Math.round((sampleRate * silenceMs) / 1000))
    all.set(spoken)
    return all
  }

  /** The same as 16-bit PCM. */
  pcm(sampleRate: number, silenceMs = 0): Uint8Array {
    return samplesToPcm16(this.samples(sampleRate, silenceMs))
  }
}

/** Silence as 16-bit PCM. */
export const silence = (milliseconds: number, sampleRate: number): Uint8Array =>
  new Uint8Array(2 * Math.round((milliseconds * sampleRate) / 1000))

/** Gives audio away piece by piece, `pace` seconds of it in a second. */
export const paced = async (
  audio: Uint8Array,
  {
    bytesPerSecond,
    stepMs,
    pace,
    signal,
    send,
  }: {
    readonly bytesPerSecond: number
    readonly stepMs: number
    readonly pace: number
    readonly signal: AbortSignal
    readonly send: (piece: Uint8Array) => void
  },
): Promise<void> => {
  const step = 2 * Math.round((bytesPerSecond * stepMs) / 2000)
  const begun = performance.now()
  for (let from = 0; from < audio.length; from += step) {
    if (signal.aborted) return
    send(audio.subarray(from, from + step))
    const dueMs = ((from + step) * 1000) / bytesPerSecond / pace
    const waitMs = begun + dueMs - performance.now()
    if (waitMs > 0) await sleep(waitMs, undefined, { signal })
  }
}
