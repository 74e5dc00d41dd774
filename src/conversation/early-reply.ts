/** EarlyReply: the reply that is prepared at a likely end of a turn, and whether it is still the one to give. */
import { turnDetectionOf } from './config.ts'
import type { ReplyRequest } from './effects.ts'
import type { Item } from './item.ts'
import { withPart } from './items.ts'
import { same } from './same.ts'
import type { Shared } from './shared.ts'
import type { VoiceSource } from './user-voice.ts'

/** Replies that are prepared for one turn, so that somebody who speaks haltingly does not multiply what a model is asked. */
const startsPerTurn = 2

/** Words as they are however a recognizer writes them. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}']+/gu, ' ')
    .trim()

interface Prepared {
  readonly replyId: string
  /** What the user was saying. */
  readonly itemId: string
  /** What the model was asked, with the user's words plain and only the mood of the voice. */
  readonly asked: ReplyRequest
}

/** What the conversation would be answered with now. */
export interface Plan {
  /** Whether nobody is answering yet. */
  readonly isFree: () => boolean
  /** Undefined where the context is too long. */
  readonly request: (replyId: string, items: readonly Item[], voice?: VoiceSource) => ReplyRequest | undefined
}

/** Nothing of it is told: what a prepared reply says is kept by the session until `adopt` gives it out. */
export class EarlyReply {
  readonly #shared: Shared
  readonly #plan: Plan
  #said: { readonly itemId: string; readonly text: string } | undefined
  #prepared: Prepared | undefined
  #starts: { readonly itemId: string; readonly count: number } | undefined

  constructor(shared: Shared, plan: Plan) {
    this.#shared = shared
    this.#plan = plan
  }

  /** What the user has said by now, of an item that is not there yet. */
  words(itemId: string, text: string): void {
    this.#said = { itemId, text }
  }

  /** The user has probably finished: prepares the answer to the words so far, unless that is done. */
  prepare(itemId: string): void {
    const text = this.#said?.itemId === itemId ? this.#said.text : ''
    const count = this.#starts?.itemId === itemId ? this.#starts.count : 0
    if (this.#prepared || !this.#isWanted || !this.#plan.isFree() || count >= startsPerTurn || plain(text) === '')
      return
    if (this.#shared.turns.awaited.length > 0) return
    const context = this.#context(itemId, text)
    if (!context) return
    const replyId = this.#shared.newId('reply')
    const request = this.#plan.request(replyId, context)
    const asked = this.#essence(context, itemId)
    if (!request || !asked) return
    this.#starts = { itemId, count: count + 1 }
    this.#prepared = { replyId, itemId, asked }
    this.#shared.perform({ type: 'prepare-reply', request })
  }

  drop(): void {
    if (!this.#prepared) return
    this.#shared.perform({ type: 'drop-prepared', replyId: this.#prepared.replyId })
    this.#prepared = undefined
  }

  /** Drops what would no longer be the answer. */
  review(): void {
    if (this.#prepared && !this.#isStillRight(this.#prepared)) this.drop()
  }

  /** Id of the prepared reply if it answers just this, which is then taken; any other is dropped. */
  adopt(
    context: readonly Item[],
    request: (items: readonly Item[], voice: VoiceSource) => ReplyRequest | undefined,
  ): string | undefined {
    const prepared = this.#prepared
    if (!prepared) return undefined
    const asked = request(plainly(context, prepared.itemId), this.#shared.voice.mood)
    if (!asked || !same({ ...asked, replyId: '' }, prepared.asked)) {
      this.drop()
      return undefined
    }
    this.#prepared = undefined
    return prepared.replyId
  }

  get #isWanted(): boolean {
    const config = this.#shared.config()
    return (
      config.kind === 'conversation' && config.earlyStart !== false && turnDetectionOf(config)?.createReply === true
    )
  }

  #isStillRight({ itemId, asked }: Prepared): boolean {
    if (!this.#isWanted || !this.#plan.isFree()) return false
    const context = this.#context(itemId, this.#said?.itemId === itemId ? this.#said.text : '')
    return context !== undefined && same(this.#essence(context, itemId), asked)
  }

  #essence(context: readonly Item[], itemId: string): ReplyRequest | undefined {
    return this.#plan.request('', plainly(context, itemId), this.#shared.voice.mood)
  }

  /** The conversation as it will be once the user has finished; undefined when what is being said was thrown away. */
  #context(itemId: string, text: string): readonly Item[] | undefined {
    const { items, turns } = this.#shared
    const said = (item: Item): Item =>
      withPart(item, 0, (part) => (part.type === 'audio' ? { ...part, text: part.text ?? text } : part))
    if (items.get(itemId)) return items.untrimmed.map((item) => (item.id === itemId ? said(item) : item))
    if (turns.speaking?.itemId !== itemId) return undefined
    const parts = [{ type: 'audio', text, audioMs: 0 }] as const
    return [...items.untrimmed, { id: itemId, status: 'completed', type: 'message', role: 'user', parts }]
  }
}

/** The items with one that the user said in plain words. */
const plainly = (items: readonly Item[], itemId: string): readonly Item[] =>
  items.map((item) =>
    item.id === itemId
      ? withPart(item, 0, (part) => (part.type === 'audio' ? { ...part, text: plain(part.text ?? '') } : part))
      : item,
  )
