/** Speaker encoder: speech → a vector that lies near those of the same voice. */
import type { AudioFrame } from '../audio/frame.ts'
import type { EngineCard, Work } from './engine.ts'

export interface SpeakerEncoder {
  /** Hz of the audio that `encode` is given. */
  readonly sampleRate: number
  readonly card: EngineCard
  /** Length of speech that it does best with; less than a third of it says little. */
  readonly stretchMs: number
  /** Cosine of two stretches above which it is more likely than not that one voice spoke both. */
  readonly sameAbove: number
  /** A vector of length 1 for speech without long pauses. */
  encode(speech: AudioFrame, options: Work): Promise<Float32Array>
  close?(): Promise<void>
}
