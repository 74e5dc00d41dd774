/** TimedAudio: runs of speech → what goes out in one message: audio with its times, or either alone. */
import type { SpeechConfig } from './request.ts'
import { type Said, Times, type TimestampInfo } from './times.ts'

export interface TimedPart {
  readonly audio?: Uint8Array
  readonly times?: TimestampInfo
}

/** Follows one text from its beginning to its end. */
export class TimedAudio {
  readonly #times: Times | undefined
  readonly #behind: boolean

  constructor({ timestamps, timesBehind, everyToken }: SpeechConfig) {
    this.#times = timestamps === 'none' ? undefined : new Times(timestamps, everyToken)
    this.#behind = timesBehind
  }

  /** A run of bytes, and what began to be said since the run before. */
  take(bytes: Uint8Array, said: readonly Said[]): readonly TimedPart[] {
    const audio = bytes.length > 0 ? [{ audio: bytes }] : []
    if (!this.#times) return audio
    if (!this.#behind) {
      this.#times.take(said)
      const times = this.#times.told()
      return times ? [{ ...audio[0], times }] : audio
    }
    // The times of one text come when the next one begins.
    const next = said.findIndex((event) => event.type === 'text')
    if (next < 0) {
      this.#times.take(said)
      return audio
    }
    this.#times.take(said.slice(0, next))
    const times = this.#times.told()
    this.#times.take(said.slice(next))
    return [...(times ? [{ times }] : []), ...audio]
  }

  /** What is left once all has been said. */
  end(): readonly TimedPart[] {
    const times = this.#times?.told(true)
    return times ? [{ times }] : []
  }
}
