/** What a session is made of: its engines, and what its surroundings give and see. */
import type { AudioFrame } from '../audio/frame.ts'
import type { SessionConfig } from '../conversation/config.ts'
import type { SessionEvent } from '../conversation/events.ts'
import type { EchoGuard } from '../engines/echo-guard.ts'
import type { RemoteTools } from '../engines/remote-tools.ts'
import type { ListenSettings } from '../listening/settings.ts'
import type { Log } from '../log.ts'
import type { ListenerWish } from './hearing-wish.ts'
import type { Phrases } from './phrases.ts'
import type { ReplyEngines } from './reply.ts'

/** Where a session's engines come from, by the names that clients gave. */
export interface SessionEngines extends ReplyEngines {
  /** Everything that listening needs, by the operator's settings. */
  listening(wish: ListenerWish): Promise<ListenSettings>
  /** Whether this model may be asked before a turn is over, perhaps in vain; `wish` is the client's. Never rejects. Missing: no. */
  mayPrepare?(model: string, wish: boolean | null): Promise<boolean>
  /** What tells replies that come back through the microphone; `paced`: the session plays them itself. Never rejects. Missing or undefined: nothing does. */
  echoGuard?(paced: boolean): Promise<EchoGuard | undefined>
  /** What the server runs for models, for one session; without it, nothing. */
  openTools?(): RemoteTools
}

export interface SessionParts {
  readonly config: SessionConfig
  readonly engines: SessionEngines
  readonly newId: (kind: 'item' | 'reply' | 'call' | 'backchannel') => string
  readonly log: Log
  /** Audio of items that is kept for clients that ask for it; 0: none. */
  readonly keptAudioMs: number
  /**
   * Given the audio of replies at the pace of time, a little ahead of it, in place of `reply.audio` among the events: for
   * transports that play it as it comes. Speech then holds a reply before it stops it, and how much was heard is known.
   */
  readonly play?: (frame: AudioFrame) => void
  /** Beside `play`: forget what was given and has not been heard yet. Where it is missing, what was given is heard. */
  readonly drop?: () => void
  /** Beside `play`: how much later than it could be what was given is heard, in milliseconds, where that is known. */
  readonly lagMs?: () => number
  /** Sees every event as it happens; telemetry is made from this alone. */
  readonly observe?: (event: SessionEvent) => void
  /** Shared with other sessions; its own where it is missing. */
  readonly phrases?: Phrases
  /** 0…1. */
  readonly random?: () => number
  readonly signal?: AbortSignal
}
