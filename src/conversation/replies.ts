/** Replies: which run, which wait, and when the next one starts. */
import { type SessionConfig, turnDetectionOf } from './config.ts'
import { EarlyReply } from './early-reply.ts'
import type { Refused, Reply, ReplyRequest, ReplyWishes } from './events.ts'
import type { Item } from './item.ts'
import { ReplyRun } from './reply-run.ts'
import { audioTokens, requestOf } from './request.ts'
import type { Shared } from './shared.ts'
import type { VoiceSource } from './user-voice.ts'

const replyLimit = 8
const tooMany: Refused = { reason: 'too-much', message: 'Too many responses are waiting.' }

/** Whether a client asks for a reply and for nothing in particular. */
const isBare = (wishes: ReplyWishes): boolean => Object.values(wishes).every((wish) => wish === undefined)

/** A reply before anything of it is there. */
const newReply = (id: string, wishes: ReplyWishes, config: SessionConfig): Reply => ({
  id,
  status: 'running',
  outOfBand: wishes.outOfBand ?? false,
  items: [],
  modalities: wishes.modalities ?? config.modalities,
  voice: wishes.voice ?? config.output.voice,
  format: wishes.format ?? config.output.format,
  maxTokens:
    wishes.maxTokens === undefined ? (config.samplingOverrides.maxTokens ?? config.maxTokens) : wishes.maxTokens,
  ...(wishes.metadata ? { metadata: wishes.metadata } : {}),
})

/** Items with the news at the end. */
const newsLast = (items: readonly Item[], news: ReadonlySet<string>): readonly Item[] =>
  news.size === 0 ? items : [...items.filter(({ id }) => !news.has(id)), ...items.filter(({ id }) => news.has(id))]

export interface RepliesParts extends Shared {
  readonly contextTokens: number
}

export class Replies {
  readonly #parts: RepliesParts
  readonly #runs = new Map<string, ReplyRun>()
  /** Replies of the conversation that wait for the running one. */
  readonly #waiting: ReplyWishes[] = []
  #main: ReplyRun | undefined
  /** Something was said, or a tool has answered, and nobody has answered that. */
  #owed: 'turn' | 'results' | undefined
  /** Results that came while the last reply of the conversation ran: the next one speaks of them. */
  #news: ReadonlySet<string> = new Set()

  /** What is prepared for the end of the turn at hand. */
  readonly early: EarlyReply

  constructor(parts: RepliesParts) {
    this.#parts = parts
    this.early = new EarlyReply(parts, {
      isFree: () => !this.#main?.asked && this.#waiting.length === 0,
      request: (replyId, items, voice) => {
        const news = this.#main?.news ?? this.#news
        return this.#request(newReply(replyId, {}, parts.config()), {}, newsLast(items, news), voice)
      },
    })
  }

  /** The running reply of the conversation. */
  get main(): ReplyRun | undefined {
    return this.#main
  }

  get(replyId: string): ReplyRun | undefined {
    return this.#runs.get(replyId)
  }

