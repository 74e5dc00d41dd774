/** Why an MCP server or one of its tools gave nothing, in words fit for a client: no header, no address, no key. */
import type { ToolResult } from '../engines/remote-tools.ts'
import { VoiceError } from '../errors.ts'

type Failure = Extract<ToolResult, { readonly type: 'failed' }>

/** JSON-RPC's number for "it took too long", as the SDK uses it. */
const tookTooLong = -32_001
const longestMessage = 300

const named = (error: unknown, name: string): { code?: number; message: string } | undefined =>
  error instanceof Error && (error.name === name || error.constructor.name === name)
    ? (error as { code?: number; message: string })
    : undefined

/** How a call failed. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof VoiceError) return { type: 'failed', by: 'tool', message: error.message }
  const protocol = named(error, 'McpError')
  if (protocol?.code === tookTooLong)
    return { type: 'failed', by: 'protocol', code: tookTooLong, message: 'The tool did not answer in time.' }
  if (protocol) {
    const message = protocol.message.replace(/^(MCP error -?\d+: )+/, '').slice(0, longestMessage)
    return { type: 'failed', by: 'protocol', ...(protocol.code !== undefined && { code: protocol.code }), message }
  }
  const http = named(error, 'StreamableHTTPError') ?? named(error, 'SseError')
  if (http?.code !== undefined && http.code > 0)
    return { type: 'failed', by: 'http', code: http.code, message: `The MCP server answered with HTTP ${http.code}.` }
  return { type: 'failed', by: 'tool', message: 'The MCP server could not be reached, or does not speak MCP.' }
}

/** The same as an error, for what is no call. */
export const problemOf = (error: unknown): VoiceError => {
  if (error instanceof VoiceError) return error
  const { message } = failureOf(error)
  return new VoiceError('provider_failed', message.replace('The tool ', 'The MCP server '))
}
