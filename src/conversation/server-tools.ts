/** ServerTools: what the servers of tools have, what of it a model is offered, and the calls that are under way. */
import type { RemoteTool, ToolResult } from '../engines/remote-tools.ts'
import type { SessionConfig } from './config.ts'
import type { ReplyWishes, Tick } from './inputs.ts'
import type { Item } from './item.ts'
import { type Offer, offerOf } from './offer.ts'
import { allowedOf, listKey, type McpTools, type ServerTool } from './server-tool.ts'
import type { Shared } from './shared.ts'

/** Servers whose tools are kept in mind; the one that was asked longest ago is forgotten. */
const mostLists = 16
/** Calls under way at a time. */
const mostCalls = 16

/** A call that a server is to make, and where it stands in its reply. */
export interface PlacedCall {
  readonly itemId: string
  readonly index: number
  readonly server: McpTools
}

/** What a server was asked, and has. */
interface List {
  readonly itemId: string
  readonly server: McpTools
  readonly tools?: readonly RemoteTool[]
}

const isMcp = (tool: ServerTool): tool is McpTools => tool.type === 'mcp'

export class ServerTools {
  readonly #shared: Shared
  readonly #canSearch: boolean
  /** By what was asked; without tools while the answer is to come. */
  readonly #lists = new Map<string, List>()
  /** Calls under way, with their places in their replies. */
  readonly #calls = new Map<string, number>()

  constructor(shared: Shared, canSearch: boolean) {
    this.#shared = shared
    this.#canSearch = canSearch
  }

  /** Asks the servers that were not asked yet; gives the items of those whose answers are to come. */
  want(tools: readonly ServerTool[]): readonly string[] {
    return tools.filter(isMcp).flatMap((server) => {
      const list = this.#lists.get(listKey(server)) ?? this.#ask(server)
      return list.tools ? [] : [list.itemId]
    })
  }

  #ask(server: McpTools): List {
    const { items, newId, emit, perform } = this.#shared
    const itemId = newId('item')
    const item: Item = { id: itemId, status: 'running', type: 'tool-list', server: server.label, tools: [] }
    const list = { itemId, server }
    this.#lists.set(listKey(server), list)
    const [oldest] = this.#lists.keys()
    if (this.#lists.size > mostLists && oldest !== undefined) this.#lists.delete(oldest)
    items.add(item)
    emit({ type: 'item.added', item, previousId: items.before(itemId) })
    emit({ type: 'tools.listing', itemId })
    const { label, url, headers } = server
    perform({ type: 'list-tools', itemId, server: { label, url, headers } })
    return list
  }

  /** What a server has. One that could not be asked is asked again when it is wanted again. */
  listed({ itemId, tools, problem }: Extract<Tick, { readonly type: 'tools.listed' }>): void {
    const [key, list] = [...this.#lists].find(([, one]) => one.itemId === itemId) ?? []
    const allowed = list ? allowedOf(tools, list.server) : tools
    if (key !== undefined && list) {
      if (problem === undefined) this.#lists.set(key, { ...list, tools: allowed })
      else this.#lists.delete(key)
    }
    const failed = problem === undefined ? {} : { problem }
    const status = problem === undefined ? 'completed' : 'incomplete'
    const item = this.#shared.items.change(itemId, (before) =>
      before.type === 'tool-list' ? { ...before, status, tools: allowed, ...failed } : before,
    )
    if (!item) return
    this.#shared.emit({ type: problem === undefined ? 'tools.listed' : 'tools.not-listed', itemId })
    this.#shared.emit({ type: 'item.done', item, previousId: this.#shared.items.before(itemId) })
  }

  /** What a model is offered. Beside the conversation there is no place for what servers do. `searches`: how often it has searched. */
  offer(config: SessionConfig, wishes: ReplyWishes, searches: number): Offer {
    const functions = wishes.tools ?? config.tools
    const serverTools = wishes.outOfBand ? [] : (wishes.serverTools ?? config.serverTools)
    const servers = serverTools.filter(isMcp).flatMap((server) => {
      const tools = this.#lists.get(listKey(server))?.tools
      return tools ? [{ server, tools }] : []
    })
    const search = this.#canSearch ? serverTools.find((tool) => tool.type === 'web-search') : undefined
    const available = { functions, servers, search: search && searches < search.maxSteps ? search : undefined }
    return offerOf(available, wishes.toolChoice ?? config.toolChoice)
  }

  /** Has a call made; gives its result where it cannot be made now. */
  begin({ itemId, index, server }: PlacedCall): ToolResult | undefined {
    const { items, emit, perform } = this.#shared
    const item = items.get(itemId)
    if (item?.type !== 'server-call') return undefined
    this.#calls.set(itemId, index)
    emit({ type: 'server-call.started', itemId, index })
    if (this.#calls.size > mostCalls) return { type: 'failed', by: 'tool', message: 'Too many calls are under way.' }
    const { label, url, headers } = server
    perform({ type: 'run-tool', itemId, server: { label, url, headers }, name: item.name, arguments: item.arguments })
    return undefined
  }

  /** Ends a call that was never made. */
  interrupt({ itemId, index }: PlacedCall): ReturnType<ServerTools['end']> {
    this.#calls.set(itemId, index)
    const message = 'The answer was interrupted before this call was made.'
    return this.end(itemId, { type: 'failed', by: 'interruption', message })
  }

  /** The result of a call, once; gives its item, unless that is gone. */
  end(itemId: string, result: ToolResult): Extract<Item, { readonly type: 'server-call' }> | undefined {
    const index = this.#calls.get(itemId)
    this.#calls.delete(itemId)
    if (index === undefined) return undefined
    const status = result.type === 'output' ? 'completed' : 'incomplete'
    const item = this.#shared.items.change(itemId, (before) =>
      before.type === 'server-call' ? { ...before, status, result } : before,
    )
    if (item?.type !== 'server-call') return undefined
    const type = result.type === 'output' ? 'server-call.completed' : 'server-call.failed'
    this.#shared.emit({ type, itemId, index })
    this.#shared.emit({ type: 'item.done', item, previousId: this.#shared.items.before(itemId) })
    return item
  }
}
