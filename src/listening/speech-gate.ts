/** Likelihoods of speech → speech started, stopped, resumed. */
import type { Likelihood } from '../engines/voice-activity.ts'
import type { GateSettings } from './settings.ts'

export type GateEvent =
  /** `likelihood` is the highest of the speech that opened the gate. */
  | { readonly type: 'started' | 'resumed'; readonly startMs: number; readonly likelihood: number }
  | { readonly type: 'stopped'; readonly endMs: number; readonly silenceMs: number }

/** A stretch of windows that sounded like speech. */
export interface Stretch {
  readonly startMs: number
  readonly endMs: number
  /** The highest in it. */
  readonly likelihood: number
}

/** Once a window counts as speech, those after it do down to this much below the threshold. */
const hysteresis = 0.15
/** A likelihood below this is silence, however low the threshold. */
const surelySilent = 0.01

/**
 * Two steps: each window is voiced or not, with hysteresis; a voiced stretch of `minSpeechMs` opens the gate, and an
 * unvoiced one of `pauseMs` pauses it. A pause stays one until speech resumes or `reset` says that the turn is over.
 */
export class SpeechGate {
  #settings: GateSettings
  #state: 'closed' | 'open' | 'paused' = 'closed'
  #voiced = false
  /** Where the present voiced or unvoiced stretch began. */
  #sinceMs = 0
  #peak = 0
  #pausedMs = 0
  #blip: Stretch | undefined
  #nowMs = 0
  #speechMs = 0

  constructor(settings: GateSettings) {
    this.#settings = settings
  }

  /** From the next window on. */
  configure(settings: GateSettings): void {
    this.#settings = settings
  }

  /** Whether the last window sounded like speech. */
  get voiced(): boolean {
    return this.#voiced
  }

  /** How much speech there has been since the gate opened last, silence not counted; 0 while it is not open. */
  get speechMs(): number {
    return this.#speechMs
  }

  /** How long speech has been over, once the gate has paused. 0 while it goes on, or may be going on again. */
  get silenceMs(): number {
    return this.#state === 'paused' && !this.#voiced ? this.#nowMs - this.#pausedMs : 0
  }

  /** Where speech ended, if the gate has paused. */
  get pausedMs(): number | undefined {
    return this.#state === 'paused' ? this.#pausedMs : undefined
  }

  /** Speech that goes on but has not been long enough to open the gate. */
  get begun(): Stretch | undefined {
    return this.#voiced && this.#state !== 'open'
      ? { startMs: this.#sinceMs, endMs: this.#nowMs, likelihood: this.#peak }
      : undefined
  }

  /** The last speech since the reset that was too short to open the gate. */
  get blip(): Stretch | undefined {
    return this.#blip
  }

  push({ likelihood, startMs, endMs }: Likelihood): GateEvent | undefined {
    const { threshold, minSpeechMs, pauseMs } = this.#settings
    const begun = this.begun
    this.#nowMs = endMs
    const voiced = likelihood >= (this.#voiced ? Math.max(threshold - hysteresis, surelySilent) : threshold)
    if (voiced !== this.#voiced) {
      if (begun && this.#state === 'closed') this.#blip = begun
      this.#voiced = voiced
      this.#sinceMs = startMs
      this.#peak = 0
    }
    const lengthMs = endMs - this.#sinceMs
    if (voiced) {
      this.#peak = Math.max(this.#peak, likelihood)
      if (this.#state === 'open') this.#speechMs += endMs - startMs
      if (this.#state === 'open' || lengthMs < minSpeechMs) return undefined
      const type = this.#state === 'closed' ? 'started' : 'resumed'
      this.#state = 'open'
      this.#speechMs = lengthMs
      return { type, startMs: this.#sinceMs, likelihood: this.#peak }
    }
    if (this.#state !== 'open' || lengthMs < pauseMs) return undefined
    this.#state = 'paused'
    this.#speechMs = 0
    this.#pausedMs = this.#sinceMs
    return { type: 'stopped', endMs: this.#sinceMs, silenceMs: lengthMs }
  }

  /** Closes the gate: the turn is over. Speech that goes on has to open it anew. */
  reset(): void {
    this.#state = 'closed'
    this.#speechMs = 0
    this.#voiced = false
    this.#sinceMs = this.#nowMs
    this.#peak = 0
    this.#blip = undefined
  }
}
