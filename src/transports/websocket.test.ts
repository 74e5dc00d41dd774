import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { VoiceError } from '../errors.ts'
import { silentLog } from '../log.ts'
import type { Codec } from '../protocols/codec.ts'
import { Queue } from '../streams/queue.ts'
import { type LargeMessages, serveSocket } from './websocket.ts'

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

  /** Serves with a codec that says what it is asked to refuse, and remembers what it read. */
  const serve = (shutdown: AbortSignal, large?: LargeMessages, pingMs = 0) => {
    const refused: string[] = []
    const decoded: unknown[] = []
    const codec: Codec<never, never> = {
      open: () => ({ send: ['hello'], commands: [] }),
      decode: (message) => {
        decoded.push(message)
        return []
      },
      encode: () => [],
      refuse: ({ code }) => {
        refused.push(code)
        return [code, { close: 1001 }]
      },
    }
    const events = new Queue<never>(1)
    const session = { events, send: () => true, drained: async () => {}, close: async () => events.close() }
    const parts = { codec, session, log: silentLog, pingMs, firstMessageMs: 0, lifeMs: 0, shutdown }
    return { refused, decoded, served: serveSocket(socket, { ...parts, ...(large && { large }) }) }
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

  it('drops a client that answers no pings', async () => {
    client.pong = () => {}
    const { served } = serve(new AbortController().signal, undefined, 5)
    await once(client, 'close')
    await served
  })

  it('keeps a client whose answers to pings cannot be read yet', async () => {
    const away: LargeMessages = {
      overBytes: 10,
      takeApart: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve([]))),
    }
    const { served } = serve(new AbortController().signal, away, 5)
    for (let count = 0; count < 3; count++) client.send('x'.repeat(300_000))
    while (!socket.isPaused) await new Promise((resolve) => setTimeout(resolve, 1))
    for (let pings = 0; pings < 6; pings++) await once(client, 'ping')
    expect(client.readyState).toBe(client.OPEN)
    client.terminate()
    socket.resume()
    await served
  })

  describe('with a large message', () => {
    const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

    it('reads what it was taken apart into in its place', async () => {
      let taken = (_: readonly Uint8Array[]): void => {}
      const asked: string[] = []
      const { decoded, served } = serve(new AbortController().signal, {
        overBytes: 10,
        takeApart: ({ data }) => {
          asked.push(Buffer.from(data).toString())
          return new Promise((resolve) => {
            taken = resolve
          })
        },
      })
      for (const message of ['before', 'a large message', 'after', 'another large message', 'last'])
        client.send(message)
      const ponged = once(client, 'pong')
      client.ping()
      await ponged
      expect(decoded).toEqual(['before'])
      taken([bytesOf('one'), bytesOf('two')])
      while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 1))
      expect(decoded).toEqual(['before', 'one', 'two', 'after'])
      taken([bytesOf('three')])
      while (decoded.length < 6) await new Promise((resolve) => setTimeout(resolve, 1))
      expect(decoded.slice(4)).toEqual(['three', 'last'])
      expect(asked).toEqual(['a large message', 'another large message'])
      client.close()
      await served
    })

    it('keeps bytes bytes, and refuses as it is told', async () => {
      const { decoded, refused, served } = serve(new AbortController().signal, {
        overBytes: 10,
        takeApart: async ({ data, isBinary }) => {
          if (!isBinary) throw new VoiceError('too_large', 'Too much.')
          return [data]
        },
      })
      client.send(bytesOf('a large message'))
      client.send('a large message')
      await served
      expect(Buffer.from(decoded[0] as Uint8Array).toString()).toBe('a large message')
      expect(decoded[0]).toBeInstanceOf(Uint8Array)
      expect(refused).toEqual(['too_large'])
    })

    it('stops taking it apart when the client goes', async () => {
      let asked = (): void => {}
      const begun = new Promise<void>((resolve) => {
        asked = resolve
      })
      const { decoded, served } = serve(new AbortController().signal, {
        overBytes: 10,
        takeApart: (_, signal) => {
          asked()
          return new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve([bytesOf('late')]))
          })
        },
      })
      client.send('a large message')
      client.send('after')
      await begun
      client.terminate()
      await served
      expect(decoded).toEqual([])
    })

    it('stops reading from the client while too much waits behind it', async () => {
      let taken = (_: readonly Uint8Array[]): void => {}
      const { decoded, served } = serve(new AbortController().signal, {
        overBytes: 500_000,
        takeApart: () =>
          new Promise((resolve) => {
            taken = resolve
          }),
      })
      client.send('x'.repeat(600_000))
      client.send('x'.repeat(400_000))
      while (!socket.isPaused) await new Promise((resolve) => setTimeout(resolve, 1))
      client.send('last')
      taken([bytesOf('one')])
      while (decoded.length < 3) await new Promise((resolve) => setTimeout(resolve, 1))
      expect(decoded.map((message) => String(message).length)).toEqual([3, 400_000, 4])
      client.close()
      await served
    })
  })
})
