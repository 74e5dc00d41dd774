/** Sockets of the Realtime wire: which dialect, which session it begins with, and what it is served by. */
import { setMaxListeners } from 'node:events'
import type { SessionEvent } from '../conversation/events.ts'
import type { VoiceError } from '../errors.ts'
import type { Answer } from '../protocols/answer.ts'
import { openaiError } from '../protocols/openai-audio/http.ts'
import { maxRealtimeMessageBytes } from '../protocols/realtime/codec.ts'
import { initialConfig, type Opening } from '../protocols/realtime/config.ts'
import type { Dialect } from '../protocols/realtime/dialect.ts'
import type { SecretCall } from '../protocols/realtime/http.ts'
import type { SessionEngines } from '../session/session-parts.ts'
import { serveSocket } from '../transports/websocket.ts'
import { subprotocols } from './auth.ts'
import type { OpenCall } from './calls.ts'
import type { House } from './house.ts'
import { largeMessages } from './large-messages.ts'
import { type Beginning, openRealtimeSession } from './realtime-session.ts'
import { recorded } from './recording.ts'
import { searchNote } from './search-note.ts'
import { sessionEngines } from './session-engines.ts'
import type { ServeSocket, SocketRequest, SocketWire } from './socket-wire.ts'

/** OpenAI's path, and Inworld's as it is once its prefix is cut. */
export const realtimePaths = ['/v1/realtime', '/v1/realtime/session'] as const

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
      const callId = request.query.get('call_id')
      if (callId !== null) return serveBeside(house, house.calls.find(callId, request.key))
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

interface Opened extends Beginning {
  readonly noteSearch: (event: SessionEvent) => void
}

const serveRealtime =
  (house: House, engines: SessionEngines, { noteSearch, ...beginning }: Opened): ServeSocket =>
  async (socket, { log, shutdown, sessionId }) => {
    const opened = openRealtimeSession(house, beginning, { engines, sessionId, log, shutdown, see: noteSearch })
    const record = recorded(opened.newCodec(), { dir: house.settings.record.dir, sessionId, log })
    await serveSocket(socket, {
      ...socketParts(house),
      codec: record.codec,
      session: opened.session,
      log,
      lifeMs: opened.lifeMs,
      shutdown: opened.end,
    })
    opened.release()
    await record.close()
  }

/** A socket that takes part in a call: the call goes on without it. */
const serveBeside =
  (house: House, call: OpenCall): ServeSocket =>
  (socket, { log, shutdown }) =>
    serveSocket(socket, { ...socketParts(house), ...call.join(), log, lifeMs: 0, shutdown })

const socketParts = ({ settings }: House) => ({
  large: largeMessages('realtime'),
  pingMs: settings.ping.everyMs,
  firstMessageMs: 0,
})
