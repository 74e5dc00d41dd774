/** openRemoteTools: MCP servers and web search for one session, as far as the operator allows them. */
import type { RemoteTools } from '../engines/remote-tools.ts'
import { VoiceError } from '../errors.ts'
import { McpServers } from './mcp-servers.ts'
import { type SearchEngine, searchWith } from './search.ts'

export interface RemoteToolsOptions {
  /** Whether clients may name MCP servers. */
  readonly mcp: boolean
  /** Where those may be; empty: anywhere. */
  readonly mcpHosts: readonly string[]
  /** Where those may be on the operator's own network. */
  readonly privateHosts: readonly string[]
  readonly search: SearchEngine | 'none'
  readonly searchUrl?: string | undefined
  readonly searchApiKey?: string | undefined
  /** How long one call or one search may take. */
  readonly timeoutMs: number
}

/** Connects to nothing yet. */
export const openRemoteTools = (options: RemoteToolsOptions): RemoteTools => {
  const { search: engine, searchUrl: url, searchApiKey: apiKey, timeoutMs } = options
  const servers = new McpServers(options)
  const allowed = (): McpServers => {
    if (options.mcp) return servers
    throw new VoiceError('unavailable', 'This server uses no MCP servers; its operator can allow them (tools.mcp).')
  }
  return {
    list: async (server, work) => allowed().list(server, work),
    call: async (server, tool, work) => allowed().call(server, tool, work),
    ...(engine !== 'none' && { search: searchWith({ engine, url, apiKey, timeoutMs }) }),
    close: () => servers.close(),
  }
}
