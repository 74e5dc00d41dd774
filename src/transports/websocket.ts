/** Socket ↔ codec ↔ session: carries one client over one WebSocket. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Codec, Outgoing } from '../protocols/codec.ts'

/** Unsent bytes past which the session waits: some seconds of audio, so that what is interrupted is soon over. */
const unsentLimitBytes = 256 * 1024
/** How long a client may take nothing of what is unsent. */
const slowClientMs = 10_000
/** How often a slow client is looked after. */
const slowLookMs = 20

/** What a transport needs of a session. */
export interface Served<In, Out> {
  /** False when the session is behind: stop reading from the client until `drained` resolves. */
  send(command: In): boolean
  drained(): Promise<void>
  /** Ends with the session, or throws what broke it. */
  readonly events: AsyncIterable<Out>
  close(): Promise<void>
}

export interface SocketParts<In, Out> {
  readonly codec: Codec<In, Out>
  readonly session: Served<In, Out>
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
export const serveSocket = async <In, Out>(socket: WebSocket, parts: SocketParts<In, Out>): Promise<void> => {
  const { codec, session, log } = parts
  let over = false

  const send = (outgoing: readonly Outgoing[]): void => {
    for (const message of outgoing) {
      if (over || socket.readyState !== socket.OPEN) return
      if (typeof message === 'string' || message instanceof Uint8Array) socket.send(message)
      else {
        over = true
        socket.close(message.close, message.reason)
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

  const perform = (commands: readonly In[]): void => {
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
  // A client that is leaving already is not told.
  const onShutdown = (): void => {
    if (socket.readyState === socket.OPEN) refuse(new VoiceError('shutting_down', 'The server is shutting down.'))
  }
  parts.shutdown.addEventListener('abort', onShutdown, { once: true })

  const opened = codec.open(Date.now())
  send(opened.send)
  perform(opened.commands)

  const telling = (async () => {
    try {
      for await (const event of session.events) {
        send(codec.encode(event, Date.now()))
        if (socket.bufferedAmount > unsentLimitBytes) await taken(socket, log)
      }
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

/** Waits until the client has taken most of what is unsent. One that takes nothing for long is dropped. */
const taken = async (socket: WebSocket, log: Log): Promise<void> => {
  let unsentBytes = socket.bufferedAmount
  let progressAt = performance.now()
  while (socket.readyState === socket.OPEN && unsentBytes > unsentLimitBytes / 2) {
    await sleep(slowLookMs)
    if (socket.bufferedAmount < unsentBytes) progressAt = performance.now()
    unsentBytes = socket.bufferedAmount
    if (performance.now() - progressAt > slowClientMs) {
      log.warn({ unsentBytes }, 'client reads too slowly')
      socket.terminate()
    }
  }
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
