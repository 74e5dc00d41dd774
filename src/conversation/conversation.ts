/** Conversation: who said what, whose turn it is, and what follows. The same inputs always give the same outcome. */
import type { Heard } from '../listening/heard.ts'
import { Calls } from './calls.ts'
import { merge, type SessionConfig } from './config.ts'
import type { Command, Effect, Input, Outcome, Refused, ReplyWishes, SessionEvent, Tick } from './events.ts'
import { cutPart } from './heard-text.ts'
import type { Item, Part } from './item.ts'
import { Items, withPart } from './items.ts'
import { Replies } from './replies.ts'
import { type Transcript, UserTurns } from './user-turns.ts'

/** Least audio that can be committed. */
const leastCommitMs = 100
/** A window of 32k tokens less the longest answer. */
const defaultContextTokens = 28_224

export interface ConversationParts {
  readonly config: SessionConfig
  /** A new id, never given before. */
  readonly newId: (kind: 'item' | 'reply') => string
  /** Tokens of messages that a model is given at most. */
  readonly contextTokens?: number
}

type Asked<Type extends Command['type']> = Extract<Command, { readonly type: Type }>

export class Conversation {
  readonly #newId: ConversationParts['newId']
  readonly #items = new Items()
  readonly #turns = new UserTurns()
  readonly #calls = new Calls()
  readonly #replies: Replies
  #config: SessionConfig
  /** The message whose audio went out last. */
  #lastSpoken: { readonly replyId: string; readonly itemId: string } | undefined
  #hasSpoken = false
  #receivedMs = 0
  /** Audio before this belongs to an item or was thrown away. */
  #bufferMs = 0
  #events: SessionEvent[] = []
  #effects: Effect[] = []

