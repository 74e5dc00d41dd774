/** What a check plays in: the server under check, doors to it, and a voice to speak with. */
import { setTimeout as sleep } from 'node:timers/promises'
import { VoiceError } from '../errors.ts'
import { fail, isMessage, skip } from './check.ts'
import { Connection, connect, type Refused } from './connection.ts'
import type { Speech } from './speech.ts'

/** The server under check, and how it is to be treated. */
export interface Target {
  /** Of the socket, as the user gave it: `ws:` or `wss:`, with its path and query. */
  readonly url: URL
  /** Empty: the server wants none. */
  readonly key: string
  /** Empty: the server's own choice. */
  readonly model: string
  /** How long any single thing may take. */
  readonly timeoutMs: number
  /** Seconds of speech that are sent in a second; infinite: as fast as it is taken. */
  readonly pace: number
  readonly speech: Speech
  readonly signal: AbortSignal
}

/** How the door of a wire looks. */
export interface WireDoor {
  /** The path of its socket, as services have it. */
  readonly path: string
  /** Headers that hold a key. */
  readonly keyHeaders: (key: string) => Readonly<Record<string, string>>
  /** Where the client names a model: in the query, or in what it says first. */
  readonly modelIn: 'query' | 'message'
  /** Query parameters that a client of this wire always sends. */
  readonly query: (target: Target) => Readonly<Record<string, string>>
}

/** What a check changes of the usual door. */
export interface Wish {
  /** In place of the path that the user gave. */
  readonly path?: (path: string) => string
  /** Added to the query; empty takes a parameter away. */
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly subprotocols?: readonly string[]
  /** In place of the target's key; empty: none is sent. */
  readonly key?: string
}

/** What a server answered over HTTP. */
export interface Answered {
  readonly status: number
  readonly type: string
  readonly text: string
  /** The body as JSON; undefined when it is none. */
  readonly body: unknown
}

/** A stand-in that no server knows. */
export const wrongKey = 'parley-check-wrong-key'

export class Scene {
  readonly target: Target
  /** Opened by this check, in order. */
  readonly connections: Connection[] = []
  readonly #door: WireDoor

  constructor(target: Target, door: WireDoor) {
    this.target = target
    this.#door = door
  }

  /** The model that a first message must name; empty: none. */
  get modelToName(): string {
    return this.#door.modelIn === 'message' ? this.target.model : ''
  }

  get speech(): Speech {
    return this.target.speech
  }

  /** A key for checks about keys. Skips where the user gave none. */
  key(): string {
    return this.target.key === '' ? skip('no key was given (--key)') : this.target.key
  }

  /** Opens a socket, or tells how it was refused. A server that has no room just now is asked again. */
  async knock({
    path = (own) => own,
    query = {},
    headers = {},
    subprotocols = [],
    key,
  }: Wish = {}): Promise<Connection | Refused> {
    const { target } = this
    const url = new URL(target.url)
    url.pathname = path(url.pathname)
    for (const [name, value] of Object.entries({ ...this.#door.query(target), ...query })) {
      if (value === '') url.searchParams.delete(name)
      else if (name in query || !url.searchParams.has(name)) url.searchParams.set(name, value)
    }
    const used = key ?? target.key
    const door = {
      url: url.href,
      headers: { ...(used === '' ? {} : this.#door.keyHeaders(used)), ...headers },
      subprotocols,
    }
    const until = performance.now() + target.timeoutMs
    for (;;) {
      const opened = await connect(door, target)
      if (opened instanceof Connection) {
        this.connections.push(opened)
        return opened
      }
      const busy = opened.status === 429 || opened.status === 503
      if (!busy || performance.now() > until) return opened
      await sleep(250, undefined, { signal: target.signal })
    }
  }

  /** Opens a socket. Fails the check when it is refused. */
  async open(wish: Wish = {}): Promise<Connection> {
    const opened = await this.knock(wish)
    if (opened instanceof Connection) return opened
    return fail(`the handshake was refused with ${opened.status}`, { status: opened.status, body: opened.body })
  }

  /** Asks over HTTP; `path` is made from that of the socket. */
  async ask(
    path: (path: string) => string,
    {
      method = 'POST',
      headers = {},
      body,
      key = this.target.key,
    }: {
      readonly method?: string
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | FormData
      readonly key?: string
    } = {},
  ): Promise<Answered> {
    const { url, timeoutMs, signal } = this.target
    const door = new URL(url)
    door.protocol = url.protocol === 'wss:' ? 'https:' : 'http:'
    door.pathname = path(url.pathname)
    door.search = ''
    const response = await fetch(door, {
      method,
      headers: { ...(key === '' ? {} : this.#door.keyHeaders(key)), ...headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      text,
      body: parsed(text),
    }
  }

  /** Ends what the check has opened. */
  async leave(): Promise<void> {
    for (const connection of this.connections) await connection.close()
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a handshake was refused as one without a right key should be. */
export const refusedFor = (opened: Connection | Refused, statuses: readonly number[]): void => {
  if (opened instanceof Connection) fail('the handshake was not refused', ...opened.received.slice(0, 2))
  else if (!statuses.includes(opened.status))
    fail(`refused with ${opened.status} in place of ${statuses.join(' or ')}`, { ...opened })
}

/** A field of a body that is an object. Fails the check where it is none. */
export const bodyOf = ({ status, body, text }: Answered, wanted = 200): Readonly<Record<string, unknown>> => {
  if (status !== wanted) fail(`answered with ${status} in place of ${wanted}`, { status, body: text.slice(0, 200) })
  return isMessage(body) ? body : fail('the answer is no JSON object', { body: text.slice(0, 200) })
}

/** Opens the socket once, so that a wrong address or key is not told by every check. Throws `unavailable`, `unauthorized`. */
export const reach = async (target: Target, door: WireDoor): Promise<void> => {
  const scene = new Scene(target, door)
  let opened: Connection | Refused
  try {
    opened = await scene.knock()
  } catch (error) {
    const why = error instanceof AggregateError ? error.errors : [error]
    const text = why.map((one) => (one instanceof Error ? one.message : String(one))).join('; ')
    throw new VoiceError('unavailable', `${target.url.host} cannot be reached: ${text}.`, { cause: error })
  } finally {
    await scene.leave()
  }
  if (opened instanceof Connection) return
  const { status, body } = opened
  const about = target.key === '' ? body : body.replaceAll(target.key, '[key]')
  if (status === 401 || status === 403)
    throw new VoiceError('unauthorized', `The server refused the key with ${status} (--key, or PARLEY_KEY).`)
  throw new VoiceError('unavailable', `The server refused the handshake with ${status}: ${about.slice(0, 200)}`)
}
