/** Turn detector: an utterance → has the speaker finished? */
import type { AudioFrame } from '../audio/frame.ts'
import type { EngineCard, Work } from './engine.ts'

export interface TurnDetector {
  readonly sampleRate: number
  readonly card: EngineCard
  /** Likelihood, 0…1, that the speaker has finished. Asked once per pause, with the turn's last seconds and words so far. */
  predict(pause: { readonly audio: AudioFrame; readonly transcript: string }, options: Work): Promise<number>
  close?(): Promise<void>
}
