/** Voice activity: audio → likelihood of speech. */
import type { AudioFrame } from '../audio/frame.ts'
import type { EngineCard, Work } from './engine.ts'

/** How likely speech is, 0…1, in one window of audio. */
export interface Likelihood {
  readonly likelihood: number
  readonly startMs: number
  readonly endMs: number
}

/** Thresholds and padding belong to the speech gate, not here. */
export interface VoiceActivity {
  /** Hz of the audio that `detect` is given. */
  readonly sampleRate: number
  /** Samples per window: one likelihood comes out for each. */
  readonly windowSamples: number
  readonly card: EngineCard
  /** Window by window, in order. A last window that is not full gives nothing. */
  detect(audio: AsyncIterable<AudioFrame>, options: Work): AsyncIterable<Likelihood>
  close?(): Promise<void>
}
