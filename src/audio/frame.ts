/** AudioFrame: mono samples, a rate, a place on the audio clock. */

/** A run of mono audio. */
export interface AudioFrame {
  /** Samples in −1…1. Never written to once the frame exists. */
  readonly samples: Float32Array
  /** Hz. */
  readonly sampleRate: number
  /** Place on its stream's audio clock: milliseconds of audio that came before. */
  readonly startMs: number
}

/** Length of a frame in milliseconds. */
export const durationMs = (frame: AudioFrame): number => (frame.samples.length * 1000) / frame.sampleRate

/** Where a frame ends on its stream's audio clock. */
export const endMs = (frame: AudioFrame): number => frame.startMs + durationMs(frame)
