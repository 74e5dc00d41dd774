/** Socket ↔ codec ↔ session: carries one client over one WebSocket. */
import { setImmediate as othersFirst, setTimeout as sleep } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Codec, Outgoing } from '../protocols/codec.ts'
import type { RawMessage } from '../protocols/large-message.ts'
import { Queue } from '../streams/queue.ts'

/** Bytes of messages that may wait while the session is behind; past this, the client is not read. */
const waitingLimitBytes = 256 * 1024

/** Unsent bytes past which the session waits: some seconds of audio, so that what is interrupted is soon over. */
const unsentLimitBytes = 256 * 1024
/** How long a client may take nothing of what is unsent. */
const slowClientMs = 10_000
/** How often a slow client is looked after. */
const slowLookMs = 20

/** What a transport needs of a session. */
export interface Served<In, Out> {
  /** False when the session is behind: give it no more until `drained` resolves. */
  send(command: In): boolean
  drained(): Promise<void>
  /** Ends with the session, or throws what broke it. */
  readonly events: AsyncIterable<Out>
  close(): Promise<void>
}

/**
 * How messages that take long to read are read without holding up everyone. What `ws` does before a message is here stays
 * on this thread: joining, unmasking and checking its bytes takes some 4 ms for each MB.
 */
export interface LargeMessages {
  /** Messages beyond this are large. */
  readonly overBytes: number
  /** Messages of the same kind that mean the same, each quickly read. The memory of the large one is taken. An abort ends it. */
  takeApart(message: RawMessage, signal: AbortSignal): Promise<readonly Uint8Array[]>
}

export interface SocketParts<In, Out> {
  readonly codec: Codec<In, Out>
  readonly session: Served<In, Out>
  readonly log: Log
  /** Where it is missing, messages are never large. */
  readonly large?: LargeMessages
  /** A ping goes out this often; after two that were not answered the client counts as gone. 0: no pings. */
  readonly pingMs: number
  /** How long the client may take for its first message. 0: for ever. */
  readonly firstMessageMs: number
  /** How long the session may live. 0: for ever. */
  readonly lifeMs: number
  /** Aborts when the server shuts down. */
  readonly shutdown: AbortSignal
}

/** `at`: when it came, in milliseconds since 1970. */
type Message = RawMessage & { readonly at: number }

/** Serves the client until either side closes; resolves once session and socket have ended. Never rejects. */
export const serveSocket = async <In, Out>(socket: WebSocket, parts: SocketParts<In, Out>): Promise<void> => {
  const { codec, session, log, large } = parts
  let over = false
  const leaving = new AbortController()
  /** Read one after the other. Most do not wait: only behind a large one, or while the session is behind. */
  const waiting = new Queue<Message>(waitingLimitBytes, ({ data }) => data.length)

  /** From here on nothing is sent, and what the client sends is passed over. */
  const finish = (): void => {
    over = true
    leaving.abort()
    waiting.abort()
  }

  const send = (outgoing: readonly Outgoing[]): void => {
    for (const message of outgoing) {
      if (over || socket.readyState !== socket.OPEN) return
      if (typeof message === 'string' || message instanceof Uint8Array) socket.send(message)
      else {
        finish()
        socket.close(message.close, message.reason)
      }
    }
  }

  const refuse = (error: VoiceError): void => {
    if (over) return
    log.info({ code: error.code, param: error.param }, 'client refused')
    if (error.code === 'internal') log.error({ err: error.cause ?? error }, 'session failed')
    send(codec.refuse(error, Date.now()))
    finish()
    if (socket.readyState === socket.OPEN) socket.close(1011)
  }

  /** False when the session is behind. */
  const perform = (commands: readonly In[]): boolean =>
    commands.reduce((keepsUp, command) => session.send(command) && keepsUp, true)

  const read = ({ data, isBinary, at }: Message): boolean => {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    return perform(codec.decode(isBinary ? bytes : bytes.toString('utf8'), at))
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
    if (over || waiting.push({ data, isBinary, at: Date.now() }) || socket.isPaused) return
    socket.pause()
    void waiting.drained().then(() => socket.resume())
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

  const reading = (async () => {
    try {
      for await (const message of waiting) {
        if (!large || message.data.length <= large.overBytes) {
          if (!read(message)) await session.drained()
        } else {
          for (const data of await large.takeApart(message, leaving.signal)) {
            if (over) return
            if (!read({ ...message, data })) await session.drained()
            await othersFirst()
          }
        }
        if (over) return
      }
    } catch (error) {
      refuse(asVoiceError(error))
    }
  })()

  const telling = (async () => {
    try {
      for await (const event of session.events) {
        send(codec.encode(event, Date.now()))
        if (socket.bufferedAmount > unsentLimitBytes) await taken(socket, log)
      }
      if (!over && socket.readyState === socket.OPEN) {
        finish()
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
  finish()
  clearTimeout(last)
  clearTimeout(firstMessage)
  clearTimeout(life)
  clearInterval(ping)
  parts.shutdown.removeEventListener('abort', onShutdown)
  await session.close()
  await Promise.all([reading, telling])
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

/**
 * Pings, and drops the peer when two pings in a row were not answered. Whatever comes is an answer, for a pong comes behind
 * all that was sent before it; a peer that is not read just now cannot be heard to answer.
 */
const keepAlive = (socket: WebSocket, everyMs: number): NodeJS.Timeout | undefined => {
  if (everyMs === 0) return undefined
  let missed = 0
  const answered = (): void => {
    missed = 0
  }
  socket.on('pong', answered)
  socket.on('message', answered)
  return setInterval(() => {
    if (!socket.isPaused) missed += 1
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
