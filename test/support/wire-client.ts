/** A scripted WebSocket client: sends, collects what comes, and waits for what a test needs to see. */
import WebSocket, { type ClientOptions } from 'ws'

/** A message that was received; parsed when it was JSON. */
export type Received = Record<string, unknown>

export interface WireClient {
  /** Everything received so far, in order. */
  readonly received: readonly Received[]
  readonly socket: WebSocket
  send(message: unknown): void
  /** The first message, from now or before, for which `matches` is true. Rejects when the socket closes without one. */
  until(matches: (message: Received) => boolean): Promise<Received>
  /** Code and reason of the close, once it has come. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
}

/** Opens a socket; rejects with `Unexpected server response: <status>` and the body when the handshake is refused. */
export const openClient = async (
  url: string,
  options: {
    readonly headers?: Record<string, string>
    readonly subprotocols?: readonly string[]
    /** Of `ws`, such as `ca`. */
    readonly socket?: ClientOptions
  } = {},
): Promise<WireClient> => {
  const { headers = {}, subprotocols = [] } = options
  const socket = new WebSocket(url, [...subprotocols], { headers, ...options.socket })
  const received: Received[] = []
  const waiting = new Set<() => void>()
  let over = false
  socket.on('message', (data: Buffer) => {
    received.push(JSON.parse(data.toString('utf8')) as Received)
    for (const look of waiting) look()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => {
      over = true
      for (const look of waiting) look()
      resolve({ code, reason: reason.toString('utf8') })
    })
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString('utf8')
      })
      response.on('end', () => {
        const error = new Error(`Refused with ${response.statusCode}: ${body}`)
        reject(Object.assign(error, { status: response.statusCode, body, headers: response.headers }))
      })
    })
  })
  return {
    received,
    socket,
    closed,
    send: (message) => socket.send(message instanceof Uint8Array ? message : JSON.stringify(message)),
    until: (matches) =>
      new Promise((resolve, reject) => {
        let seen = 0
        const look = (): void => {
          for (; seen < received.length; seen++) {
            const message = received[seen]!
            if (!matches(message)) continue
            waiting.delete(look)
            resolve(message)
            return
          }
          if (!over) return
          waiting.delete(look)
          reject(new Error(`The socket closed; it had received ${JSON.stringify(received).slice(0, 2000)}`))
        }
        waiting.add(look)
        look()
      }),
  }
}
