/** WebSocket upgrades: path → wire, key checked and place taken before the handshake is answered. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { Answer, Headers } from '../protocols/answer.ts'
import { statusAnswer, unknownPath } from '../protocols/inworld-stt/http.ts'
import type { RecordableCodec } from '../protocols/replay.ts'
import { ListenSession } from '../session/listen-session.ts'
import { serveSocket } from '../transports/websocket.ts'
import { findCredential } from './auth.ts'
import { routePath } from './paths.ts'
import { recorded } from './recording.ts'
import { inworldSocket } from './routes/inworld-stt.ts'
import { vachanaSocket } from './routes/vachana.ts'
import type { House } from './server.ts'

/** One wire's side of opening a socket. */
export interface SocketWire {
  readonly name: string
  /** Longest message, in bytes. */
  readonly messageBytes: number
  /** 0: the client may stay silent for ever. */
  readonly firstMessageMs: number
  /** The codec for this connection. Throws a VoiceError when the upgrade request makes no sense. */
  codec(headers: Headers, query: URLSearchParams): RecordableCodec
  refuse(error: VoiceError, known: { readonly credential: boolean }): Answer
}

/** Serves WebSockets on an HTTP server until `close`, which lets sessions go on for a while and then ends them. */
export const acceptSockets = (http: Server, house: House): { close(graceMs: number): Promise<void> } => {
  const wires = new Map<string, SocketWire>([
    ['/stt/v1/transcribe:streamBidirectional', inworldSocket(house.settings)],
    ['/stt/v3/stream', vachanaSocket(house.settings)],
    ['/stt/v3', vachanaSocket(house.settings)],
  ])
  const servers = new Map<number, WebSocketServer>()
  const running = new Set<Promise<void>>()

  const upgradeTo = (messageBytes: number): WebSocketServer => {
    let server = servers.get(messageBytes)
    if (!server) {
      server = new WebSocketServer({ noServer: true, maxPayload: messageBytes, perMessageDeflate: false })
      servers.set(messageBytes, server)
    }
    return server
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy())
    const url = new URL(request.url ?? '/', 'http://localhost')
    const wire = wires.get(routePath(url.pathname))
    if (!wire) return answer(socket, statusAnswer(unknownPath))
    const credential = findCredential(request.headers, url.searchParams)
    const key = credential && house.keys.check(credential)
    const refuse = (error: VoiceError): void => {
      house.log.info({ wire: wire.name, code: error.code }, 'handshake refused')
      const inBand = house.settings.inworld.inBandRefusal
      if (wire.name === 'inworld-stt' && (inBand === true || (inBand === 'query' && credential?.fromQuery))) {
        const codec = wire.codec({}, url.searchParams)
        upgradeTo(wire.messageBytes).handleUpgrade(request, socket, head, (webSocket) => {
          webSocket.on('error', () => webSocket.terminate())
          for (const message of codec.refuse(error, Date.now())) {
            if (typeof message === 'string' || message instanceof Uint8Array) webSocket.send(message)
            else webSocket.close(message.close, message.reason)
          }
        })
      } else answer(socket, wire.refuse(error, { credential: credential !== undefined }))
    }
    if (!key)
      return refuse(new VoiceError('unauthorized', credential ? 'The key is not known here.' : 'No key was sent.'))
    if (house.shutdown.aborted) return refuse(new VoiceError('shutting_down', 'The server is shutting down.'))
    if (!house.limits.takeRequest(key, performance.now())) {
      return refuse(new VoiceError('overloaded', 'Too many requests with this key.'))
    }
    const release = house.limits.openSession(key)
    if (!release) return refuse(new VoiceError('overloaded', 'This key has all its conversations open.'))
    let codec: RecordableCodec
    try {
      codec = wire.codec(request.headers as Headers, url.searchParams)
    } catch (error) {
      release()
      return refuse(asVoiceError(error))
    }
    const sessionId = randomUUID()
    const log = house.log.child({ sessionId, wire: wire.name })
    upgradeTo(wire.messageBytes).handleUpgrade(request, socket, head, (webSocket) => {
      const session = new ListenSession({
        prepare: async (start) => house.engines.listenSettings(start),
        log,
      })
      const record = recorded(codec, { dir: house.settings.record.dir, sessionId, log })
      log.info({ key }, 'session opened')
      const serving = serveSocket(webSocket, {
        codec: record.codec,
        session,
        log,
        pingMs: house.settings.ping.everyMs,
        firstMessageMs: wire.firstMessageMs,
        shutdown: hardStop.signal,
      })
        .then(record.close)
        .finally(() => {
          release()
          running.delete(serving)
          log.info({}, 'session closed')
        })
      running.add(serving)
    })
    // A handshake that `ws` itself refuses (no upgrade key, wrong version) never calls back.
    socket.once('close', release)
  }

  const hardStop = new AbortController()
  http.on('upgrade', onUpgrade)

  return {
    async close(graceMs) {
      const grace = setTimeout(() => hardStop.abort(), graceMs)
      await Promise.all(running)
      clearTimeout(grace)
      for (const server of servers.values()) server.close()
    },
  }
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
}

const answer = (socket: Duplex, { status, headers, body }: Answer): void => {
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Refused'}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
