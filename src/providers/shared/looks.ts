/** Profiles from looks: now and then a model hears the last seconds of an utterance, and what it made of them is told in between. */
import { type AudioFrame, durationMs, endMs } from '../../audio/frame.ts'
import { joined } from '../../audio/joined.ts'
import type { ProfileOptions, Trait, VoiceProfile } from '../../engines/voice-profiler.ts'
import { orAborted } from '../../streams/or-aborted.ts'

/** Speech between profiles, whether or not there was another look. */
const toldEveryMs = 500

/** How one utterance is looked at. */
export interface Looking {
  /** Speech before the first look. */
  readonly firstMs: number
  /** How much speech there is to be at the next look, after one at `heardMs`. */
  readonly nextMs: (heardMs: number) => number
  /** Most of the last speech that a look is given. */
  readonly mostMs: number
  /** Less speech than this, since the beginning or since the last look, is not worth one at the end. */
  readonly leastMs: number
  /** All that is known of the voice by now. One look at a time; an aborted one may give anything. */
  readonly look: (speech: Float32Array, signal: AbortSignal) => Promise<readonly Trait[]>
}

/** The last speech of an utterance. */
class LastSpeech {
  readonly #most: number
  #runs: Float32Array[] = []
  #samples = 0

  constructor(most: number) {
    this.#most = most
  }

  push(samples: Float32Array): void {
    this.#runs.push(samples)
    this.#samples += samples.length
    while (this.#samples - this.#runs[0]!.length >= this.#most) this.#samples -= this.#runs.shift()!.length
  }

  get samples(): Float32Array {
    return joined(Float32Array, this.#runs).slice(-this.#most)
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (!(ms > 0)) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1))
    signal.addEventListener('abort', done, { once: true })
  })

/**
 * The profiles of one utterance. Live (`budgetMs`), audio goes on while a model looks, and a look that is not done in time
 * counts for nothing; otherwise everything waits for each look.
 */
export async function* profilesByLooks(
  audio: AsyncIterable<AudioFrame>,
  sampleRate: number,
  { signal, budgetMs = Number.POSITIVE_INFINITY }: ProfileOptions,
  { firstMs, nextMs, mostMs, leastMs, look }: Looking,
): AsyncGenerator<VoiceProfile> {
  const patient = budgetMs === Number.POSITIVE_INFINITY
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const speech = new LastSpeech((mostMs * sampleRate) / 1000)
  let [heardMs, lookedMs, toldMs, dueMs] = [0, 0, 0, firstMs]
  let span: { readonly startMs: number; endMs: number } | undefined
  let traits: readonly Trait[] = []
  let looking: Promise<void> | undefined
  let failure: { readonly error: unknown } | undefined

  const begin = (): Promise<void> => {
    lookedMs = heardMs
    dueMs = nextMs(heardMs)
    looking = look(speech.samples, either).then(
      (told) => {
        if (!either.aborted) traits = told
        looking = undefined
      },
      (error: unknown) => {
        failure = { error }
        looking = undefined
      },
    )
    return looking
  }
  const profile = (): VoiceProfile => ({ ...span!, traits })

  try {
    for await (const frame of audio) {
      if (signal.aborted) return
      if (failure) throw failure.error
      span ??= { startMs: frame.startMs, endMs: 0 }
      span.endMs = endMs(frame)
      speech.push(frame.samples)
      heardMs += durationMs(frame)
      if (heardMs >= dueMs && looking === undefined) {
        const looked = begin()
        if (patient) await orAborted(looked, signal)
      }
      if (traits.length === 0 || heardMs - toldMs < toldEveryMs || signal.aborted) continue
      toldMs = heardMs
      yield profile()
    }
    if (signal.aborted || !span) return
    const deadline = performance.now() + budgetMs
    const within = (looked: Promise<void>): Promise<unknown> =>
      patient ? orAborted(looked, signal) : Promise.race([looked, pause(deadline - performance.now(), either)])
    if (looking !== undefined) await within(looking)
    if (looking === undefined && failure === undefined && heardMs - lookedMs >= leastMs) await within(begin())
    if (failure) throw (failure as { readonly error: unknown }).error
    if (!signal.aborted && traits.length > 0) yield profile()
  } finally {
    stop.abort()
  }
}
