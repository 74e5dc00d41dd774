/** Realtime: tools that the server runs, as clients write them, and the items that tell of them. */
import type { SessionToolChoice } from '../../conversation/config.ts'
import type { Item } from '../../conversation/item.ts'
import type { Approval, McpTools, ServerTool, ToolFilter, WebSearch } from '../../conversation/server-tool.ts'
import type { ToolResult } from '../../engines/remote-tools.ts'
import { clamp, isObject, type JsonObject } from '../wire-json.ts'
import type { WireItem, WireTool } from './messages.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )

/** A list of names, or a filter. Undefined where nothing is said: then it filters nothing. */
const filterOf = (wire: unknown): ToolFilter | undefined => {
  const { tool_names: listed, read_only: readOnly } = (
    Array.isArray(wire) ? { tool_names: wire } : (wire ?? {})
  ) as JsonObject
  const names = Array.isArray(listed) ? listed.filter((name) => typeof name === 'string') : undefined
  if (!names && typeof readOnly !== 'boolean') return undefined
  return { ...(names && { names }), ...(typeof readOnly === 'boolean' && { readOnly }) }
}

/** Where nothing is said, the user is always asked. */
const approvalOf = (wire: unknown): Approval => {
  if (!isObject(wire)) return wire === 'never' ? 'never' : 'always'
  const always = filterOf(wire.always)
  const never = filterOf(wire.never)
  return { ...(always && { always }), ...(never && { never }) }
}

const mcpTools = (tool: WireTool): McpTools => {
  const allowed = filterOf(tool.allowed_tools)
  const token = text(tool.authorization)
  return {
    type: 'mcp',
    label: text(tool.server_label),
    url: text(tool.server_url),
    headers: {
      ...textsOf(tool.headers),
      ...(token !== '' && { authorization: `Bearer ${token.replace(/^bearer /i, '')}` }),
    },
    ...(allowed && { allowed }),
    approval: approvalOf(tool.require_approval),
  }
}

const count = (value: unknown, usual: number, most: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? clamp(Math.round(value), 1, most) : usual

const webSearch = ({ providerData, provider_data: older }: WireTool): WebSearch => {
  const data = isObject(providerData) ? providerData : isObject(older) ? older : {}
  return { type: 'web-search', maxResults: count(data.max_results, 3, 10), maxSteps: count(data.max_steps, 1, 5) }
}

/** Those of the tools that the server runs; which search engine serves is the operator's choice. */
export const readServerTools = (tools: readonly WireTool[]): readonly ServerTool[] =>
  tools.flatMap((tool): readonly ServerTool[] => {
    if (tool.type === 'mcp') return [mcpTools(tool)]
    return tool.type === 'web_search' ? [webSearch(tool)] : []
  })

/** The tools as they are given back: without what lets one in elsewhere. */
export const withoutKeys = (tools: readonly WireTool[]): readonly JsonObject[] =>
  tools.map((tool) => {
    const { authorization: _, headers: __, ...told } = tool
    return tool.type === 'mcp' ? told : tool
  })

/** A choice that demands the tools of a server; undefined for others. */
export const readServerChoice = (choice: JsonObject): SessionToolChoice | undefined => {
  if (choice.type !== 'mcp' || typeof choice.server_label !== 'string') return undefined
  return { server: choice.server_label, ...(typeof choice.name === 'string' && { tool: choice.name }) }
}

export const serverChoiceBody = (choice: { readonly server: string; readonly tool?: string }): JsonObject => ({
  type: 'mcp',
  server_label: choice.server,
  ...(choice.tool !== undefined && { name: choice.tool }),
})

type ServerItem = Extract<
  Item,
  { readonly type: 'tool-list' | 'server-call' | 'approval-request' | 'approval' | 'search' }
>
type WireServerItem = Extract<WireItem, { readonly type: `mcp_${string}` }>

/** What a client tells of such items: what it decides, and calls that were made elsewhere; other items are only kept. */
export const readServerItem = (wire: WireServerItem): Item => {
  const base = { id: wire.id ?? '', status: 'completed' } as const
  if (wire.type === 'mcp_approval_response') {
    const { approval_request_id: requestId, approve, reason } = wire
    return { ...base, type: 'approval', requestId, approve, ...(reason != null && { reason }) }
  }
  const { server_label: server, name, arguments: given, output } = wire as JsonObject
  const texts = [server, name, given, output].every((value) => typeof value === 'string')
  if (wire.type !== 'mcp_call' || !texts) return { ...base, type: 'other', wire }
  const result: ToolResult = { type: 'output', text: output as string }
  const call = { server: server as string, name: name as string, arguments: given as string }
  return { ...base, type: 'server-call', callId: '', ...call, result }
}

const errorBody = (result: Extract<ToolResult, { readonly type: 'failed' }>): JsonObject => {
  const { by, code, message } = result
  if (by === 'http') return { type: 'http_error', code: code ?? 502, message }
  if (by === 'protocol') return { type: 'protocol_error', code: code ?? -32_603, message }
  return { type: 'tool_execution_error', message }
}

/** Such an item as it is told, besides its id. */
export const serverItemBody = (item: ServerItem, status: string): JsonObject => {
  switch (item.type) {
    case 'tool-list':
      return {
        type: 'mcp_list_tools',
        server_label: item.server,
        tools: item.tools.map(({ name, description, parameters, annotations }) => ({
          name,
          description,
          input_schema: parameters,
          annotations: annotations ?? null,
        })),
        ...(item.problem !== undefined && { error: item.problem }),
      }
    case 'server-call': {
      const { server, name, result, approvalId, arguments: given } = item
      return {
        type: 'mcp_call',
        status,
        server_label: server,
        name,
        arguments: given,
        approval_request_id: approvalId ?? null,
        output: result?.type === 'output' ? result.text : null,
        error: result?.type === 'failed' ? errorBody(result) : null,
      }
    }
    case 'approval-request':
      return { type: 'mcp_approval_request', server_label: item.server, name: item.name, arguments: item.arguments }
    case 'approval':
      return {
        type: 'mcp_approval_response',
        approval_request_id: item.requestId,
        approve: item.approve,
        reason: item.reason ?? null,
      }
    case 'search':
      return { type: 'web_search_call', status }
    default:
      throw item satisfies never
  }
}
