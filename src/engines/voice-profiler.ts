/** Voice profiler: audio → traits of the voice. */
import type { AudioFrame } from '../audio/frame.ts'
import type { EngineCard, Work } from './engine.ts'

/** Such as pitch: low 0.8, mid 0.2. Labels come best first; confidences are 0…1. */
export interface Trait {
  readonly name: string
  readonly labels: readonly { readonly label: string; readonly confidence: number }[]
}

/** What the voice is like so far, over the audio from `startMs` to `endMs`. */
export interface VoiceProfile {
  readonly startMs: number
  readonly endMs: number
  readonly traits: readonly Trait[]
}

export interface VoiceProfiler {
  /** Hz of the audio that `profile` is given. */
  readonly sampleRate: number
  readonly card: EngineCard
  /**
   * Called once per utterance with its speech; gives a profile after 500 ms of speech, one at least every 500 ms after
   * that, and a last one at the end of the audio if any was given or there was enough speech.
   */
  profile(audio: AsyncIterable<AudioFrame>, options: Work): AsyncIterable<VoiceProfile>
  close?(): Promise<void>
}