  constructor({ config, newId, contextTokens = defaultContextTokens }: ConversationParts) {
    this.#config = config
    this.#newId = newId
    this.#replies = new Replies({
      config: () => this.#config,
      items: this.#items,
      turns: this.#turns,
      newId,
      contextTokens,
      emit: (event) => this.#emit(event),
      perform: (effect) => this.#effects.push(effect),
    })
  }

  get config(): SessionConfig {
    return this.#config
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
    this.#emit({ type: 'session.created', config: this.#config })
    this.#effects.push({ type: 'reconfigure', config: this.#config })
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
      case 'reply.call':
      case 'reply.usage': {
        const run = this.#replies.get(input.replyId)
        if (!run?.asked) break
        run.progress(input)
        if (input.type === 'reply.audio' && run.openItemId !== undefined) {
          this.#hasSpoken = true
          this.#lastSpoken = { replyId: run.id, itemId: run.openItemId }
        }
        if (input.type === 'reply.call' && !run.outOfBand) this.#calls.made(input.callId, run.id)
        break
      }
      case 'reply.ended': {
        const run = this.#replies.get(input.replyId)
        if (!run) break
        if (input.reason === 'finished') this.#replies.close(run, 'completed')
        else this.#replies.close(run, 'incomplete', { cause: input.reason })
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
      case 'playback.stopped':
      case 'listening.failed':
        this.#tick(input)
        break
      default:
        this.#hear(input)
    }
    this.#replies.next()
    return this.#outcome()
  }

  #emit(event: SessionEvent): void {
    this.#events.push(event)
  }

  #outcome(): Outcome {
    const outcome = { events: this.#events, effects: this.#effects }
    this.#events = []
    this.#effects = []
    return outcome
  }

  // What the client asks.

  #obey(command: Exclude<Command, { type: 'audio.append' }>): Refused | undefined {
    switch (command.type) {
      case 'session.update':
        return this.#update(command)
      case 'audio.commit':
        return this.#commitByClient()
      case 'audio.clear':
        return this.#clear()
      case 'item.create':
        return this.#create(command)
      case 'item.retrieve': {
        const item = this.#items.get(command.itemId)
        if (!item) return unknownItem(command.itemId, 'item_id')
        this.#emit({ type: 'item.retrieved', item })
        return undefined
      }
      case 'item.delete':
        return this.#delete(command.itemId)
      case 'item.truncate':
        return this.#truncate(command)
      case 'reply.create':
        return this.#reply(command.wishes)
      case 'reply.cancel': {
        const run = command.replyId === undefined ? this.#replies.main : this.#replies.get(command.replyId)
        if (!run) return { reason: 'no-reply', message: 'Cancellation failed: no active response found.' }
        this.#replies.close(run, 'cancelled', { cause: 'client' })
        return undefined
      }
      case 'playback.clear':
        this.#effects.push({ type: 'clear-playback' })
        return undefined
      case 'nonsense': {
        const { reason, message, param } = command
        return { reason, message, ...(param === undefined ? {} : { param }) }
      }
      default:
        return command satisfies never
    }
  }

  #update({ patch }: Asked<'session.update'>): Refused | undefined {
    const voice = patch.output?.voice
    if (this.#hasSpoken && voice !== undefined && voice !== this.#config.output.voice) {
      return { reason: 'voice-locked', message: 'The voice cannot be changed once the assistant has been heard.' }
    }
    const { kind } = this.#config
    this.#config = { ...merge(this.#config, patch), kind }
    this.#emit({ type: 'session.updated', config: this.#config })
    this.#effects.push({ type: 'reconfigure', config: this.#config })
    return undefined
  }

  #commitByClient(): Refused | undefined {
    const { speaking } = this.#turns
    const startMs = speaking?.startMs ?? this.#bufferMs
    const audioMs = this.#receivedMs - this.#bufferMs
    if (!speaking && audioMs < leastCommitMs) {
      return {
        reason: 'nothing-to-commit',
        message: `The audio buffer is too small: ${leastCommitMs} ms are needed, and there are ${Math.round(audioMs)}.`,
      }
    }
    const itemId = speaking?.itemId ?? this.#newId('item')
    this.#commit(itemId, { startMs, endMs: this.#receivedMs, silenceMs: 0, answer: false })
    this.#effects.push({ type: 'mark', mark: this.#turns.mark(itemId) })
    return undefined
  }

  #clear(): undefined {
    this.#turns.discard()
    this.#bufferMs = this.#receivedMs
    this.#effects.push({ type: 'mark', mark: this.#turns.mark(null) })
    this.#emit({ type: 'audio.cleared' })
  }

  #create({ item: sent, afterId, audio }: Asked<'item.create'>): Refused | undefined {
    if (sent.id !== '' && this.#items.get(sent.id)) {
      return { reason: 'duplicate-item', message: `There is already an item ${sent.id}.`, param: 'item.id' }
    }
    if (typeof afterId === 'string' && !this.#items.get(afterId)) return unknownItem(afterId, 'previous_item_id')
    if (sent.type === 'call-output' && this.#calls.isAnswered(sent.callId)) {
      return {
        reason: 'duplicate-output',
        message: `The call ${sent.callId} already has its output.`,
        param: 'item.call_id',
      }
    }
    const item: Item = { ...sent, id: sent.id || this.#newId('item'), status: 'completed' }
    this.#items.add(item, afterId)
    const previousId = this.#items.before(item.id)
    this.#emit({ type: 'item.added', item, previousId })
    this.#emit({ type: 'item.done', item, previousId })
    audio?.forEach((bytes, partIndex) => {
      if (!bytes) return
      this.#turns.commit(item.id, 0, false)
      const { format } = this.#config.input
      this.#effects.push({ type: 'transcribe', itemId: item.id, partIndex, bytes, format })
    })
    if (item.type === 'call-output') this.#takeResult(item.callId, item.id)
    return undefined
  }

  #takeResult(callId: string, itemId: string): void {
    const wasLast = this.#calls.answer(callId)
    const { main } = this.#replies
    main?.lateResults.add(itemId)
    if (wasLast && this.#config.answerToolResults) this.#replies.owe('results')
  }

  #delete(itemId: string): Refused | undefined {
    const item = this.#items.get(itemId)
    if (!item) return unknownItem(itemId, 'item_id')
    const run = this.#replies.saying(itemId)
    if (run) this.#replies.close(run, 'cancelled', { cause: 'client' })
    this.#items.remove(itemId)
    this.#turns.forget(itemId)
    if (item.type === 'call' || item.type === 'call-output') this.#calls.forget(item.callId)
    this.#emit({ type: 'item.deleted', itemId })
    this.#replies.wordsCame(itemId)
    return undefined
  }

  #truncate({ itemId, partIndex, heardMs }: Asked<'item.truncate'>): Refused | undefined {
    const item = this.#items.get(itemId)
    if (!item) return unknownItem(itemId, 'item_id')
    const part = item.type === 'message' && item.role === 'assistant' ? item.parts[partIndex] : undefined
    if (part?.type !== 'audio') {
      return { reason: 'not-audio', message: 'Only model output audio messages can be truncated.' }
    }
    this.#cut(itemId, partIndex, heardMs)
    return undefined
  }

  #cut(itemId: string, partIndex: number, heardMs: number): void {
    const running = this.#replies.saying(itemId)
    running?.cut(heardMs)
    const item = running
      ? this.#items.get(itemId)
      : this.#items.change(itemId, (whole) => withPart(whole, partIndex, (part) => cutPart(part, heardMs)))
    const part = item?.type === 'message' ? item.parts[partIndex] : undefined
    if (!item || part?.type !== 'audio') return
    const most = running ? heardMs : (part.heardMs ?? heardMs)
    this.#emit({ type: 'item.truncated', itemId, partIndex, heardMs: Math.round(most), item })
  }

  // What was heard.

  #hear(heard: Heard): void {
    switch (heard.type) {
      case 'speech.started': {
        const detection = this.#config.input.turnDetection
        const prefixMs = detection?.type === 'silence' ? detection.prefixMs : 0
        const startMs = Math.round(Math.max(this.#bufferMs, heard.startMs - prefixMs, 0))
        const itemId = this.#newId('item')
        this.#turns.begin(heard.utterance, { itemId, startMs })
        this.#emit({ type: 'speech.started', itemId, startMs })
        const { main } = this.#replies
        if (main && detection?.interruptReply) {
          // What it was to answer still waits for an answer, if nothing of that was heard.
          if (detection.createReply && !main.hasAudio) this.#replies.owe('turn')
          this.#replies.close(main, 'cancelled', { cause: 'turn-detected' })
        }
        break
      }
      case 'turn.ended': {
        const { speaking } = this.#turns
        if (!speaking || speaking.itemId !== this.#turns.itemOf(heard.utterance)) break
        const detection = this.#config.input.turnDetection
        // Now by the client: the audio waits for its commit.
        if (!detection) break
        const endMs = Math.round(heard.endMs + heard.silenceMs)
        this.#emit({ type: 'speech.stopped', itemId: speaking.itemId, endMs })
        this.#commit(speaking.itemId, {
          startMs: speaking.startMs,
          endMs,
          silenceMs: heard.silenceMs,
          answer: detection.createReply && this.#config.kind === 'conversation',
        })
        break
      }
      case 'transcript.partial': {
        const itemId = this.#turns.itemOf(heard.utterance)
        if (!itemId) break
        const { text, stable } = heard
        this.#emit({ type: 'transcript.partial', itemId, told: this.#tells, text, stable })
        break
      }
      case 'transcript.final': {
        const done = this.#turns.final(heard.utterance, heard)
        if (done) this.#transcribed(done.itemId, done.transcript)
        break
      }
      case 'voice.profiled': {
        const itemId = this.#turns.profiled(heard.utterance, heard.traits)
        if (itemId) this.#emit({ type: 'voice.profiled', itemId, traits: heard.traits })
        break
      }
      case 'marked': {
        const done = this.#turns.marked(heard.mark)
        if (done) this.#transcribed(done.itemId, done.transcript)
        break
      }
      case 'speech.stopped':
      case 'speech.resumed':
        break
      default:
        heard satisfies never
    }
  }

  #tick(tick: Tick): void {
    switch (tick.type) {
      case 'audio.received':
        this.#receivedMs = tick.endMs
        break
      case 'idle.elapsed':
        this.#timeOut()
        break
      case 'item.transcribed': {
        const { itemId, partIndex, text, words, audioMs } = tick
        if (!this.#turns.awaits(itemId)) break
        this.#turns.forget(itemId)
        this.#transcribed(itemId, { text, words, audioMs, answer: false }, partIndex)
        break
      }
      case 'item.not-transcribed':
        this.#turns.forget(tick.itemId)
        this.#notTranscribed(tick.itemId, tick)
        break
      case 'playback.stopped':
        if (this.#lastSpoken?.replyId === tick.replyId) this.#cut(this.#lastSpoken.itemId, 0, tick.heardMs)
        break
      case 'listening.failed': {
        const { speaking } = this.#turns
        // What was being said is lost as words, not as audio: its item says so.
        if (speaking) {
          const endMs = Math.round(this.#receivedMs)
          if (this.#config.input.turnDetection) this.#emit({ type: 'speech.stopped', itemId: speaking.itemId, endMs })
          this.#commit(speaking.itemId, { startMs: speaking.startMs, endMs, silenceMs: 0, answer: false })
        }
        for (const itemId of this.#turns.fail()) this.#notTranscribed(itemId, tick)
        this.#bufferMs = this.#receivedMs
        break
      }
      default:
        tick satisfies never
    }
  }

  #commit(
    itemId: string,
    turn: { readonly startMs: number; readonly endMs: number; readonly silenceMs: number; readonly answer: boolean },
  ): void {
    const audioMs = Math.max(0, turn.endMs - turn.startMs)
    const previousId = this.#items.lastId
    const { startMs, endMs, silenceMs } = turn
    this.#bufferMs = Math.max(this.#bufferMs, Math.min(endMs, this.#receivedMs))
    this.#turns.commit(itemId, audioMs, turn.answer)
    this.#emit({
      type: 'audio.committed',
      itemId,
      previousId,
      startMs: Math.round(startMs),
      endMs: Math.round(endMs),
      silenceMs,
    })
    this.#addUserAudio(itemId, { type: 'audio', text: undefined, audioMs })
  }

  #addUserAudio(itemId: string, part: Part): void {
    const previousId = this.#items.lastId
    const item: Item = { id: itemId, status: 'completed', type: 'message', role: 'user', parts: [part] }
    this.#items.add(item)
    this.#emit({ type: 'item.added', item, previousId })
    this.#emit({ type: 'item.done', item, previousId })
  }

  /** Whether the client is told what was said. */
  get #tells(): boolean {
    return this.#config.input.transcription !== null
  }

  #transcribed(itemId: string, transcript: Transcript, partIndex = 0): void {
    const { text, words, audioMs, language, traits } = transcript
    this.#items.change(itemId, (item) =>
      withPart(item, partIndex, (part) => (part.type === 'audio' ? { ...part, text, audioMs } : part)),
    )
    this.#emit({
      type: 'transcript.final',
      itemId,
      told: this.#tells,
      text,
      words,
      audioMs,
      ...(language === undefined ? {} : { language }),
      ...(traits ? { traits } : {}),
    })
    if (transcript.answer && text.trim() !== '') this.#replies.owe('turn')
    this.#replies.wordsCame(itemId)
  }

  #notTranscribed(itemId: string, { code, message }: { readonly code: string; readonly message: string }): void {
    this.#emit({ type: 'transcript.failed', itemId, told: this.#tells, code, message })
    this.#replies.wordsLost(itemId, { code, message })
  }

  #timeOut(): void {
    const detection = this.#config.input.turnDetection
    if (detection?.type !== 'silence' || detection.idleMs === null || this.#replies.main || this.#turns.speaking) return
    if (this.#config.kind === 'transcription') return
    const itemId = this.#newId('item')
    const startMs = Math.round(this.#bufferMs)
    const endMs = Math.round(this.#receivedMs)
    const previousId = this.#items.lastId
    this.#bufferMs = this.#receivedMs
    this.#emit({ type: 'idle.timed-out', itemId, startMs, endMs })
    this.#emit({ type: 'audio.committed', itemId, previousId, startMs, endMs, silenceMs: 0 })
    this.#addUserAudio(itemId, { type: 'audio', text: '', audioMs: endMs - startMs })
    this.#replies.start({})
  }

  #reply(wishes: ReplyWishes): Refused | undefined {
    if (this.#config.kind === 'transcription') {
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

const unknownItem = (itemId: string, param: string): Refused => ({
  reason: 'unknown-item',
  message: `There is no item ${itemId}.`,
  param,
})
