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

export interface ProfileOptions extends Work {
  /**
   * How long the last profile may take after the end of the audio, in milliseconds of wall time: what would take longer
   * is left out of it. Missing or Infinity: as long as it takes, and all audio is looked at however fast it comes.
   */
  readonly budgetMs?: number
}

export interface VoiceProfiler {
  /** Hz of the audio that `profile` is given. */
  readonly sampleRate: number
  readonly card: EngineCard
  /** Names of the traits that it may tell; missing: not known. */
  readonly traits?: readonly string[]
  /**
   * Called once per utterance with its speech; gives a profile once there was enough speech (500 ms where nothing slow
   * has to be asked), one at least every 500 ms of speech after that, and a last one at the end of the audio if any was
   * given or there was enough speech.
   */
  profile(audio: AsyncIterable<AudioFrame>, options: ProfileOptions): AsyncIterable<VoiceProfile>
  close?(): Promise<void>
}
