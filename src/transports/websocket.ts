/** Socket ↔ codec ↔ session: carries one listening client over one WebSocket. */
import type { WebSocket } from 'ws'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { ListenCommand, ListenEvent } from '../listening/commands.ts'
import type { Log } from '../log.ts'
import type { Codec, Outgoing } from '../protocols/codec.ts'
import type { ListenSession } from '../session/listen-session.ts'

/** Unsent bytes at which a client counts as slow, and how long it may stay so. */
const unsentLimitBytes = 2 * 1024 * 1024
const slowClientMs = 10_000

export interface SocketParts {
  readonly codec: Codec<ListenCommand, ListenEvent>
  readonly session: ListenSession
  readonly log: Log
  /** A ping goes out this often; after two that were not answered the client counts as gone. 0: no pings. */
  readonly pingMs: number
  /** How long the client may take for its first message. 0: for ever. */
  readonly firstMessageMs: number
  /** How long the session may live. 0: for ever. */
  readonly lifeMs: number
  /** Aborts when the server shuts down. */
  readonly shutdown: AbortSignal
}

/** Serves the client until either side closes; resolves once session and socket have ended. Never rejects. */
export const serveSocket = async (socket: WebSocket, parts: SocketParts): Promise<void> => {
  const { codec, session, log } = parts
  let over = false
  let slowSince: number | undefined

  const send = (outgoing: readonly Outgoing[]): void => {
    for (const message of outgoing) {
      if (over || socket.readyState !== socket.OPEN) return
      if (typeof message === 'string' || message instanceof Uint8Array) socket.send(message)
      else {
        over = true
        socket.close(message.close, message.reason)
      }
    }
    if (socket.bufferedAmount < unsentLimitBytes) slowSince = undefined
    else {
      slowSince ??= Date.now()
      if (Date.now() - slowSince > slowClientMs) {
        log.warn({ unsentBytes: socket.bufferedAmount }, 'client reads too slowly')
        socket.terminate()
      }
    }
  }

  const refuse = (error: VoiceError): void => {
    if (over) return
    log.info({ code: error.code, param: error.param }, 'client refused')
    if (error.code === 'internal') log.error({ err: error.cause ?? error }, 'session failed')
    send(codec.refuse(error, Date.now()))
    over = true
    if (socket.readyState === socket.OPEN) socket.close(1011)
  }

  const perform = (commands: readonly ListenCommand[]): void => {
    for (const command of commands) {
      if (session.send(command) || socket.isPaused) continue
      socket.pause()
      void session.drained().then(() => socket.resume())
    }
  }

  const gone = new Promise<void>((resolve) => socket.once('close', resolve))
  socket.on('error', (error) => log.debug({ err: error }, 'socket error'))
  explainOversize(socket, () => refuse(new VoiceError('too_large', 'The message is larger than this server takes.')))

  const firstMessage =
    parts.firstMessageMs > 0
      ? setTimeout(() => refuse(new VoiceError('timeout', 'No message came.')), parts.firstMessageMs)
      : undefined

  const life =
    parts.lifeMs > 0
      ? setTimeout(() => refuse(new VoiceError('timeout', 'The session has lasted as long as it may.')), parts.lifeMs)
      : undefined

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    clearTimeout(firstMessage)
    if (over) return
    try {
      perform(codec.decode(isBinary ? data : data.toString('utf8'), Date.now()))
    } catch (error) {
      refuse(asVoiceError(error))
    }
  })

  const ping = keepAlive(socket, parts.pingMs)
  const onShutdown = (): void => refuse(new VoiceError('shutting_down', 'The server is shutting down.'))
  parts.shutdown.addEventListener('abort', onShutdown, { once: true })

  const opened = codec.open(Date.now())
  send(opened.send)
  perform(opened.commands)

  const telling = (async () => {
    try {
      for await (const event of session.events) send(codec.encode(event, Date.now()))
      if (!over && socket.readyState === socket.OPEN) {
        over = true
        socket.close(1000)
      }
    } catch (error) {
      refuse(asVoiceError(error))
    }
  })()

  await Promise.race([gone, telling])
  // A peer that never answers the close must not keep the session.
  const last = setTimeout(() => socket.terminate(), 5_000)
  await gone
  over = true
  clearTimeout(last)
  clearTimeout(firstMessage)
  clearTimeout(life)
  clearInterval(ping)
  parts.shutdown.removeEventListener('abort', onShutdown)
  await session.close()
  await telling
}

/** Pings, and drops the peer when two pings in a row were not answered. */
const keepAlive = (socket: WebSocket, everyMs: number): NodeJS.Timeout | undefined => {
  if (everyMs === 0) return undefined
  let missed = 0
  socket.on('pong', () => {
    missed = 0
  })
  return setInterval(() => {
    missed += 1
    if (missed > 2) socket.terminate()
    else if (socket.readyState === socket.OPEN) socket.ping()
  }, everyMs)
}

/**
 * `ws` answers a message over its limit by closing with 1009 at once. The wires want an error message first, so the close
 * that `ws` asks for is preceded by one.
 */
const explainOversize = (socket: WebSocket, explain: () => void): void => {
  const close = socket.close.bind(socket)
  socket.close = (code, data) => {
    socket.close = close
    if (code === 1009) explain()
    close(code, data)
  }
}