  /** The reply that is saying this item. */
  saying(itemId: string): ReplyRun | undefined {
    return [...this.#runs.values()].find(({ openItemId }) => openItemId === itemId)
  }

  /** Starts what the client asks for, or lets it wait. */
  create(wishes: ReplyWishes): Refused | undefined {
    if (wishes.outOfBand && this.#runs.size >= replyLimit) return tooMany
    if (wishes.outOfBand || !this.#main) {
      this.start(wishes)
      return undefined
    }
    // Results are answered unasked in some dialects, and clients of others ask all the same.
    if (this.#main.answersResults && !this.#main.hasSaid && isBare(wishes)) return undefined
    // Clients that run tools one by one ask after each: what came since the reply began is still to be answered.
    if (this.#main.lateResults.size === 0 && this.#waiting.length === 0) {
      return {
        reason: 'reply-running',
        message: `The conversation already has an active response: ${this.#main.id}. Wait until it has finished before creating a new one.`,
      }
    }
    if (this.#waiting.length >= replyLimit) return tooMany
    this.#waiting.push(wishes)
    return undefined
  }

  /** A reply of the conversation is due as soon as it can be. */
  owe(what: 'turn' | 'results'): void {
    this.#owed = this.#owed ?? what
  }

  /** Starts the next reply of the conversation if one is due and it is nobody's turn. */
  next(): void {
    if (this.#main) return
    const { config, turns } = this.#parts
    if (turns.speaking && turnDetectionOf(config())?.interruptReply) return
    const wishes = this.#waiting.shift()
    if (wishes) this.start(wishes)
    else if (this.#owed && !turns.awaitsAnswer) this.start({}, this.#owed === 'results')
  }

  /** `answersResults`: nobody asked for it but the results of tools. */
  start(wishes: ReplyWishes, answersResults = false): void {
    const { items, turns, newId, emit } = this.#parts
    const reply = newReply(newId('reply'), wishes, this.#parts.config())
    const run = new ReplyRun({ reply, wishes, answersResults, items, newItemId: () => newId('item'), emit })
    this.#runs.set(run.id, run)
    if (!reply.outOfBand) {
      this.#main = run
      this.#owed = undefined
      run.news = this.#news
      this.#news = new Set()
    }
    emit({ type: 'reply.started', reply })
    for (const { id } of this.#contextOf(run)) if (turns.awaits(id)) run.waitsFor.add(id)
    if (run.waitsFor.size === 0) this.#ask(run)
  }

  /** An item's words are there, or it is gone: asks the model for the replies that waited for that alone. */
  wordsCame(itemId: string): void {
    for (const run of [...this.#runs.values()])
      if (run.waitsFor.delete(itemId) && run.waitsFor.size === 0) this.#ask(run)
  }

  /** An item's words will never come. */
  wordsLost(itemId: string, error: { readonly code: string; readonly message: string }): void {
    for (const run of [...this.#runs.values()]) if (run.waitsFor.has(itemId)) this.fail(run, error)
  }

  fail(run: ReplyRun, { code, message }: { readonly code: string; readonly message: string }): void {
    this.close(run, 'failed', { cause: 'failed', error: { code, message } })
  }

  close(run: ReplyRun, ...how: Parameters<ReplyRun['close']>): void {
    this.#runs.delete(run.id)
    if (this.#main === run) {
      this.#main = undefined
      this.#news = run.lateResults
    }
    run.close(...how)
    if (run.asked && how[0] === 'cancelled') this.#parts.perform({ type: 'stop-reply', replyId: run.id })
  }

  #contextOf({ wishes: { input }, news }: ReplyRun): readonly Item[] {
    const { items } = this.#parts
    if (input) return input.flatMap((entry) => ('reference' in entry ? (items.get(entry.reference) ?? []) : [entry]))
    return newsLast(items.untrimmed, news)
  }

  #request(
    reply: Reply,
    wishes: ReplyWishes,
    context: readonly Item[],
    userVoice: VoiceSource = this.#parts.voice,
  ): ReplyRequest | undefined {
    const { config, contextTokens } = this.#parts
    return requestOf(reply, wishes, { config: config(), context, contextTokens, userVoice })
  }

  #ask(run: ReplyRun): void {
    const context = this.#contextOf(run)
    const request = this.#request(run.reply, run.wishes, context)
    if (!request) {
      const message = 'The conversation is longer than the model can take, and truncation is off.'
      this.fail(run, { code: 'context_length_exceeded', message })
      return
    }
    run.asked = true
    run.inputAudioTokens = audioTokens(context)
    const adopts = run.outOfBand
      ? undefined
      : this.early.adopt(context, (items, voice) => this.#request(run.reply, run.wishes, items, voice))
    this.#parts.perform({ type: 'start-reply', request, ...(adopts !== undefined && { adopts }) })
  }
}
