/** ItemEdits: what clients do to the items of a conversation. */
import type { Calls } from './calls.ts'
import { cutPart } from './heard-text.ts'
import type { Command } from './inputs.ts'
import type { Item } from './item.ts'
import type { ItemWords } from './item-words.ts'
import { withPart } from './items.ts'
import type { HeardReply } from './playback.ts'
import type { Refused } from './refusal.ts'
import type { Replies } from './replies.ts'
import { type Shared, unknownItem } from './shared.ts'

type Asked<Type extends Command['type']> = Extract<Command, { readonly type: Type }>

export class ItemEdits {
  readonly #shared: Shared
  readonly #replies: Replies
  readonly #calls: Calls
  readonly #words: ItemWords

  constructor(shared: Shared, parts: { readonly replies: Replies; readonly calls: Calls; readonly words: ItemWords }) {
    this.#shared = shared
    this.#replies = parts.replies
    this.#calls = parts.calls
    this.#words = parts.words
  }

  /** Puts an item where the client wants it. */
  create({ item: sent, afterId, audio }: Asked<'item.create'>): Refused | undefined {
    if (sent.id !== '' && this.#shared.items.get(sent.id)) {
      return { reason: 'duplicate-item', message: `There is already an item ${sent.id}.`, param: 'item.id' }
    }
    if (typeof afterId === 'string' && !this.#shared.items.get(afterId)) return unknownItem(afterId, 'previous_item_id')
    if (sent.type === 'call-output' && this.#calls.isAnswered(sent.callId)) {
      return {
        reason: 'duplicate-output',
        message: `The call ${sent.callId} already has its output.`,
        param: 'item.call_id',
      }
    }
    const refused = sent.type === 'approval' ? this.#undecidable(sent.requestId) : undefined
    if (refused) return refused
    if (sent.type !== 'approval') this.#replies.saidAnew()
    const id = sent.id || this.#shared.newId('item')
    // A call that was made elsewhere is known by its item.
    const item: Item = { ...sent, id, status: 'completed', ...(sent.type === 'server-call' && { callId: id }) }
    this.#shared.items.add(item, afterId)
    const previousId = this.#shared.items.before(item.id)
    this.#shared.emit({ type: 'item.added', item, previousId })
    this.#shared.emit({ type: 'item.done', item, previousId })
    if (audio) this.#words.transcribe(item.id, audio)
    if (item.type === 'call-output') this.#takeResult(item.callId, item.id)
    if (item.type === 'approval') {
      const request = this.#shared.items.get(item.requestId)
      if (request?.type === 'approval-request') this.#replies.serverCalls.decide(request, item)
    }
    return undefined
  }

  /** Why nothing can be decided: it was never asked, or it was decided before. */
  #undecidable(requestId: string): Refused | undefined {
    const { items } = this.#shared
    const param = 'item.approval_request_id'
    if (items.get(requestId)?.type !== 'approval-request')
      return { reason: 'invalid-value', message: `Nothing was asked for as ${requestId}.`, param }
    if (items.all.some((item) => item.type === 'approval' && item.requestId === requestId))
      return { reason: 'duplicate-output', message: `What ${requestId} asks has been decided.`, param }
    return undefined
  }

  #takeResult(callId: string, itemId: string): void {
    const wasLast = this.#calls.answer(callId)
    const { main } = this.#replies
    main?.lateResults.add(itemId)
    if (wasLast && this.#shared.config().answerToolResults) this.#replies.owe('results')
  }

  retrieve(itemId: string): Refused | undefined {
    const item = this.#shared.items.get(itemId)
    if (!item) return unknownItem(itemId, 'item_id')
    this.#shared.emit({ type: 'item.retrieved', item })
    return undefined
  }

  delete(itemId: string): Refused | undefined {
    const item = this.#shared.items.get(itemId)
    if (!item) return unknownItem(itemId, 'item_id')
    const run = this.#replies.saying(itemId)
    if (run) this.#replies.close(run, 'cancelled', { cause: 'client' })
    this.#shared.items.remove(itemId)
    this.#shared.turns.forget(itemId)
    this.#shared.voice.forget(itemId)
    if ('callId' in item) this.#calls.forget(item.callId)
    this.#shared.emit({ type: 'item.deleted', itemId })
    this.#replies.wordsCame(itemId)
    return undefined
  }

  /** Only what an assistant said aloud can be cut. */
  truncate({ itemId, partIndex, heardMs }: Asked<'item.truncate'>): Refused | undefined {
    const item = this.#shared.items.get(itemId)
    if (!item) return unknownItem(itemId, 'item_id')
    const part = item.type === 'message' && item.role === 'assistant' ? item.parts[partIndex] : undefined
    if (part?.type !== 'audio') {
      return { reason: 'not-audio', message: 'Only model output audio messages can be truncated.' }
    }
    this.cut(itemId, partIndex, heardMs)
    return undefined
  }

  /** A spoken reply is over; what of it was not heard is not remembered. `heardMs`: where it was dropped; undefined: nowhere. */
  cutUnheard({ items, audioMs: wholeMs, broken }: Readonly<HeardReply>, heardMs: number | undefined): void {
    for (const { itemId, fromMs, audioMs } of items) {
      const itemMs = Math.min(Math.max(0, (heardMs ?? wholeMs) - fromMs), audioMs)
      const breaksOff = broken && itemId === items.at(-1)?.itemId
      const unheard = heardMs !== undefined && (itemMs < audioMs || itemMs === 0)
      if (unheard || breaksOff) this.cut(itemId, 0, itemMs, breaksOff)
    }
  }

  /** So much of a part was heard; what is still being said is cut once it has been. `broken`: see `heardText`. */
  cut(itemId: string, partIndex: number, heardMs: number, broken = false): void {
    const running = this.#replies.saying(itemId)
    running?.cut(heardMs)
    const item = running
      ? this.#shared.items.get(itemId)
      : this.#shared.items.change(itemId, (whole) =>
          withPart(whole, partIndex, (part) => cutPart(part, heardMs, broken)),
        )
    const part = item?.type === 'message' ? item.parts[partIndex] : undefined
    if (!item || part?.type !== 'audio') return
    const most = running ? heardMs : (part.heardMs ?? heardMs)
    this.#shared.emit({ type: 'item.truncated', itemId, partIndex, heardMs: Math.round(most), item })
  }
}
