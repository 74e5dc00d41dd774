/** A web server for one test: each path has its own manners. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Manners = (request: IncomingMessage, response: ServerResponse) => void

export interface FileServer {
  /** Such as `http://127.0.0.1:4711`. */
  readonly address: string
  /** What was asked for: `GET /path bytes=10-`. */
  readonly asked: string[]
  /** Breaks all connections: those to whom nothing more comes. */
  breakOff(): void
  close(): Promise<void>
}

/** Serves on a free port of the loopback. A path that has no manners is answered 404. */
export const serveFiles = async (paths: Readonly<Record<string, Manners>>): Promise<FileServer> => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.range ?? ''}`.trim())
    const manners = paths[request.url ?? '']
    if (manners) manners(request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    breakOff: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const etag = '"one"'

const startOf = (request: IncomingMessage): number =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)

const head = (request: IncomingMessage, response: ServerResponse, content: Uint8Array): number => {
  const ranged = request.headers['if-range'] === undefined || request.headers['if-range'] === etag
  const from = ranged ? startOf(request) : 0
  if (from >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` })
    return from
  }
  response.writeHead(from > 0 ? 206 : 200, {
    etag,
    'content-length': content.length - from,
    ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
  })
  return from
}

/** Serves as it should be, ranges included. */
export const good =
  (content: Uint8Array): Manners =>
  (request, response) => {
    const from = head(request, response, content)
    response.end(request.method === 'HEAD' ? undefined : content.subarray(from))
  }

/** Promises everything, sends `bytes` of it and breaks the connection: how much arrives is a matter of luck. */
export const breakingOff =
  (content: Uint8Array, bytes: number): Manners =>
  (request, response) => {
    const from = head(request, response, content)
    response.write(content.subarray(from, from + bytes), () => setTimeout(() => response.destroy(), 5))
  }

/** Promises everything, sends `bytes` of it and then nothing, for ever. */
export const stalling =
  (content: Uint8Array, bytes: number): Manners =>
  (request, response) => {
    const from = head(request, response, content)
    response.write(content.subarray(from, from + bytes))
  }

/** Sends the whole, whatever part was asked for. */
export const ignoringRanges =
  (content: Uint8Array): Manners =>
  (_request, response) => {
    response.writeHead(200, { 'content-length': content.length }).end(content)
  }

export const leadingTo =
  (location: string): Manners =>
  (_request, response) => {
    response.writeHead(302, { location }).end()
  }

export const failing =
  (status: number): Manners =>
  (_request, response) => {
    response.writeHead(status).end('no')
  }

/** One manner after the other; the last stays. */
export const inTurn = (...manners: readonly Manners[]): Manners => {
  let turn = 0
  return (request, response) => {
    const now = manners[Math.min(turn++, manners.length - 1)]
    now?.(request, response)
  }
}
