/** What MCP servers send, as tools and as text for a model. */
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js'
import type { RemoteTool, ToolResult } from '../engines/remote-tools.ts'

/** Longest result that a model is given, in characters. */
const longestResult = 32_768
const longestDescription = 4096

/** A tool as a model is to be told of it. */
export const toTool = ({ name, description, inputSchema, annotations }: Tool): RemoteTool => ({
  name,
  description: (description ?? annotations?.title ?? '').slice(0, longestDescription),
  parameters: inputSchema,
  readOnly: annotations?.readOnlyHint === true,
  ...(annotations && { annotations }),
})

const partText = (part: CallToolResult['content'][number]): string => {
  switch (part.type) {
    case 'text':
      return part.text
    case 'resource':
      return 'text' in part.resource ? part.resource.text : `[${part.resource.uri}]`
    case 'resource_link':
      return `${part.title ?? part.name}: ${part.uri}`
    case 'image':
    case 'audio':
      return `[${part.type}]`
    default:
      return part satisfies never
  }
}

/** The text of a result, cut to what a model can use. */
export const toolResult = ({ content, structuredContent, isError }: CallToolResult): ToolResult => {
  const said = content.map(partText).join('\n')
  const whole = said === '' && structuredContent ? JSON.stringify(structuredContent) : said
  const text = whole.length > longestResult ? `${whole.slice(0, longestResult)}… (cut short)` : whole
  if (isError) return { type: 'failed', by: 'tool', message: text.slice(0, 2000) || 'The tool failed.' }
  return { type: 'output', text }
}
