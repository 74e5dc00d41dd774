/** McpServers: connections to the MCP servers that one client named, over Streamable HTTP or the older SSE. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { Work } from '../engines/engine.ts'
import type { RemoteTool, ToolResult, ToolServer } from '../engines/remote-tools.ts'
import { VoiceError } from '../errors.ts'
import type { SafeFetch } from '../outbound/safe-fetch.ts'
import { failureOf, problemOf } from './mcp-failures.ts'
import { toolResult, toTool } from './mcp-results.ts'
import { answeringFetch } from './mcp-streams.ts'

export interface McpOptions {
  readonly mcpHosts: readonly string[]
  readonly privateHosts: readonly string[]
  readonly timeoutMs: number
}

interface Connection {
  readonly client: Client
  readonly transport: Transport & { terminateSession?(): Promise<void> }
}

/** Servers that a session may be connected to at a time; the oldest connection goes first. */
const mostConnections = 16
const mostTools = 128
const mostPages = 16
/** Larger ones would take long to read, on the thread that everyone shares. */
const answerBytes = 1024 * 1024
/** How long listing may take: people wait for the tools, not the model. */
const mostListMs = 10_000
const goodbyeMs = 500

/** What is the connection's own. */
const ownHeaders = /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|expect|proxy-.*)$/i

export class McpServers {
  readonly #options: McpOptions
  readonly #connections = new Map<string, Promise<Connection>>()
  #fetch: Promise<SafeFetch> | undefined
  #closed = false

  constructor(options: McpOptions) {
    this.#options = options
  }

