/** Replies: which run, which wait, and when the next one starts. */
import type { ToolResult } from '../engines/remote-tools.ts'
import type { Calls } from './calls.ts'
import { type SessionConfig, turnDetectionOf } from './config.ts'
import { EarlyReply } from './early-reply.ts'
import type { ReplyRequest } from './effects.ts'
import type { Progress, ReplyWishes } from './inputs.ts'
import type { Item } from './item.ts'
import type { Offer } from './offer.ts'
import type { Refused } from './refusal.ts'
import type { Reply } from './reply.ts'
import { ReplyRun } from './reply-run.ts'
import { audioTokens, requestOf } from './request.ts'
import { ServerCalls, type ServerCallsParts } from './server-calls.ts'
import type { ServerTools } from './server-tools.ts'
import type { Shared } from './shared.ts'
import type { VoiceSource } from './user-voice.ts'

const replyLimit = 8
/** Replies in a row that answer nothing but what servers gave; then the model has to do without tools. */
const mostFollowUps = 8
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
  readonly calls: Calls
  readonly tools: ServerTools
}

export class Replies {
  readonly #parts: RepliesParts
  readonly #runs = new Map<string, ReplyRun>()
  /** Replies of the conversation that wait for the running one. */
  readonly #waiting: ReplyWishes[] = []
  #main: ReplyRun | undefined
  /** Something was said, or a tool has answered, and nobody has answered that. */
  #owed: { readonly what: 'turn' | 'results'; readonly wishes: ReplyWishes } | undefined
  /** Results of servers that were answered unasked: clients of this wire ask once for each, and mean the same answer. */
  #unasked = 0
  #followUps = 0
  /** Results that came while the last reply of the conversation ran: the next one speaks of them. */
  #news: ReadonlySet<string> = new Set()

  /** What is prepared for the end of the turn at hand. */
  readonly early: EarlyReply
  readonly serverCalls: ServerCalls

