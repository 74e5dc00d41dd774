/** ServerTool: a tool that the server runs itself, what a model is offered of it, and when the user is asked first. */
import type { RemoteTool, ToolServer } from '../engines/remote-tools.ts'

/** Tools by name, by whether they only read, or by both. */
export interface ToolFilter {
  readonly names?: readonly string[]
  readonly readOnly?: boolean
}

/** Which tools the client is asked about before they are called. */
export type Approval = 'always' | 'never' | { readonly always?: ToolFilter; readonly never?: ToolFilter }

/** The tools of a server that the client named. */
export interface McpTools extends ToolServer {
  readonly type: 'mcp'
  /** Undefined: all that the server has. */
  readonly allowed?: ToolFilter
  readonly approval: Approval
}

export interface WebSearch {
  readonly type: 'web-search'
  readonly maxResults: number
  /** How often one reply may search. */
  readonly maxSteps: number
}

export type ServerTool = McpTools | WebSearch

const matches = ({ names, readOnly }: ToolFilter, tool: RemoteTool): boolean =>
  (names === undefined || names.includes(tool.name)) && (readOnly === undefined || readOnly === tool.readOnly)

/** Of what a server has, what the client wants used. */
export const allowedOf = (tools: readonly RemoteTool[], { allowed }: McpTools): readonly RemoteTool[] =>
  allowed ? tools.filter((tool) => matches(allowed, tool)) : tools

/** Whether the client is asked first. What no filter names is asked about: silence is no consent. */
export const needsApproval = (tool: RemoteTool, { approval }: McpTools): boolean => {
  if (typeof approval === 'string') return approval === 'always'
  if (approval.always && matches(approval.always, tool)) return true
  return !(approval.never && matches(approval.never, tool))
}

/** What has to be asked of a server again when it changes. */
export const listKey = ({ label, url, headers, allowed }: McpTools): string =>
  JSON.stringify([label, url, headers, allowed])
