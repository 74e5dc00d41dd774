import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { silentLog } from '../log.ts'
import type { Codec } from '../protocols/codec.ts'
import { Queue } from '../streams/queue.ts'
import { serveSocket } from './websocket.ts'

describe('a served socket', () => {
  let server: WebSocketServer
  let client: WebSocket
  let socket: WebSocket
  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const [connected] = await once(server, 'connection')
    socket = connected as WebSocket
    await once(client, 'open')
  })
  afterEach(() => server.close())

  /** Serves with a codec that says what it is asked to refuse. */
  const serve = (shutdown: AbortSignal) => {
    const refused: string[] = []
    const codec: Codec<never, never> = {
      open: () => ({ send: ['hello'], commands: [] }),
      decode: () => [],
      encode: () => [],
      refuse: ({ code }) => {
        refused.push(code)
        return [code, { close: 1001 }]
      },
    }
    const events = new Queue<never>(1)
    const session = { events, send: () => true, drained: async () => {}, close: async () => events.close() }
    const parts = { codec, session, log: silentLog, pingMs: 0, firstMessageMs: 0, lifeMs: 0, shutdown }
    return { refused, served: serveSocket(socket, parts) }
  }

  it('tells a client that the server shuts down', async () => {
    const stop = new AbortController()
    const { refused, served } = serve(stop.signal)
    const closed = once(client, 'close')
    stop.abort()
    expect((await closed)[0]).toBe(1001)
    await served
    expect(refused).toEqual(['shutting_down'])
  })

  it('tells nothing to a client that is leaving', async () => {
    const stop = new AbortController()
    const { refused, served } = serve(stop.signal)
    socket.close(1000)
    stop.abort()
    await served
    expect(refused).toEqual([])
  })
})
