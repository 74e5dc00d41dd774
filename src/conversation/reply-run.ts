/** ReplyRun: one reply while it runs, from its first event to its last. */
import { durationMs } from '../audio/frame.ts'
import type { SessionEvent } from './events.ts'
import { cutPart } from './heard-text.ts'
import type { Progress, ReplyWishes } from './inputs.ts'
import type { Item } from './item.ts'
import { type Items, withPart } from './items.ts'
import type { Offer, Target } from './offer.ts'
import type { Reply, ReplyStatus } from './reply.ts'
import { ReplyMessage } from './reply-message.ts'
import { addedUsage, type ReportedUsage, replyUsage } from './reply-usage.ts'
import { needsApproval } from './server-tool.ts'
import type { PlacedCall } from './server-tools.ts'

export interface ReplyParts {
  readonly reply: Reply
  readonly wishes: ReplyWishes
  readonly answersResults: boolean
  readonly items: Items
  readonly newItemId: () => string
  readonly emit: (event: SessionEvent) => void
}

export class ReplyRun {
  readonly wishes: ReplyWishes
  /** Nobody asked for it but the results of tools. */
  readonly answersResults: boolean
  /** Items whose words are still to come before the model can be asked. */
  readonly waitsFor = new Set<string>()
  /** True once the model has been asked. */
  asked = false
  /** Results of tools that came while it ran: items that it does not speak of. */
  readonly lateResults = new Set<string>()
  /** Those of the reply before it: it does. */
  news: ReadonlySet<string> = new Set()
  /** Tokens of the user's audio in what the model was given. */
  inputAudioTokens = 0
  /** What the model was offered. */
  offer: Offer | undefined
  /** Calls that are made once it has ended. */
  readonly serverCalls: PlacedCall[] = []
  /** How often it has looked something up, and what of that is still to come. */
  searches = 0
  readonly searching = new Set<string>()
  /** Whether the model has looked something up since it was asked, and waits for nobody else. */
  hasLookedUp = false
  /** True while it waits for what is looked up alone. */
  rests = false
  /** What it looked up. */
  readonly found: string[] = []
  readonly #items: Items
  readonly #newItemId: () => string
  readonly #emit: (event: SessionEvent) => void
  #reply: Reply
  #open: ReplyMessage | undefined
  #index = 0
  #characters = 0
  #audioMs = 0
  #hasAudio = false
  /** Where the model went on after a search: its text and the voice's audio count from there. */
  #from = { characters: 0, ms: 0 }
  #reported: ReportedUsage | undefined
  /** Calls that it made, searches apart. */
  readonly callIds: string[] = []

  constructor({ reply, wishes, answersResults, items, newItemId, emit }: ReplyParts) {
    this.wishes = wishes
    this.answersResults = answersResults
    this.#items = items
    this.#newItemId = newItemId
    this.#emit = emit
    this.#reply = reply
  }

  /** As it is so far. */
  get reply(): Reply {
    return this.#reply
  }

  get id(): string {
    return this.#reply.id
  }

  get outOfBand(): boolean {
    return this.#reply.outOfBand
  }

  /** The message that is being said. */
  get openItemId(): string | undefined {
    return this.#open?.itemId
  }

  /** True once it has an item. */
  get hasSaid(): boolean {
    return this.#index > 0
  }

  /** True once any of the answer could be heard; a filler is none. */
  get hasAudio(): boolean {
    return this.#hasAudio
  }

  progress(progress: Exclude<Progress, { type: 'reply.ended' | 'reply.failed' }>): void {
    const replyId = this.id
    switch (progress.type) {
      case 'reply.generating':
        if (this.searches > 0) break
        this.#emit({ type: 'reply.generating', replyId })
        break
      case 'reply.text':
        if (progress.delta !== '' || progress.tags) this.#say(progress)
        break
      case 'reply.audio': {
        const open = this.#message()
        const frame = open.sound(progress.frame)
        this.#audioMs += durationMs(frame)
        if (!open.isFiller) this.#hasAudio = true
        this.#emit({ type: 'reply.audio', ...this.#place(open), frame })
        break
      }
      case 'reply.word': {
        const open = this.#message()
        this.#emit({ type: 'reply.word', ...this.#place(open), ...open.word(progress, this.#from) })
        break
      }
      case 'reply.call':
        this.#call(progress)
        break
      case 'reply.usage':
        this.#reported = addedUsage(this.#reported, progress)
        break
      default:
        progress satisfies never
    }
  }

  /** Looks something up beside what is told; gives the item that the result belongs to. */
  search({ callId, name, arguments: text }: Extract<Progress, { type: 'reply.call' }>): string {
    this.#closeMessage('completed')
    const itemId = this.#newItemId()
    this.#items.add({ id: itemId, status: 'running', type: 'search', callId, name, arguments: text })
    this.searching.add(itemId)
    this.hasLookedUp = true
    this.found.push(itemId)
    return itemId
  }

  /** The model is asked again, with what was found. */
  goOn(): void {
    this.rests = false
    this.hasLookedUp = false
    this.searches += 1
    this.#from = { characters: this.#characters, ms: this.#audioMs }
  }

