/** Realtime: how much must be said before it counts, where neither the operator nor the client says. */
import type { Interruption } from '../../conversation/config.ts'
import type { Dialect } from './dialect.ts'

/** OpenAI's clients expect to be told at once; Inworld's, that a noise passes. */
export const usualInterruption: Readonly<Record<Dialect, Interruption>> = {
  openai: { minSpeechMs: 0, minWords: 0 },
  beta: { minSpeechMs: 0, minWords: 0 },
  inworld: { minSpeechMs: 200, minWords: 0 },
}
