/** House: what the parts of one server share. */
import type { Log } from '../log.ts'
import type { DecodeLimits } from '../media/decode.ts'
import type { Keys } from './auth.ts'
import type { Settings } from './config.ts'
import type { EngineState, OpenEngines } from './engines.ts'
import type { Limits } from './limits.ts'
import type { WarmUp } from './warm-up.ts'

/** What works, once the engines are warm or known to be missing. */
export interface Readiness {
  readonly engines: readonly EngineState[]
  readonly warmUp?: WarmUp
}

/** What the rooms of the server share. */
export interface House {
  readonly settings: Settings
  readonly log: Log
  readonly engines: OpenEngines
  readonly keys: Keys
  readonly limits: Limits
  /** What one recording may cost. */
  readonly decodeLimits: Partial<DecodeLimits>
  /** Aborts when the server begins to close. */
  readonly shutdown: AbortSignal
  /** Undefined while the engines warm up. */
  readiness(): Readiness | undefined
}
