/** Sockets of the Realtime wire: which dialect, which session it begins with, and what it is served by. */
import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { SessionConfig } from '../conversation/config.ts'
import type { SessionEvent } from '../conversation/events.ts'
import { VoiceError } from '../errors.ts'
import type { Answer } from '../protocols/answer.ts'
import { openaiError } from '../protocols/openai-audio/http.ts'
import { maxRealtimeMessageBytes, RealtimeCodec } from '../protocols/realtime/codec.ts'
import { initialConfig, type Opening } from '../protocols/realtime/config.ts'
import type { Dialect } from '../protocols/realtime/dialect.ts'
import type { SecretCall } from '../protocols/realtime/http.ts'
import { Session } from '../session/session.ts'
import type { SessionEngines } from '../session/session-parts.ts'
import { turnTimes } from '../telemetry/latency.ts'
import { serveSocket } from '../transports/websocket.ts'
import { subprotocols } from './auth.ts'
import type { House } from './house.ts'
import { largeMessages } from './large-messages.ts'
import { recorded } from './recording.ts'
import { searchNote } from './search-note.ts'
import { sessionEngines } from './session-engines.ts'
import type { ServeSocket, SocketRequest, SocketWire } from './socket-wire.ts'

/** OpenAI's path, and Inworld's as it is once its prefix is cut. */
export const realtimePaths = ['/v1/realtime', '/v1/realtime/session'] as const

/** Node's timers fire at once beyond this. */
const longestTimerMs = 2 ** 31 - 1
/** Of a session without an end. */
const endlessMs = 365 * 86_400_000

const prefixes = {
  item: 'item',
  reply: 'resp',
  call: 'call',
  backchannel: 'bc',
  session: 'sess',
  conversation: 'conv',
} as const

/** An id as this wire's clients know them, such as `item_` and 20 letters and digits. */
export const newRealtimeId = (kind: keyof typeof prefixes): string =>
  `${prefixes[kind]}_${randomBytes(15).toString('base64url').replaceAll(/[-_]/g, '0')}`

/** How long a session that opens now may live, and until when, in milliseconds since 1970. */
export const realtimeLife = ({ settings }: House): { readonly lifeMs: number; readonly expiresAt: number } => {
  const lifeMs = Math.min(settings.realtime.sessionMinutes * 60_000, longestTimerMs)
  return { lifeMs, expiresAt: Date.now() + (lifeMs || endlessMs) }
}

const dialectOf = (path: string, { headers, query }: SocketRequest, pinned: SecretCall | undefined): Dialect => {
  if (path === '/v1/realtime/session' || (query.has('token') && !pinned)) return 'inworld'
  const older = /realtime=v1/.test(headers['openai-beta'] ?? '')
  if (older || subprotocols(headers).includes('openai-beta.realtime-v1')) return 'beta'
  return pinned?.dialect ?? 'openai'
}

const openingOf = ({ query }: SocketRequest, pinned: SecretCall | undefined): Opening => {
  const model = query.get('model') ?? ''
  const transcriptionOnly = query.get('intent') === 'transcription'
  if (!pinned) return { model, transcriptionOnly }
  const { session } = pinned
  return { model: pinned.model || model, transcriptionOnly: pinned.transcriptionOnly || transcriptionOnly, session }
}

/** How this wire refuses over HTTP. */
export const realtimeRefusal = (error: VoiceError): Answer => {
  const answer = openaiError(error)
  return error.param === 'call_id' ? { ...answer, status: 404 } : answer
}

/** The Realtime wire on one of its paths. */
export const realtimeSocket = (house: House, path: (typeof realtimePaths)[number]): SocketWire => {
  const engines = sessionEngines(house)
  const noteSearch = searchNote(house)
  // Sockets are served at once, so the name that is told is the last one known.
  let defaultModel = ''
  const lookUp = async (): Promise<void> => {
    const found = await house.engines.resolveLanguageModel('').catch(() => undefined)
    defaultModel = found?.id ?? defaultModel
  }
  void lookUp()
  // One listener for each session.
  setMaxListeners(0, house.shutdown)
  return {
    name: 'realtime',
    messageBytes: maxRealtimeMessageBytes,
    refusesTokens: true,
    key: ({ value }) => house.secrets.find(value, Date.now())?.key,
    refuse: (error) => realtimeRefusal(error),
    open(request) {
      if (request.query.has('call_id')) {
        throw new VoiceError('invalid_request', 'No call of that id is going on here.', { param: 'call_id' })
      }
      const pinned = request.credential && house.secrets.find(request.credential.value, Date.now())?.pinned
      const dialect = dialectOf(path, request, pinned)
      const { voice, realtime } = house.settings
      const interruption = realtime.interruption[dialect === 'inworld' ? 'inworld' : 'openai']
      const config = initialConfig(dialect, { ...openingOf(request, pinned), voice, interruption })
      void lookUp()
      return serveRealtime(house, engines, { dialect, config, defaultModel, noteSearch })
    },
  }
}

interface Opened {
  readonly dialect: Dialect
  readonly config: SessionConfig
  /** Told where the client names no model. */
  readonly defaultModel: string
  readonly noteSearch: (event: SessionEvent) => void
}

const serveRealtime =
  (house: House, engines: SessionEngines, { dialect, config, defaultModel, noteSearch }: Opened): ServeSocket =>
  async (socket, { log, shutdown, sessionId }) => {
    const { lifeMs, expiresAt } = realtimeLife(house)
    const codec = new RealtimeCodec({
      dialect,
      sessionId: newRealtimeId('session'),
      conversationId: newRealtimeId('conversation'),
      model: defaultModel,
      transcriptionOnly: config.kind === 'transcription',
      startedAt: Date.now(),
      expiresAt,
    })
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
        noteSearch(event)
        timeTurns(event)
      },
    })
    const end = new AbortController()
    const now = (): void => end.abort()
    const soon = (): void => void session.quiet().then(now)
    shutdown.addEventListener('abort', now, { once: true })
    house.shutdown.addEventListener('abort', soon, { once: true })
    const { everyMs: pingMs } = house.settings.ping
    const record = recorded(codec, { dir: house.settings.record.dir, sessionId, log })
    await serveSocket(socket, {
      codec: record.codec,
      session,
      log,
      large: largeMessages('realtime'),
      pingMs,
      firstMessageMs: 0,
      lifeMs,
      shutdown: end.signal,
    })
    shutdown.removeEventListener('abort', now)
    house.shutdown.removeEventListener('abort', soon)
    await record.close()
  }
