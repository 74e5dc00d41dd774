/** A server that says again what was recorded of another one, for what clients make of it. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { Received } from './wire-client.ts'

/** What the server said in a recording, in order. */
export const saidIn = (lines: readonly string[]): readonly Received[] =>
  lines
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as { readonly '<'?: string })['<'])
    .flatMap((said) => (said === undefined ? [] : [JSON.parse(said) as Received]))

/** Says all of it to whoever connects, then closes. */
export const playBack = async (
  said: readonly Received[],
  tls?: { readonly cert: string; readonly key: string },
): Promise<{ readonly socketUrl: string; close(): Promise<void> }> => {
  const http = tls ? createTlsServer(tls) : createServer()
  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket) => {
    for (const message of said) socket.send(JSON.stringify(message))
    socket.close(1000)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  return {
    socketUrl: `${tls ? 'wss' : 'ws'}://127.0.0.1:${port}`,
    close: async () => {
      sockets.close()
      http.close()
      await once(http, 'close')
    },
  }
}
