/** House: what the parts of one server share. */
import type { TurnTimes } from '../conversation/turn-times.ts'
import type { Log } from '../log.ts'
import type { DecodeLimits } from '../media/decode.ts'
import type { SafeFetch } from '../outbound/safe-fetch.ts'
import type { Phrases } from '../session/phrases.ts'
import type { Keys } from './auth.ts'
import type { Calls } from './calls.ts'
import type { ClientSecrets } from './client-secrets.ts'
import type { Settings } from './config.ts'
import type { EngineState, OpenEngines } from './engines.ts'
import type { Jobs } from './jobs.ts'
import type { Limits } from './limits.ts'
import type { Load } from './load.ts'
import type { OneTimeTokens } from './one-time-tokens.ts'
import type { WarmUp } from './warm-up.ts'

/** What works, once the engines are warm or known to be missing. */
export interface Readiness {
  readonly engines: readonly EngineState[]
  readonly warmUp?: WarmUp
}

/** Where the time of one turn went, and whose it was. */
export type AnsweredTurn = TurnTimes & { readonly sessionId: string }

/** What the rooms of the server share. */
export interface House {
  readonly settings: Settings
  readonly log: Log
  readonly engines: OpenEngines
  readonly keys: Keys
  readonly secrets: ClientSecrets
  readonly tokens: OneTimeTokens
  readonly limits: Limits
  /** Conversations over WebRTC. */
  readonly calls: Calls
  /** Short words that are already spoken, for all conversations. */
  readonly phrases: Phrases
  readonly jobs: Jobs
  /** For recordings that clients name by their address; absent where that is off. */
  readonly recordings?: SafeFetch
  readonly load: Load
  /** The folder of the built playground; nothing need be in it. */
  readonly playground: URL
  /** What one recording may cost. */
  readonly decodeLimits: Partial<DecodeLimits>
  /** Aborts when the server begins to close. */
  readonly shutdown: AbortSignal
  /** Told of every answered turn. */
  readonly observe?: (turn: AnsweredTurn) => void
  /** Undefined while the engines warm up. */
  readiness(): Readiness | undefined
}
