/** Speaker segmentation: a window of audio → when each of a few nameless voices speaks in it, several at once included. */
import type { AudioFrame } from '../audio/frame.ts'
import type { EngineCard, Work } from './engine.ts'

export interface SpeakerSegmentation {
  /** Hz of the audio that `segment` is given. */
  readonly sampleRate: number
  readonly card: EngineCard
  /** Length of a window; what is shorter counts as silent to its end. */
  readonly windowMs: number
  /** What one likelihood stands for. */
  readonly stepMs: number
  /** For each voice, step by step, how likely it is that it speaks, 0…1. A voice of one window says nothing about those of another. */
  segment(window: AudioFrame, options: Work): Promise<readonly Float32Array[]>
  close?(): Promise<void>
}
