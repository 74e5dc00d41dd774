/** What the profiler and its thread tell each other. */
import type { Trait } from '../../engines/voice-profiler.ts'

/** Speech of one stream, at 16 kHz. */
export interface Speech {
  readonly stream: number
  readonly samples: Float32Array
  /** The stream's last: it is forgotten. */
  readonly ended: boolean
}

/** What the stream's voice is like by now. */
export type Traits = readonly Trait[]
