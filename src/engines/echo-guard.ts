/** Echo guard: what comes in, and what was played meanwhile → when what comes in is nothing but that. */
import type { EngineCard, Work } from './engine.ts'

/** A stretch of what came in, and what the server played to whoever sent it, sample beside sample. */
export interface Overheard {
  readonly input: Float32Array
  /** As many samples: what went out while `input` came in. What comes back of it comes later. */
  readonly played: Float32Array
}

export interface EchoGuard {
  /** Hz of both streams. */
  readonly sampleRate: number
  readonly card: EngineCard
  /**
   * One answer for each stretch, in order, before the next is asked for: the stretch in equal parts, of each whether it is
   * nothing but what was played. Where somebody speaks over that, it is not.
   */
  detect(audio: AsyncIterable<Overheard>, options: Work): AsyncIterable<readonly boolean[]>
  close?(): Promise<void>
}
