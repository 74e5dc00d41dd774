/** WebSocket upgrades: path → wire, key checked and place taken before the handshake is answered. */
import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { Answer, Headers } from '../protocols/answer.ts'
import type { Outgoing } from '../protocols/codec.ts'
import { statusAnswer, unknownPath } from '../protocols/inworld-stt/http.ts'
import { findCredential, isSpokenKey } from './auth.ts'
import { tokenKey, unauthorized } from './guard.ts'
import type { House } from './house.ts'
import { routePath } from './paths.ts'
import { publicSocketUrl } from './public-url.ts'
import { realtimePaths, realtimeSocket } from './realtime-wire.ts'
import { inworldSocket } from './routes/inworld-stt.ts'
import { speechSocket } from './routes/inworld-tts.ts'
import { vachanaSocket } from './routes/vachana.ts'
import type { ServeSocket, SocketRequest, SocketWire } from './socket-wire.ts'
import { telephonySockets } from './telephony-wire.ts'

/** Serves WebSockets on an HTTP server until `close`, which lets sessions go on for a while and then ends them. */
export const acceptSockets = (http: Server, house: House): { close(graceMs: number): Promise<void> } => {
  const wires = new Map<string, SocketWire>([
    ['/stt/v1/transcribe:streamBidirectional', inworldSocket(house)],
    ['/tts/v1/voice:streamBidirectional', speechSocket(house)],
    ['/stt/v3/stream', vachanaSocket(house)],
    ['/stt/v3', vachanaSocket(house)],
    ...telephonySockets(house),
    ...realtimePaths.map((path): [string, SocketWire] => [path, realtimeSocket(house, path)]),
  ])
  const servers = new Map<number, WebSocketServer>()
  const running = new Set<Promise<void>>()

  const upgradeTo = (messageBytes: number): WebSocketServer => {
    let server = servers.get(messageBytes)
    if (!server) {
      server = new WebSocketServer({
        noServer: true,
        maxPayload: messageBytes,
        perMessageDeflate: false,
        handleProtocols,
      })
      servers.set(messageBytes, server)
    }
    return server
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy())
    // Not by URL: it takes what follows a doubled slash for a host.
    const [path = '/', search = ''] = (request.url ?? '/').split('?', 2)
    const query = new URLSearchParams(search)
    const wire = wires.get(routePath(path))
    if (!wire) {
      answer(socket, statusAnswer(unknownPath))
      return
    }
    const credential = findCredential(request.headers, query)
    const url = publicSocketUrl(request, house.settings.publicUrl)
    const wanted = { url, headers: request.headers as Headers, query, credential }
    try {
      const { key, release } = admit(house, wire, wanted)
      // Also when `ws` refuses the handshake (no upgrade key, wrong version) and never calls back.
      socket.once('close', release)
      const open = wire.open({ ...wanted, key })
      upgradeTo(wire.messageBytes).handleUpgrade(request, socket, head, (webSocket) =>
        serve(webSocket, wire.name, open, key),
      )
    } catch (error) {
      const refusal = asVoiceError(error)
      house.log.info({ wire: wire.name, code: refusal.code }, 'handshake refused')
      if (refusal.code === 'internal') house.log.error({ err: refusal.cause }, 'handshake failed')
      const inBand = wire.refuseInBand?.(refusal, wanted)
      if (!inBand) answer(socket, wire.refuse(refusal, { credential: credential !== undefined }))
      else {
        upgradeTo(wire.messageBytes).handleUpgrade(request, socket, head, (webSocket) => sayAll(webSocket, inBand))
      }
    }
  }

  const serve = (webSocket: WebSocket, wire: string, open: ServeSocket, key: string): void => {
    const sessionId = randomUUID()
    const log = house.log.child({ sessionId, wire })
    log.info({ key }, 'session opened')
    const serving = open(webSocket, { sessionId, log, shutdown: hardStop.signal }).finally(() => {
      running.delete(serving)
      log.info({}, 'session closed')
    })
    running.add(serving)
  }

  const hardStop = new AbortController()
  // One listener for each session.
  setMaxListeners(0, hardStop.signal)
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

/** The key's name and its place, or a refusal. */
const admit = (house: House, wire: SocketWire, request: SocketRequest): { key: string; release: () => void } => {
  const { credential } = request
  const token = credential && !wire.refusesTokens ? tokenKey(house, credential) : undefined
  const known = credential && (house.keys.check(credential) ?? wire.key?.(credential) ?? token)
  const key = known ?? wire.admits?.(request)
  if (!key) throw unauthorized(credential)
  if (house.shutdown.aborted) throw new VoiceError('shutting_down', 'The server is shutting down.')
  if (!house.limits.takeRequest(key, performance.now())) {
    throw new VoiceError('overloaded', 'Too many requests with this key.')
  }
  if (house.engines.busy()) throw new VoiceError('overloaded', 'The server is busy: too many people are talking.')
  const release = house.limits.openSession(key)
  if (!release) throw new VoiceError('overloaded', 'This key has all its conversations open.')
  if (credential) house.tokens.spend(credential.value)
  return { key, release }
}

/** A key among the subprotocols is for us, not for the answer. */
const handleProtocols = (offered: Set<string>): string | false =>
  offered.has('realtime') ? 'realtime' : ([...offered].find((name) => !isSpokenKey(name)) ?? false)

const sayAll = (webSocket: WebSocket, messages: readonly Outgoing[]): void => {
  webSocket.on('error', () => webSocket.terminate())
  for (const message of messages) {
    if (typeof message === 'string' || message instanceof Uint8Array) webSocket.send(message)
    else webSocket.close(message.close, message.reason)
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
