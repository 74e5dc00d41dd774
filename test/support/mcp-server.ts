/** A server of tools that speaks MCP over Streamable HTTP, on loopback, for tests. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { z } from 'zod'

export interface TestMcpServer {
  readonly url: string
  /** Such as `127.0.0.1:4711`. */
  readonly host: string
  /** Arguments of each call, by tool. */
  readonly calls: (readonly [tool: string, given: unknown])[]
  /** Headers of each request. */
  readonly headers: IncomingMessage['headers'][]
  /** Sessions that clients have ended. */
  ended: number
  /** Cuts all connections. */
  breakOff(): void
  close(): Promise<void>
}

const text = (said: string, isError = false) => ({ content: [{ type: 'text' as const, text: said }], isError })

/** Tools `get_opening_hours`, `order_pizza` (no mere reading), `break_down`, `take_forever`, `tell_everything` and `tell_too_much`. */
const toolsFor = ({ calls }: Pick<TestMcpServer, 'calls'>): McpServer => {
  const server = new McpServer({ name: 'shop', version: '1' })
  const readOnly = { annotations: { readOnlyHint: true } }
  const city = { city: z.string().describe('Where the shop is.') }
  const hours = { description: 'Tells the opening hours of the shop.', inputSchema: city, ...readOnly }
  server.registerTool('get_opening_hours', hours, async (given) => {
    calls.push(['get_opening_hours', given])
    return text(`The shop is open from nine to five in ${given.city}.`)
  })
  const order = { description: 'Orders a pizza.', inputSchema: { topping: z.string() } }
  server.registerTool('order_pizza', order, async (given) => {
    calls.push(['order_pizza', given])
    return text(`A pizza with ${given.topping} is on its way.`)
  })
  server.registerTool('break_down', { description: 'Fails.' }, async () => text('It broke.', true))
  server.registerTool('take_forever', { description: 'Never answers.' }, () => {
    calls.push(['take_forever', {}])
    return new Promise(() => {})
  })
  server.registerTool('tell_everything', { description: 'Says much.' }, async () => text('word '.repeat(20_000)))
  server.registerTool('tell_too_much', { description: 'Says too much.' }, async () => text('word '.repeat(300_000)))
  return server
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return parts.length === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString())
}

/** Starts it on a free port; with a `key` it refuses whoever does not send that as a bearer token. `/moved` leads to it. */
export const startMcpServer = async ({ key }: { readonly key?: string } = {}): Promise<TestMcpServer> => {
  const transports = new Map<string, StreamableHTTPServerTransport>()
  const server = createServer(async (request, response) => {
    started.headers.push(request.headers)
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
      response.writeHead(401).end()
      return
    }
    if (request.url === '/moved') {
      response.writeHead(308, { location: '/mcp' }).end()
      return
    }
    const body = await bodyOf(request)
    let transport = transports.get(String(request.headers['mcp-session-id']))
    if (!transport) {
      const fresh = new StreamableHTTPServerTransport({
        sessionIdGenerator: () => `session-${transports.size + 1}`,
        onsessioninitialized: (id) => void transports.set(id, fresh),
        onsessionclosed: () => {
          started.ended += 1
        },
      })
      transport = fresh
      await toolsFor(started).connect(fresh as Transport)
    }
    await transport.handleRequest(request, response, body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const started: TestMcpServer = {
    url: `http://${host}/mcp`,
    host,
    calls: [],
    headers: [],
    ended: 0,
    breakOff: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return started
}
