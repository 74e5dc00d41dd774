/** What the echo guard and its thread tell each other. */
import type { Overheard } from '../../engines/echo-guard.ts'

/** The next of one stream; without audio, the stream has ended. */
export interface Next {
  readonly stream: number
  readonly audio?: Overheard
}

/** Of equal parts of it, whether each is an echo. */
export type Verdicts = readonly boolean[]
