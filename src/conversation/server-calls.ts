/** ServerCalls: calls that servers make for a model, from being wanted to being answered. */
import type { ToolResult } from '../engines/remote-tools.ts'
import type { Calls } from './calls.ts'
import type { ReplyWishes } from './inputs.ts'
import type { Item } from './item.ts'
import type { McpTools } from './server-tool.ts'
import type { PlacedCall, ServerTools } from './server-tools.ts'
import type { Shared } from './shared.ts'

export interface ServerCallsParts extends Pick<Shared, 'items' | 'newId' | 'emit'> {
  readonly calls: Calls
  readonly tools: ServerTools
  /**
   * A call is over, by the item that says so. `wishes`: it was the last that its reply waited for, and what answers it is to be
   * like that.
   */
  readonly answered: (itemId: string, wishes: ReplyWishes | undefined) => void
}

export class ServerCalls {
  readonly #parts: ServerCallsParts
  /** Those that are not over: who makes them, and what the reply that wanted them was to be like. */
  readonly #wanted = new Map<string, { readonly server: McpTools; readonly wishes: ReplyWishes }>()

  constructor(parts: ServerCallsParts) {
    this.#parts = parts
  }

  /** A reply of these wishes wants a call. */
  want(callId: string, server: McpTools, wishes: ReplyWishes): void {
    this.#wanted.set(callId, { server, wishes })
  }

  /** Has a call made whose reply has ended. */
  begin(call: PlacedCall): void {
    const result = this.#parts.tools.begin(call)
    if (result) this.ended(call.itemId, result)
  }

  /** Nobody waits for a call that was not made: the answer that wanted it is over. */
  interrupt(call: PlacedCall): void {
    const item = this.#parts.tools.interrupt(call)
    if (!item) return
    this.#wanted.delete(item.callId)
    this.#parts.calls.answer(item.callId)
  }

  /** What came of the call of this item. False: it is the item of no call that is under way. */
  ended(itemId: string, result: ToolResult): boolean {
    const call = this.#parts.tools.end(itemId, result)
    if (call) this.#answer(call.callId, itemId)
    return call !== undefined
  }

  /** The client allows a call, or does not. */
  decide(
    request: Extract<Item, { readonly type: 'approval-request' }>,
    approval: { readonly id: string; readonly approve: boolean },
  ): void {
    const { items, newId, emit } = this.#parts
    const wanted = this.#wanted.get(request.callId)
    if (!approval.approve || !wanted) {
      this.#answer(request.callId, approval.id)
      return
    }
    const { callId, server, name, arguments: text } = request
    const id = newId('item')
    const made = { callId, server, name, arguments: text, approvalId: request.id } as const
    const item: Item = { id, status: 'running', type: 'server-call', ...made }
    items.add(item)
    emit({ type: 'item.added', item, previousId: items.before(id) })
    this.begin({ itemId: id, index: 0, server: wanted.server })
  }

  #answer(callId: string, itemId: string): void {
    const wanted = this.#wanted.get(callId)
    this.#wanted.delete(callId)
    const wasLast = this.#parts.calls.answer(callId)
    this.#parts.answered(itemId, wasLast ? wanted?.wishes : undefined)
  }
}
