/** Conversation: who said what, whose turn it is, and what follows. The same inputs always give the same outcome. */
import { Calls } from './calls.ts'
import type { SessionConfig } from './config.ts'
import { CurrentConfig } from './current-config.ts'
import type { Effect, Outcome } from './effects.ts'
import type { SessionEvent } from './events.ts'
import type { Command, Input, ReplyWishes, Tick } from './inputs.ts'
import { Interjections } from './interjections.ts'
import type { Item } from './item.ts'
import { ItemEdits } from './item-edits.ts'
import { ItemWords } from './item-words.ts'
import { Items } from './items.ts'
import { Playback } from './playback.ts'
import type { Refused } from './refusal.ts'
import { Replies } from './replies.ts'
import { ServerTools } from './server-tools.ts'
import { type Shared, unknownItem } from './shared.ts'
import { UserAudio } from './user-audio.ts'
import { UserTurns } from './user-turns.ts'
import { UserVoice } from './user-voice.ts'

/** A window of 32k tokens less the longest answer. */
const defaultContextTokens = 28_224

export interface ConversationParts {
  readonly config: SessionConfig
  /** A new id, never given before. */
  readonly newId: (kind: 'item' | 'reply') => string
  /** Tokens of messages that a model is given at most. */
  readonly contextTokens?: number
  /** The session paces playout: it holds and drops what is not heard yet, and tells how much was heard. */
  readonly paced?: boolean
  /** Whether there is anything to search the web with. */
  readonly canSearch?: boolean
}

export class Conversation {
  readonly #items = new Items()
  readonly #calls = new Calls()
  readonly #replies: Replies
  readonly #tools: ServerTools
  readonly #userAudio: UserAudio
  readonly #edits: ItemEdits
  readonly #interjections: Interjections
  readonly #words: ItemWords
  readonly #playback: Playback
  readonly #config: CurrentConfig
  #events: SessionEvent[] = []
  #effects: Effect[] = []