  /** A call that the server makes, or is allowed to make, once the reply has ended. */
  serverCall(call: Extract<Progress, { type: 'reply.call' }>, target: Extract<Target, { type: 'server' }>): void {
    const { server, tool } = target
    const { callId, arguments: text } = call
    this.#closeMessage('completed')
    this.callIds.push(callId)
    const itemId = this.#newItemId()
    const index = this.#index
    this.#index += 1
    const asks = needsApproval(tool, server)
    const made = { id: itemId, callId, server: server.label, name: tool.name, arguments: text } as const
    if (asks) {
      this.#begin({ ...made, status: 'completed', type: 'approval-request' }, index)
      this.#end({ ...made, status: 'completed', type: 'approval-request' }, index)
      return
    }
    this.#begin({ ...made, arguments: '', status: 'running', type: 'server-call' }, index)
    const place = { replyId: this.id, itemId, index, callId, byServer: true } as const
    if (text !== '') this.#emit({ type: 'reply.call-delta', ...place, delta: text })
    this.#emit({ type: 'reply.call-done', ...place, name: tool.name, arguments: text })
    const item: Item = { ...made, status: 'completed', type: 'server-call' }
    this.#reply = { ...this.#reply, items: [...this.#reply.items, item] }
    // To the conversation it is done once its result is there.
    this.#items.change(itemId, () => ({ ...item, status: 'running' }))
    this.#emit({ type: 'reply.item-done', replyId: this.id, index, item })
    this.serverCalls.push({ itemId, index, server })
  }

  /** Notes how much of the message that is being said was heard. */
  cut(heardMs: number): void {
    if (this.#open) this.#open.heardMs = heardMs
  }

  /** Closes what is open, from the inside out, and ends. */
  close(
    status: Exclude<ReplyStatus, 'running'>,
    why: { readonly cause?: Reply['cause']; readonly error?: Reply['error'] } = {},
  ): void {
    this.#closeMessage(status === 'completed' ? 'completed' : 'incomplete')
    this.#reply = {
      ...this.#reply,
      status,
      ...(why.cause ? { cause: why.cause } : {}),
      ...(why.error ? { error: why.error } : {}),
      usage: replyUsage(
        status,
        { items: this.#reply.items, audioMs: this.#audioMs },
        { reported: this.#reported, inputAudioTokens: this.asked ? this.inputAudioTokens : 0 },
      ),
    }
    this.#emit({ type: 'reply.finished', reply: this.#reply })
  }

  get #spoken(): boolean {
    return this.#reply.modalities.audio
  }

  #place({ itemId, index }: ReplyMessage) {
    return { replyId: this.id, itemId, index, partIndex: 0 }
  }

  /** The open message; begins one if there is none. */
  #message(): ReplyMessage {
    if (this.#open) return this.#open
    const open = new ReplyMessage({
      itemId: this.#newItemId(),
      index: this.#index,
      from: { characters: this.#characters, ms: this.#audioMs },
      spoken: this.#spoken,
    })
    this.#open = open
    this.#index += 1
    this.#begin({ id: open.itemId, status: 'running', type: 'message', role: 'assistant', parts: [] }, open.index)
    const { part } = open
    this.#items.change(open.itemId, (item) => (item.type === 'message' ? { ...item, parts: [part] } : item))
    this.#emit({ type: 'reply.part-added', ...this.#place(open), part })
    return open
  }

  #begin(item: Item, index: number): void {
    this.#emit({ type: 'reply.item-added', replyId: this.id, index, item })
    if (this.outOfBand) return
    this.#items.add(item)
    this.#emit({ type: 'item.added', item, previousId: this.#items.before(item.id) })
  }

  #end(item: Item, index: number): void {
    this.#reply = { ...this.#reply, items: [...this.#reply.items, item] }
    this.#emit({ type: 'reply.item-done', replyId: this.id, index, item })
    if (this.outOfBand || !this.#items.get(item.id)) return
    this.#items.change(item.id, () => item)
    this.#emit({ type: 'item.done', item, previousId: this.#items.before(item.id) })
  }

  #say(said: Extract<Progress, { type: 'reply.text' }>): void {
    const { delta, tags = [], filler } = said
    const open = this.#message()
    open.say(said)
    this.#characters += delta.length
    // What is said so far can be asked for, and be cut, while more is said.
    this.#items.change(open.itemId, (item) => withPart(item, 0, () => open.part))
    const told = { delta, ...(tags.length > 0 && { tags }), ...(filler && { filler }) }
    if (delta !== '' || tags.length > 0)
      this.#emit({ type: 'reply.text', ...this.#place(open), ...told, spoken: this.#spoken })
  }

  #closeMessage(status: 'completed' | 'incomplete'): void {
    const open = this.#open
    if (!open) return
    this.#open = undefined
    const { part } = open
    this.#emit({ type: 'reply.part-done', ...this.#place(open), part })
    this.#end({ id: open.itemId, status, type: 'message', role: 'assistant', parts: [part] }, open.index)
    const { heardMs } = open
    if (heardMs !== undefined) {
      this.#items.change(open.itemId, (item) => withPart(item, 0, (whole) => cutPart(whole, heardMs)))
    }
  }

  #call({ callId, name, arguments: text }: Extract<Progress, { type: 'reply.call' }>): void {
    this.#closeMessage('completed')
    const itemId = this.#newItemId()
    const index = this.#index
    this.#index += 1
    this.callIds.push(callId)
    const call = { id: itemId, type: 'call', callId, name } as const
    this.#begin({ ...call, status: 'running', arguments: '' }, index)
    if (text !== '') this.#emit({ type: 'reply.call-delta', replyId: this.id, itemId, index, callId, delta: text })
    this.#emit({ type: 'reply.call-done', replyId: this.id, itemId, index, callId, name, arguments: text })
    this.#end({ ...call, status: 'completed', arguments: text }, index)
  }
}
