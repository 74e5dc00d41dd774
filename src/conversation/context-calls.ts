/** Calls in a conversation as models are told of them: which there were, and what came of each. */
import type { ToolResult } from '../engines/remote-tools.ts'
import type { Item } from './item.ts'

/** A call under the name that the model knows. */
export interface ToldCall {
  readonly callId: string
  readonly name: string
  readonly arguments: string
}

/** What came of a call, and the place of that among the items. */
export interface ToldResult {
  readonly output: string
  readonly index: number
}

/** How a model knows a server's tool. */
export type NameOf = (server: string, name: string) => string

/** The call that an item is; undefined for others, and for a wish that was granted: the call that was made stands for it. */
export const callOf = (item: Item, nameOf: NameOf, granted: ReadonlySet<string>): ToldCall | undefined => {
  switch (item.type) {
    case 'call':
    case 'search':
      return item
    case 'server-call':
      return { ...item, name: nameOf(item.server, item.name) }
    case 'approval-request':
      return granted.has(item.id) ? undefined : { ...item, name: nameOf(item.server, item.name) }
    default:
      return undefined
  }
}

/** A result as a model is told it. */
const outputOf = (result: ToolResult): string =>
  result.type === 'output' ? result.text : JSON.stringify({ error: result.message })

/** The wishes that were granted, by the ids of their items. */
export const grantedIn = (items: readonly Item[]): ReadonlySet<string> =>
  new Set(items.flatMap((item) => (item.type === 'approval' && item.approve ? [item.requestId] : [])))

/** What came of each call that is over, by its id. */
export const resultsIn = (items: readonly Item[]): ReadonlyMap<string, ToldResult> => {
  const results = new Map<string, ToldResult>()
  const asked = new Map<string, string>()
  for (const [index, item] of items.entries()) {
    if (item.type === 'approval-request') asked.set(item.id, item.callId)
    if (item.type === 'call-output') results.set(item.callId, { output: item.output, index })
    if ((item.type === 'server-call' || item.type === 'search') && item.result)
      results.set(item.callId, { output: outputOf(item.result), index })
    if (item.type === 'approval' && !item.approve) {
      const callId = asked.get(item.requestId)
      const error = `The user did not allow this.${item.reason ? ` ${item.reason}` : ''}`
      if (callId !== undefined) results.set(callId, { output: JSON.stringify({ error }), index })
    }
  }
  return results
}
