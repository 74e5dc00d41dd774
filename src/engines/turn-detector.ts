/** Turn detector: an utterance → has the speaker finished? */
import type { AudioFrame } from '../audio/frame.ts'
import type { EngineCard, Work } from './engine.ts'
import type { Word } from './speech-to-text.ts'

/** What there is of a turn at a pause. */
export interface PauseSoFar {
  /** The last seconds, the silence included. */
  readonly audio: AudioFrame
  readonly transcript: string
  /** The words of the transcript, where the recognizer gives them: how sure it is of each. */
  readonly words?: readonly Word[]
}

export interface TurnDetector {
  readonly sampleRate: number
  readonly card: EngineCard
  /** Likelihood, 0…1, that the speaker has finished. Asked at each pause, and again when its words change. */
  predict(pause: PauseSoFar, options: Work): Promise<number>
  close?(): Promise<void>
}
