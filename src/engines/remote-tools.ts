/** Remote tools: what a model may use that the server reaches itself, at servers of tools and on the web. */
import type { Work } from './engine.ts'
import type { Tool } from './language-model.ts'

/** Where tools are, as the client named it. `headers` may hold keys. */
export interface ToolServer {
  readonly label: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** A tool as its server describes it. `annotations`: what else it says of it, in its own words. */
export interface RemoteTool extends Tool {
  readonly readOnly: boolean
  readonly annotations?: object
}

/** What came of a call: text for the model, or why there is none, with a message fit for a client. */
export type ToolResult =
  | { readonly type: 'output'; readonly text: string }
  | {
      readonly type: 'failed'
      /** The tool says so itself, its server refused, it could not be asked, or nobody waited for it. */
      readonly by: 'tool' | 'protocol' | 'http' | 'interruption'
      readonly code?: number
      readonly message: string
    }

/** Tools for one session. Throws only `VoiceError`s; whoever opens it closes it, and its connections with it. */
export interface RemoteTools {
  list(server: ToolServer, work: Work): Promise<readonly RemoteTool[]>
  /** `arguments` is JSON text, as the model wrote it. */
  call(server: ToolServer, tool: { readonly name: string; readonly arguments: string }, work: Work): Promise<ToolResult>
  /** What the web says; undefined where the operator named no search engine. */
  readonly search?: (query: string, options: Work & { readonly most: number }) => Promise<string>
  close(): Promise<void>
}