  constructor({
    config,
    newId,
    contextTokens = defaultContextTokens,
    paced = false,
    canSearch = false,
  }: ConversationParts) {
    const emit = (event: SessionEvent): void => this.#emit(event)
    this.#config = new CurrentConfig({ config, items: this.#items, emit })
    const shared: Shared = {
      config: () => this.config,
      items: this.#items,
      turns: new UserTurns(),
      voice: new UserVoice(),
      newId,
      emit,
      perform: (effect) => this.#effects.push(effect),
    }
    this.#tools = new ServerTools(shared, canSearch)
    const replies = new Replies({ ...shared, contextTokens, calls: this.#calls, tools: this.#tools })
    this.#playback = new Playback(paced, shared.perform)
    this.#words = new ItemWords(shared, replies)
    const userAudio = new UserAudio(shared, { replies, playback: this.#playback, words: this.#words })
    this.#replies = replies
    this.#userAudio = userAudio
    this.#interjections = new Interjections(shared, replies)
    this.#edits = new ItemEdits(shared, { replies, words: this.#words, calls: this.#calls })
  }

  get config(): SessionConfig {
    return this.#config.value
  }

  get items(): readonly Item[] {
    return this.#items.all
  }

  /** Id of the running reply of the conversation. */
  get replyId(): string | undefined {
    return this.#replies.main?.id
  }

  /** What to say and do first. */
  opened(): Outcome {
    this.#emit({ type: 'session.created', config: this.config })
    this.#effects.push({ type: 'reconfigure', config: this.config })
    this.#listTools()
    return this.#outcome()
  }

  apply(input: Input): Outcome {
    switch (input.type) {
      case 'session.update':
      case 'audio.commit':
      case 'audio.clear':
      case 'item.create':
      case 'item.retrieve':
      case 'item.delete':
      case 'item.truncate':
      case 'reply.create':
      case 'reply.cancel':
      case 'playback.clear':
      case 'nonsense': {
        const refused = this.#obey(input)
        if (refused) {
          const id = input.id === undefined ? {} : { id: input.id }
          this.#emit({ type: 'command.refused', command: input.type, ...id, ...refused })
        }
        break
      }
      case 'reply.generating':
      case 'reply.text':
      case 'reply.audio':
      case 'reply.word':
      case 'reply.usage': {
        const run = this.#replies.get(input.replyId)
        if (!run?.asked) break
        run.progress(input)
        if (input.type === 'reply.audio') this.#config.spoken()
        break
      }
      case 'reply.call': {
        const run = this.#replies.get(input.replyId)
        if (run?.asked) this.#replies.call(run, input)
        break
      }
      case 'reply.ended': {
        const run = this.#replies.get(input.replyId)
        if (run) this.#replies.ended(run, input.reason)
        break
      }
      case 'reply.failed': {
        const run = this.#replies.get(input.replyId)
        if (run) this.#replies.fail(run, input)
        break
      }
      case 'audio.received':
      case 'idle.elapsed':
      case 'item.transcribed':
      case 'item.not-transcribed':
      case 'playback.started':
      case 'playback.stopped':
      case 'memory.updated':
      case 'backchannel.started':
      case 'backchannel.audio':
      case 'backchannel.ended':
      case 'backchannel.skipped':
      case 'playback.cleared':
      case 'tools.listed':
      case 'tool.ended':
      case 'listening.failed':
        this.#tick(input)
        break
      default:
        this.#userAudio.hear(input)
    }
    if (!this.#userAudio.mayInterrupt && !this.#playback.isClearing) this.#replies.next()
    this.#interjections.settle()
    this.#userAudio.settlePlayback()
    if (this.#events.length > 0) this.#replies.early.review()
    return this.#outcome()
  }

  #emit(event: SessionEvent): void {
    if (event.type === 'item.added') this.#config.count(event.item)
    this.#playback.see(event)
    this.#events.push(event)
  }

  #outcome(): Outcome {
    const outcome = { events: this.#events, effects: this.#effects }
    this.#events = []
    this.#effects = []
    return outcome
  }

  #obey(command: Exclude<Command, { type: 'audio.append' }>): Refused | undefined {
    switch (command.type) {
      case 'session.update':
        return this.#update(command)
      case 'audio.commit':
        return this.#userAudio.commitByClient()
      case 'audio.clear':
        return this.#userAudio.clear()
      case 'item.create':
        return this.#edits.create(command)
      case 'item.retrieve':
        return this.#edits.retrieve(command.itemId)
      case 'item.delete':
        return this.#edits.delete(command.itemId)
      case 'item.truncate':
        return this.#edits.truncate(command)
      case 'reply.create':
        return this.#reply(command.wishes)
      case 'reply.cancel': {
        const run = command.replyId === undefined ? this.#replies.main : this.#replies.get(command.replyId)
        if (!run) return { reason: 'no-reply', message: 'Cancellation failed: no active response found.' }
        this.#replies.close(run, 'cancelled', { cause: 'client' })
        return undefined
      }
      case 'playback.clear': {
        const { main } = this.#replies
        if (this.#playback.paced && main?.reply.modalities.audio)
          this.#replies.close(main, 'cancelled', { cause: 'client' })
        this.#interjections.stop()
        this.#playback.clear()
        return undefined
      }
      case 'nonsense': {
        const { reason, message, param } = command
        return { reason, message, ...(param === undefined ? {} : { param }) }
      }
      default:
        return command satisfies never
    }
  }

  #update(asked: Extract<Command, { readonly type: 'session.update' }>): Refused | undefined {
    const refused = this.#config.update(asked)
    if (refused) return refused
    this.#effects.push({ type: 'reconfigure', config: this.config })
    this.#userAudio.configured()
    this.#listTools()
    return undefined
  }

  #listTools(): void {
    if (this.config.kind === 'conversation') this.#tools.want(this.config.serverTools)
  }

  #tick(tick: Tick): void {
    switch (tick.type) {
      case 'audio.received':
        this.#userAudio.received(tick.endMs)
        break
      case 'idle.elapsed':
        this.#userAudio.timeOut()
        break
      case 'item.transcribed':
        this.#words.itemTranscribed(tick)
        break
      case 'item.not-transcribed':
        this.#words.itemNotTranscribed(tick)
        break
      case 'playback.started':
        if (this.#playback.started(tick.replyId)) this.#emit(tick)
        break
      case 'playback.stopped':
      case 'playback.cleared':
        this.#playbackEnded(tick)
        break
      case 'memory.updated':
        this.#config.remember(tick)
        break
      case 'backchannel.started':
      case 'backchannel.audio':
      case 'backchannel.ended':
      case 'backchannel.skipped':
        this.#interjections.take(tick)
        break
      case 'tools.listed':
        this.#tools.listed(tick)
        this.#replies.wordsCame(tick.itemId)
        break
      case 'tool.ended':
        this.#replies.toolEnded(tick.itemId, tick.result)
        break
      case 'listening.failed':
        this.#userAudio.listeningFailed(tick)
        break
      default:
        tick satisfies never
    }
  }

  /** What was to be said aloud but was not heard is not remembered. */
  #playbackEnded(tick: Extract<Tick, { type: 'playback.stopped' | 'playback.cleared' }>): void {
    const heard = this.#playback.ended(tick.replyId)
    if (!heard) return
    if (heard.started) this.#emit({ type: tick.type, replyId: tick.replyId })
    this.#edits.cutUnheard(heard, tick.type === 'playback.cleared' ? tick.heardMs : undefined)
  }

  #reply(wishes: ReplyWishes): Refused | undefined {
    if (this.config.kind === 'transcription') {
      return { reason: 'transcription-only', message: 'A transcription session gives no responses.' }
    }
    for (const entry of wishes.input ?? []) {
      if ('reference' in entry && !this.#items.get(entry.reference)) {
        return unknownItem(entry.reference, 'response.input')
      }
    }
    return this.#replies.create(wishes)
  }
}
