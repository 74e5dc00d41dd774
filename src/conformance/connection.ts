/** A connection to the server under check: what is said on it is kept, and nothing waits for ever. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'
import { fail, isMessage, type Message, type Said } from './check.ts'

/** How a socket is opened. */
export interface Door {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly subprotocols: readonly string[]
}

/** A handshake that was not answered by 101. */
export interface Refused {
  readonly status: number
  readonly body: string
}

export interface Closed {
  readonly code: number
  readonly reason: string
}

/** Limits of one connection. */
export interface Patience {
  /** How long any single thing may take. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** More than any check makes a server say. */
const receivedLimitBytes = 256 * 1024 * 1024

const readMessage = (data: Buffer, isBinary: boolean): Message => {
  if (isBinary) return { binary: data.length }
  const text = data.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    return isMessage(value) ? value : { unreadable: text }
  } catch {
    return { unreadable: text }
  }
}

/** What is kept of a message that was sent: its audio is not. */
const kept = (sent: object | string | Uint8Array): Message => {
  if (typeof sent === 'string') return { unreadable: sent.slice(0, 100) }
  if (sent instanceof Uint8Array) return { binary: sent.length }
  const { audio, ...rest } = sent as Message
  return typeof audio === 'string' ? { ...rest, audio: `${audio.length} characters` } : (sent as Message)
}

/** Opens a socket, or tells how it was refused. Fails the check when neither comes in time. */
export const connect = async (door: Door, patience: Patience): Promise<Connection | Refused> => {
  const { timeoutMs, signal } = patience
  signal.throwIfAborted()
  const socket = new WebSocket(door.url, [...door.subprotocols], {
    headers: door.headers,
    handshakeTimeout: timeoutMs,
    maxPayload: 64 * 1024 * 1024,
  })
  // What comes with the answer of the handshake must not be missed.
  const connection = new Connection(socket, patience)
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(connection))
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        if (body.length < 10_000) body += chunk.toString('utf8')
      })
      response.on('end', () => {
        socket.terminate()
        resolve({ status: response.statusCode ?? 0, body })
      })
      response.on('error', reject)
    })
  })
}

export class Connection {
  /** Everything that was said, in order. */
  readonly said: Said[] = []
  /** What the server said, in order. */
  readonly received: Message[] = []
  readonly #socket: WebSocket
  readonly #patience: Patience
  readonly #waiting = new Set<() => void>()
  #receivedBytes = 0
  #closed: Closed | undefined

  constructor(socket: WebSocket, patience: Patience) {
    this.#socket = socket
    this.#patience = patience
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      const message = readMessage(data, isBinary)
      this.received.push(message)
      this.said.push({ from: 'server', message })
      this.#receivedBytes += data.length
      if (this.#receivedBytes > receivedLimitBytes) socket.terminate()
      this.#look()
    })
    socket.once('close', (code, reason) => {
      this.#closed = { code, reason: reason.toString('utf8') }
      this.#look()
    })
    socket.on('error', () => socket.terminate())
  }

  /** The subprotocol that the server chose; empty when it chose none. */
  get protocol(): string {
    return this.#socket.protocol
  }

  /** JSON, a text as it stands, or bytes. What is sent after a close is passed over. */
  send(message: object | string | Uint8Array): void {
    this.said.push({ from: 'client', message: kept(message) })
    if (this.#socket.readyState !== WebSocket.OPEN) return
    this.#socket.send(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message))
  }

  /** Until what was sent has left, so that a slow line is not filled up. */
  async sent(): Promise<void> {
    while (this.#socket.readyState === WebSocket.OPEN && this.#socket.bufferedAmount > 1024 * 1024) await sleep(5)
  }

  /** The first message from `after` on for which `matches` is true. Fails the check when none comes in time. */
  until(
    what: string,
    matches: (message: Message) => boolean,
    { after = 0, timeoutMs = this.#patience.timeoutMs } = {},
  ): Promise<Message> {
    let next = after
    const find = (): Message | undefined => {
      for (; next < this.received.length; next++) if (matches(this.received[next]!)) return this.received[next++]
      return undefined
    }
    return this.#wait(timeoutMs, find, () => this.#missing(what, after, timeoutMs))
  }

  /** The message of that name, or undefined when none comes in `withinMs`: for what a server may leave out. */
  maybe(matches: (message: Message) => boolean, after: number, withinMs: number): Promise<Message | undefined> {
    const find = (): Message | undefined => this.received.find((message, index) => index >= after && matches(message))
    return this.#wait<Message | undefined>(withinMs, find, () => undefined)
  }

  /** How the server closed. Fails the check when it does not. */
  closed(timeoutMs = this.#patience.timeoutMs): Promise<Closed> {
    return this.#wait(
      timeoutMs,
      () => this.#closed,
      () => fail(`the server did not close within ${timeoutMs} ms`, ...this.received.slice(-2)),
    )
  }

  /** Whether a ping is answered in time. */
  async answersPing(): Promise<boolean> {
    const answered = once(this.#socket, 'pong', { signal: AbortSignal.timeout(this.#patience.timeoutMs) })
    this.#socket.ping()
    return answered.then(
      () => true,
      () => false,
    )
  }

  /** Closes in order; a server that does not answer is left. */
  async close(code = 1000): Promise<void> {
    if (this.#closed) return
    this.#socket.close(code)
    await this.#wait<Closed | undefined>(
      2000,
      () => this.#closed,
      () => undefined,
    ).catch(() => undefined)
    this.#socket.terminate()
  }

  #missing(what: string, after: number, timeoutMs: number): never {
    const last = this.received.slice(after).slice(-3)
    const why = this.#closed ? `the server closed with ${this.#closed.code}` : `nothing came within ${timeoutMs} ms`
    return fail(`waited for ${what}: ${why}`, ...last)
  }

  #look(): void {
    for (const look of [...this.#waiting]) look()
  }

  /** What `find` finds, now or later; what `missing` gives when the time is over or the socket has closed. */
  #wait<T>(timeoutMs: number, find: () => T | undefined, missing: () => T): Promise<T> {
    const { signal } = this.#patience
    return new Promise<T>((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', look)
        this.#waiting.delete(look)
        settle()
      }
      const giveUp = (): void =>
        end(() => {
          try {
            resolve(missing())
          } catch (error) {
            reject(error)
          }
        })
      const look = (): void => {
        const found = find()
        if (signal.aborted) end(() => reject(signal.reason))
        else if (found !== undefined) end(() => resolve(found))
        else if (this.#closed) giveUp()
      }
      const timer = setTimeout(giveUp, timeoutMs)
      signal.addEventListener('abort', look, { once: true })
      this.#waiting.add(look)
      look()
    })
  }
}
