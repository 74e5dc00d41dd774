/** Noise suppressor: speech in noise → the same speech with less of it. */
import type { AudioInput, EngineCard, Work } from './engine.ts'

export interface SuppressOptions extends Work {
  /** Share of the suppressed audio in what comes out, 0…1; the rest is what came in. */
  readonly strength: number
}

export interface NoiseSuppressor {
  readonly card: EngineCard
  /** How much later than it comes in audio comes out at most, in milliseconds of audio. */
  readonly latencyMs: number
  /**
   * One stretch of speech after the other, with the markers between them in their places. As many samples come out as come
   * in, at the same rate and in the same places of the clock: whatever delay the filter has is made up for. All audio before
   * a `Flush` comes out before it; after one, the audio may go on later on the clock.
   */
  suppress(audio: AsyncIterable<AudioInput>, options: SuppressOptions): AsyncIterable<AudioInput>
  close?(): Promise<void>
}