  /** What a server has. Throws `VoiceError`s with a message fit for a client. */
  async list(server: ToolServer, work: Work): Promise<readonly RemoteTool[]> {
    const timeout = Math.min(this.#options.timeoutMs, mostListMs)
    return this.#withProblem(server, work, async () => {
      const { ListToolsResultSchema } = await import('@modelcontextprotocol/sdk/types.js')
      const { client } = await this.#connect(server, timeout)
      const tools: RemoteTool[] = []
      let cursor: string | undefined
      for (let page = 0; page < mostPages && tools.length < mostTools; page += 1) {
        const params = cursor === undefined ? {} : { cursor }
        const options = { signal: work.signal, timeout }
        // Not by `listTools`, which compiles the schemas that the server sends.
        const answer = await client.request({ method: 'tools/list', params }, ListToolsResultSchema, options)
        tools.push(...answer.tools.map(toTool))
        cursor = answer.nextCursor
        if (cursor === undefined) break
      }
      return tools.slice(0, mostTools)
    })
  }

  /** Makes a call, once. */
  async call(
    server: ToolServer,
    tool: { readonly name: string; readonly arguments: string },
    work: Work,
  ): Promise<ToolResult> {
    const { timeoutMs } = this.#options
    try {
      const { CallToolResultSchema } = await import('@modelcontextprotocol/sdk/types.js')
      const params = { name: tool.name, arguments: argumentsOf(tool.arguments) }
      const { client } = await this.#connect(server, timeoutMs)
      const options = { signal: work.signal, timeout: timeoutMs, maxTotalTimeout: timeoutMs }
      return toolResult(await client.request({ method: 'tools/call', params }, CallToolResultSchema, options))
    } catch (error) {
      const failure = failureOf(error)
      if (failure.by !== 'protocol') this.#forget(server)
      if (!work.signal.aborted) work.log.info({ by: failure.by, code: failure.code }, 'a call of a tool failed')
      return failure
    }
  }

  /** Says goodbye to all servers, and breaks off what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    const open = [...this.#connections.values()]
    this.#connections.clear()
    await Promise.all(open.map((connection) => connection.then(leave).catch(() => {})))
    await (await this.#fetch)?.close()
  }

  async #withProblem<T>(server: ToolServer, { signal, log }: Work, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      this.#forget(server)
      const problem = problemOf(error)
      if (!signal.aborted) log.info({ code: problem.code }, 'a server of tools could not be asked')
      throw problem
    }
  }

  #forget(server: ToolServer): void {
    const key = keyOf(server)
    const connection = this.#connections.get(key)
    this.#connections.delete(key)
    void connection?.then(leave).catch(() => {})
  }

  #connect(server: ToolServer, timeout: number): Promise<Connection> {
    const key = keyOf(server)
    const known = this.#connections.get(key)
    if (known !== undefined) return known
    const connection = this.#open(server, timeout)
    // Whoever waits for it is told.
    connection.catch(() => {})
    this.#connections.set(key, connection)
    const [oldest] = this.#connections.keys()
    if (this.#connections.size > mostConnections && oldest !== undefined) {
      const gone = this.#connections.get(oldest)
      this.#connections.delete(oldest)
      void gone?.then(leave).catch(() => {})
    }
    return connection
  }

  async #open(server: ToolServer, timeout: number): Promise<Connection> {
    const { url: address, headers } = server
    const key = keyOf(server)
    const url = this.#admitted(address)
    const [{ Client }, { StreamableHTTPClientTransport, StreamableHTTPError }, { createSafeFetch }] = await Promise.all(
      [
        import('@modelcontextprotocol/sdk/client/index.js'),
        import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
        import('../outbound/safe-fetch.ts'),
      ],
    )
    if (this.#closed) throw new VoiceError('unavailable', 'The session is over.')
    const { privateHosts, timeoutMs } = this.#options
    // Streams stay silent between events, so silence alone ends nothing within the time of a call.
    this.#fetch ??= Promise.resolve(createSafeFetch({ privateHosts, silenceMs: 10 * timeoutMs, answerBytes }))
    const fetch = answeringFetch((await this.#fetch).fetch)
    const own = Object.entries(headers).filter(([name]) => !ownHeaders.test(name))
    const options = { fetch, requestInit: { headers: Object.fromEntries(own) } }
    const join = async (transport: Transport): Promise<Connection> => {
      const client = new Client({ name: 'parley', version: '1' }, { capabilities: {}, jsonSchemaValidator: trusting })
      await client.connect(transport, { timeout })
      client.onclose = () => this.#connections.delete(key)
      return { client, transport }
    }
    try {
      return await join(new StreamableHTTPClientTransport(url, options) as Transport)
    } catch (error) {
      // Servers of before 2025 answer so.
      const { code } = error instanceof StreamableHTTPError ? error : {}
      if (code !== 400 && code !== 404 && code !== 405) throw error
      const { SSEClientTransport } = await import('@modelcontextprotocol/sdk/client/sse.js')
      return join(new SSEClientTransport(url, options) as Transport)
    }
  }

  #admitted(address: string): URL {
    if (address === '') throw new VoiceError('unsupported', 'Connectors are not known here: name a server_url.')
    if (!URL.canParse(address)) throw new VoiceError('invalid_request', 'The address of the MCP server is not a URL.')
    const url = new URL(address)
    const { mcpHosts, privateHosts } = this.#options
    const known = [...mcpHosts, ...privateHosts].map((host) => host.toLowerCase())
    if (mcpHosts.length > 0 && !known.includes(url.hostname) && !known.includes(url.host))
      throw new VoiceError('invalid_request', 'This server does not use MCP servers of that host (tools.mcpHosts).')
    return url
  }
}

/** Nothing is compiled of what servers send. */
const trusting = {
  getValidator: () => (data: unknown) => ({ valid: true as const, data: data as never, errorMessage: undefined }),
}

const keyOf = ({ url, headers }: ToolServer): string => JSON.stringify([url, headers])

const leave = async ({ client, transport }: Connection): Promise<void> => {
  await Promise.race([transport.terminateSession?.().catch(() => {}), sleep(goodbyeMs, undefined, { ref: false })])
  await client.close()
}

const argumentsOf = (json: string): Record<string, unknown> => {
  try {
    const value: unknown = json.trim() === '' ? {} : JSON.parse(json)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw new VoiceError('invalid_request', 'The arguments of the call are not a JSON object.')
}
