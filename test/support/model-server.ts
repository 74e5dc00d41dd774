/** A server on this machine that speaks the wires of language models: it answers as the test tells it, or by what is asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Asked, type Saying, type Wire, wires } from './model-wires.ts'

/** What the server does with one request. */
export type Behaviour =
  | { readonly type: 'say'; readonly saying: Saying }
  /** Says that many frames of it, then nothing more. */
  | { readonly type: 'hang'; readonly saying?: Saying; readonly frames?: number }
  /** Says that many frames of it, then breaks the connection. */
  | { readonly type: 'cut'; readonly saying: Saying; readonly frames: number }
  /** Says that many frames of it, then ends as if that were all. */
  | { readonly type: 'short'; readonly saying: Saying; readonly frames: number }
  | {
      readonly type: 'status'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly body?: unknown
    }
  | { readonly type: 'raw'; readonly contentType: string; readonly body: string }

/** One request as it came. */
export interface Seen {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Record<string, unknown>
  readonly asked: Asked
  /** Resolves when the connection closes before the answer is complete. */
  readonly dropped: Promise<void>
}

export interface ModelServer {
  readonly url: string
  readonly seen: Seen[]
  /** What the next requests get, one each; after that they are answered by what they ask. */
  readonly next: Behaviour[]
  /** Waits until so many requests have come. */
  requests(count: number): Promise<void>
  close(): Promise<void>
}

const says = (text: readonly string[], rest: Partial<Saying> = {}): Saying => ({
  text,
  calls: [],
  usage: { input: 12, output: 3, cached: 4 },
  finish: 'stop',
  ...rest,
})

/** A model of few words: it calls what it must, speaks of what it was told, and stops at its limit. */
const answer = ({ tools, choice, last, maxTokens }: Asked): Saying => {
  const named = tools.find((name) => name === choice) ?? (choice === 'required' ? tools[0] : undefined)
  if (named !== undefined) {
    return says([], { calls: [{ id: 'call_1', name: named, arguments: '{"city":"Paris"}' }], finish: 'tool-calls' })
  }
  if (last === 'tool') return says(['It is ', 'sunny there.'])
  if (maxTokens !== undefined && maxTokens <= 5) return says(['One, two'], { finish: 'length' })
  return says(['Hello', ', ', 'wörld 👋', '.'])
}

const play = async (behaviour: Behaviour, wire: Wire, response: ServerResponse): Promise<void> => {
  const begin = (): void => void response.writeHead(200, { 'content-type': wire.contentType })
  switch (behaviour.type) {
    case 'say': {
      begin()
      for (const frame of wire.write(behaviour.saying)) response.write(frame)
      response.end()
      return
    }
    case 'hang':
    case 'cut':
    case 'short': {
      const frames = behaviour.frames ?? 0
      if (frames === 0 && behaviour.type === 'hang') return
      begin()
      for (const frame of wire.write(behaviour.saying ?? says(['…'])).slice(0, frames)) response.write(frame)
      if (behaviour.type === 'short') response.end()
      // Only once it has been sent: else the client might never see it.
      if (behaviour.type === 'cut') response.write(':\n\n', () => setTimeout(() => response.destroy(), 20))
      return
    }
    case 'status':
      response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers })
      response.end(JSON.stringify(behaviour.body ?? { error: { message: 'sk-secret did this', type: 'some_error' } }))
      return
    case 'raw':
      response.writeHead(200, { 'content-type': behaviour.contentType })
      response.end(behaviour.body)
      return
    default:
      throw behaviour satisfies never
  }
}

/** Listens on a free port. Close it at the end. */
export const startModelServer = async (): Promise<ModelServer> => {
  const seen: Seen[] = []
  const next: Behaviour[] = []
  let came = (): void => {}
  const http = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      if (path.endsWith('/models')) {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ object: 'list', data: [{ id: 'first-model' }, { id: 'second-model' }] }))
        return
      }
      const agent = request.headers['user-agent'] ?? ''
      const wire = wires.find((one) => one.path.test(path) && (one.agent?.test(agent) ?? true))!
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>
      const asked = wire.read(body)
      const dropped = new Promise<void>((resolve) => {
        response.on('close', () => {
          if (!response.writableFinished) resolve()
        })
      })
      seen.push({ path, headers: request.headers, body, asked, dropped })
      came()
      void play(next.shift() ?? { type: 'say', saying: answer(asked) }, wire, response)
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    seen,
    next,
    async requests(count) {
      while (seen.length < count) {
        await new Promise<void>((resolve) => {
          came = resolve
        })
      }
    },
    async close() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}