  constructor(parts: RepliesParts) {
    this.#parts = parts
    const { items, newId, emit, calls, tools } = parts
    const answered: ServerCallsParts['answered'] = (...call) => this.#callAnswered(...call)
    this.serverCalls = new ServerCalls({ items, newId, emit, calls, tools, answered })
    this.early = new EarlyReply(parts, {
      isFree: () => !this.#main?.asked && this.#waiting.length === 0,
      request: (replyId, items, voice) => {
        const news = this.#main?.news ?? this.#news
        return this.#request(newReply(replyId, {}, parts.config()), {}, newsLast(items, news), { voice })
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
    if (this.#unasked > 0 && isBare(wishes)) {
      this.#unasked -= 1
      return undefined
    }
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
  owe(what: 'turn' | 'results', wishes: ReplyWishes = {}): void {
    this.#owed = { what: this.#owed?.what ?? what, wishes: what === 'turn' ? {} : (this.#owed?.wishes ?? wishes) }
  }

  /** The user or the client has said something new: what it asks for from here on is about that. */
  saidAnew(): void {
    this.#unasked = 0
  }

  /** Starts the next reply of the conversation if one is due and it is nobody's turn. */
  next(): void {
    if (this.#main) return
    const { config, turns } = this.#parts
    if (turns.speaking && turnDetectionOf(config())?.interruptReply) return
    const wishes = this.#waiting.shift()
    if (wishes) this.start(wishes)
    else if (this.#owed && !turns.awaitsAnswer) this.start(this.#owed.wishes, this.#owed.what === 'results')
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
    if (!answersResults) this.#followUps = 0
    emit({ type: 'reply.started', reply })
    for (const itemId of this.#parts.tools.want(wishes.serverTools ?? [])) run.waitsFor.add(itemId)
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

  /** A call that the model wants: one that the client makes, one that a server makes, or a search. */
  call(run: ReplyRun, progress: Extract<Progress, { readonly type: 'reply.call' }>): void {
    const { perform, calls } = this.#parts
    const target = run.offer?.targets.get(progress.name)
    if (target?.type === 'search') {
      const { maxResults } = target.search
      perform({ type: 'search', itemId: run.search(progress), arguments: progress.arguments, maxResults })
      return
    }
    if (target) {
      run.serverCall(progress, target)
      this.serverCalls.want(progress.callId, target.server, run.wishes)
    } else run.progress(progress)
    if (!run.outOfBand) calls.made(progress.callId, run.id)
  }

  /** The model has said all; it goes on when all it waits for is what it looked up. */
  ended(run: ReplyRun, reason: 'finished' | 'length' | 'filtered'): void {
    if (reason !== 'finished') this.close(run, 'incomplete', { cause: reason })
    else if (!run.hasLookedUp || run.callIds.length > 0) this.close(run, 'completed')
    else if (run.searching.size > 0) run.rests = true
    else this.#goOn(run)
  }

  #goOn(run: ReplyRun): void {
    run.goOn()
    this.#ask(run)
  }

  /** What came of a call that the server made. */
  toolEnded(itemId: string, result: ToolResult): void {
    if (!this.serverCalls.ended(itemId, result)) this.#lookedUp(itemId, result)
  }

  /** A server's call is over; with `wishes` it was the last that its reply waited for. */
  #callAnswered(itemId: string, wishes: ReplyWishes | undefined): void {
    this.#main?.lateResults.add(itemId)
    this.#unasked += 1
    if (!wishes) return
    const { input: _, ...same } = wishes
    this.#followUps += 1
    this.owe('results', { ...same, toolChoice: this.#followUps > mostFollowUps ? 'none' : 'auto' })
  }

  #lookedUp(itemId: string, result: ToolResult): void {
    this.#parts.items.change(itemId, (item) =>
      item.type === 'search' ? { ...item, status: 'completed', result } : item,
    )
    for (const run of [...this.#runs.values()])
      if (run.searching.delete(itemId) && run.rests && run.searching.size === 0) this.#goOn(run)
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
    for (const call of run.serverCalls) {
      if (how[0] === 'completed') this.serverCalls.begin(call)
      else this.serverCalls.interrupt(call)
    }
  }

  #contextOf({ wishes: { input }, news, found }: ReplyRun): readonly Item[] {
    const { items } = this.#parts
    const here = (id: string): Item | readonly Item[] => items.get(id) ?? []
    if (input)
      return [
        ...input.flatMap((entry) => ('reference' in entry ? here(entry.reference) : [entry])),
        ...found.flatMap(here),
      ]
    return newsLast(items.untrimmed, news)
  }

  #request(
    reply: Reply,
    wishes: ReplyWishes,
    context: readonly Item[],
    from: { readonly voice?: VoiceSource | undefined; readonly offer?: Offer } = {},
  ): ReplyRequest | undefined {
    const { contextTokens, tools } = this.#parts
    const config = this.#parts.config()
    const { voice: userVoice = this.#parts.voice, offer = tools.offer(config, wishes, 0) } = from
    return requestOf(reply, wishes, { config, context, contextTokens, userVoice, offer })
  }

  #ask(run: ReplyRun): void {
    const context = this.#contextOf(run)
    // What was demanded has been done once the model has looked something up.
    const wishes: ReplyWishes = run.searches > 0 ? { ...run.wishes, toolChoice: 'auto' } : run.wishes
    run.offer = this.#parts.tools.offer(this.#parts.config(), wishes, run.searches)
    const request = this.#request(run.reply, wishes, context, { offer: run.offer })
    if (!request) {
      const message = 'The conversation is longer than the model can take, and truncation is off.'
      this.fail(run, { code: 'context_length_exceeded', message })
      return
    }
    run.asked = true
    run.inputAudioTokens = audioTokens(context)
    const adopts = run.outOfBand
      ? undefined
      : this.early.adopt(context, (items, voice) => this.#request(run.reply, run.wishes, items, { voice }))
    this.#parts.perform({ type: 'start-reply', request, ...(adopts !== undefined && { adopts }) })
  }
}
