/** One conversation of the Realtime wire, whatever carries it: its session, its codecs, and when it must end. */
import type { SessionConfig } from '../conversation/config.ts'
import type { SessionEvent } from '../conversation/events.ts'
import type { Log } from '../log.ts'
import { RealtimeCodec } from '../protocols/realtime/codec.ts'
import type { Dialect } from '../protocols/realtime/dialect.ts'
import { Session } from '../session/session.ts'
import type { SessionEngines, SessionParts } from '../session/session-parts.ts'
import { turnTimes } from '../telemetry/latency.ts'
import type { CallSession } from './calls.ts'
import type { House } from './house.ts'
import { newRealtimeId } from './realtime-ids.ts'

/** Node's timers fire at once beyond this. */
const longestTimerMs = 2 ** 31 - 1
/** Of a session without an end. */
const endlessMs = 365 * 86_400_000

/** How long a session that opens now may live, and until when, in milliseconds since 1970. */
export const realtimeLife = ({ settings }: House): { readonly lifeMs: number; readonly expiresAt: number } => {
  const lifeMs = Math.min(settings.realtime.sessionMinutes * 60_000, longestTimerMs)
  return { lifeMs, expiresAt: Date.now() + (lifeMs || endlessMs) }
}

/** How a session begins. */
export interface Beginning {
  readonly dialect: Dialect
  readonly config: SessionConfig
  /** Told where the client names no model. */
  readonly defaultModel: string
}

/** Opens it. Whoever does closes the session. */
export const openRealtimeSession = (
  house: House,
  { dialect, config, defaultModel }: Beginning,
  parts: {
    readonly engines: SessionEngines
    readonly sessionId: string
    readonly log: Log
    /** Aborts when the server has no more patience. */
    readonly shutdown: AbortSignal
    /** Sees every event as it happens. */
    readonly see: (event: SessionEvent) => void
  } & Pick<SessionParts, 'play' | 'drop'>,
): CallSession => {
  const { engines, sessionId, log, shutdown, see, play, drop } = parts
  const { lifeMs, expiresAt } = realtimeLife(house)
  const options = {
    dialect,
    sessionId: newRealtimeId('session'),
    conversationId: newRealtimeId('conversation'),
    model: defaultModel,
    transcriptionOnly: config.kind === 'transcription',
    startedAt: Date.now(),
    expiresAt,
  }
  const timeTurns = turnTimes((times) => {
    log.info({ ...times }, 'turn answered')
    house.observe?.({ sessionId, ...times })
  })
  const session = new Session({
    config,
    engines,
    newId: newRealtimeId,
    log,
    phrases: house.phrases,
    keptAudioMs: house.settings.realtime.keptAudioSeconds * 1000,
    observe: (event) => {
      see(event)
      timeTurns(event)
    },
    ...(play && { play }),
    ...(drop && { drop }),
  })
  const end = new AbortController()
  const now = (): void => end.abort()
  const soon = (): void => void session.quiet().then(now)
  shutdown.addEventListener('abort', now, { once: true })
  house.shutdown.addEventListener('abort', soon, { once: true })
  return {
    session,
    lifeMs,
    end: end.signal,
    newCodec: () => new RealtimeCodec(options),
    release: () => {
      shutdown.removeEventListener('abort', now)
      house.shutdown.removeEventListener('abort', soon)
    },
  }
}
