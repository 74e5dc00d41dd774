/** UserAudio: what the user says, from the audio buffer over turns to items with words. */
import type { Heard } from '../listening/heard.ts'
import { turnDetectionOf } from './config.ts'
import type { Refused, Tick } from './events.ts'
import type { Item, Part } from './item.ts'
import { withPart } from './items.ts'
import type { Replies } from './replies.ts'
import type { Shared } from './shared.ts'
import type { Transcript } from './user-turns.ts'

/** Least audio that can be committed. */
const leastCommitMs = 100

type Told<Type extends Tick['type']> = Extract<Tick, { readonly type: Type }>

export class UserAudio {
  readonly #shared: Shared
  readonly #replies: Replies
  #receivedMs = 0
  /** Audio before this belongs to an item or was thrown away. */
  #bufferMs = 0
  /** Parts of created items whose words are still to come. */
  readonly #partsAwaited = new Map<string, number>()
  /** Of the turn that was said to be likely over. */
  #suggested: string | undefined

  constructor(shared: Shared, replies: Replies) {
    this.#shared = shared
    this.#replies = replies
  }

  /** All audio up to here has been given to the listener. */
  received(endMs: number): void {
    this.#receivedMs = endMs
  }

  /** The client says that its turn is over. */
  commitByClient(): Refused | undefined {
    const { speaking } = this.#shared.turns
    const startMs = speaking?.startMs ?? this.#bufferMs
    const audioMs = this.#receivedMs - this.#bufferMs
    if (!speaking && audioMs < leastCommitMs) {
      return {
        reason: 'nothing-to-commit',
        message: `The audio buffer is too small: ${leastCommitMs} ms are needed, and there are ${Math.round(audioMs)}.`,
      }
    }
    const itemId = speaking?.itemId ?? this.#shared.newId('item')
    this.#commit(itemId, { startMs, endMs: this.#receivedMs, silenceMs: 0, answer: false })
    this.#shared.perform({ type: 'mark', mark: this.#shared.turns.mark(itemId) })
    return undefined
  }

  /** The client wants what it sent forgotten. */
  clear(): undefined {
    const { speaking } = this.#shared.turns
    if (speaking) this.#shared.voice.forget(speaking.itemId)
    this.#shared.turns.discard()
    this.#bufferMs = this.#receivedMs
    this.#shared.perform({ type: 'mark', mark: this.#shared.turns.mark(null) })
    this.#shared.emit({ type: 'audio.cleared' })
  }

  hear(heard: Heard): void {
    switch (heard.type) {
      case 'speech.started': {
        const detection = turnDetectionOf(this.#shared.config())
        const prefixMs = detection?.type === 'silence' ? detection.prefixMs : 0
        const startMs = Math.round(Math.max(this.#bufferMs, heard.startMs - prefixMs, 0))
        const itemId = this.#shared.newId('item')
        this.#shared.turns.begin(heard.utterance, { itemId, startMs })
        this.#shared.emit({ type: 'speech.started', itemId, startMs })
        const { main } = this.#replies
        if (main && detection?.interruptReply) {
          // What it was to answer still waits for an answer, if nothing of that was heard.
          if (detection.createReply && !main.hasAudio) this.#replies.owe('turn')
          this.#replies.close(main, 'cancelled', { cause: 'turn-detected' })
        }
        break
      }
      case 'turn.ended': {
        const { speaking } = this.#shared.turns
        if (!speaking || speaking.itemId !== this.#shared.turns.itemOf(heard.utterance)) break
        const detection = turnDetectionOf(this.#shared.config())
        // Now by the client: the audio waits for its commit.
        if (!detection) break
        const endMs = Math.round(heard.endMs + heard.silenceMs)
        this.#shared.emit({ type: 'speech.stopped', itemId: speaking.itemId, endMs })
        this.#commit(speaking.itemId, {
          startMs: speaking.startMs,
          endMs,
          silenceMs: heard.silenceMs,
          answer: detection.createReply && this.#shared.config().kind === 'conversation',
        })
        break
      }
      case 'transcript.partial': {
        const itemId = this.#shared.turns.itemOf(heard.utterance)
        if (!itemId) break
        const { text, stable } = heard
        this.#replies.early.words(itemId, text)
        this.#shared.emit({ type: 'transcript.partial', itemId, told: this.#tells, text, stable })
        break
      }
      case 'transcript.final': {
        const done = this.#shared.turns.final(heard.utterance, heard)
        if (done) this.#transcribed(done.itemId, done.transcript)
        break
      }
      case 'voice.profiled': {
        const itemId = this.#shared.turns.profiled(heard.utterance, heard.traits)
        if (itemId) this.#shared.voice.sounds(itemId, heard.traits)
        if (itemId) this.#shared.emit({ type: 'voice.profiled', itemId, traits: heard.traits })
        break
      }
      case 'marked': {
        const done = this.#shared.turns.marked(heard.mark)
        if (done) this.#transcribed(done.itemId, done.transcript)
        break
      }
      case 'turn.likely': {
        const itemId = this.#shared.turns.itemOf(heard.utterance)
        if (!itemId || this.#shared.turns.speaking?.itemId !== itemId) break
        if (this.#suggested !== itemId) this.#shared.emit({ ...heard, type: 'turn.suggested', itemId })
        this.#suggested = itemId
        this.#replies.early.prepare(itemId)
        break
      }
      case 'turn.unlikely': {
        const itemId = this.#suggested
        this.#replies.early.drop()
        if (!itemId || itemId !== this.#shared.turns.itemOf(heard.utterance)) break
        this.#suggested = undefined
        this.#shared.emit({ type: 'turn.suggestion-revoked', itemId, utterance: heard.utterance })
        break
      }
      case 'speech.lasted':
      case 'speech.stopped':
      case 'speech.resumed':
        break
      default:
        heard satisfies never
    }
  }

  /** Has audio that came inside an item heard. */
  transcribe(itemId: string, audio: readonly (Uint8Array | undefined)[]): void {
    const { format } = this.#shared.config().input
    audio.forEach((bytes, partIndex) => {
      if (!bytes) return
      this.#shared.turns.commit(itemId, 0, false)
      this.#partsAwaited.set(itemId, (this.#partsAwaited.get(itemId) ?? 0) + 1)
      this.#shared.perform({ type: 'transcribe', itemId, partIndex, bytes, format })
    })
  }

  /** The words of such audio. */
  itemTranscribed({ itemId, partIndex, text, words, audioMs }: Told<'item.transcribed'>): void {
    if (!this.#shared.turns.awaits(itemId)) return
    this.#partHeard(itemId)
    this.#transcribed(itemId, { text, words, audioMs, answer: false }, partIndex)
  }

  itemNotTranscribed({ itemId, code, message }: Told<'item.not-transcribed'>): void {
    this.#partsAwaited.delete(itemId)
    this.#shared.turns.forget(itemId)
    this.#notTranscribed(itemId, { code, message })
  }

  #partHeard(itemId: string): void {
    const left = (this.#partsAwaited.get(itemId) ?? 1) - 1
    if (left > 0) this.#partsAwaited.set(itemId, left)
    else {
      this.#partsAwaited.delete(itemId)
      this.#shared.turns.forget(itemId)
    }
  }

  /** What was being said is lost as words, not as audio: its item says so. */
  listeningFailed(error: { readonly code: string; readonly message: string }): void {
    this.#replies.early.drop()
    const { speaking } = this.#shared.turns
    if (speaking) {
      const endMs = Math.round(this.#receivedMs)
      if (turnDetectionOf(this.#shared.config()))
        this.#shared.emit({ type: 'speech.stopped', itemId: speaking.itemId, endMs })
      this.#commit(speaking.itemId, { startMs: speaking.startMs, endMs, silenceMs: 0, answer: false })
    }
    for (const itemId of this.#shared.turns.fail()) this.#notTranscribed(itemId, error)
    this.#bufferMs = this.#receivedMs
  }

  #commit(
    itemId: string,
    turn: { readonly startMs: number; readonly endMs: number; readonly silenceMs: number; readonly answer: boolean },
  ): void {
    const audioMs = Math.max(0, turn.endMs - turn.startMs)
    const previousId = this.#shared.items.lastId
    const { startMs, endMs, silenceMs } = turn
    this.#bufferMs = Math.max(this.#bufferMs, Math.min(endMs, this.#receivedMs))
    this.#shared.turns.commit(itemId, audioMs, turn.answer)
    this.#shared.emit({
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
    const previousId = this.#shared.items.lastId
    const item: Item = { id: itemId, status: 'completed', type: 'message', role: 'user', parts: [part] }
    this.#shared.items.add(item)
    this.#shared.emit({ type: 'item.added', item, previousId })
    this.#shared.emit({ type: 'item.done', item, previousId })
  }

  /** Whether the client is told what was said. */
  get #tells(): boolean {
    return this.#shared.config().input.transcription !== null
  }

  #transcribed(itemId: string, transcript: Transcript, partIndex = 0): void {
    const { text, words, audioMs, language, traits } = transcript
    if (traits) this.#shared.voice.heard(itemId, traits)
    this.#shared.items.change(itemId, (item) =>
      withPart(item, partIndex, (part) => (part.type === 'audio' ? { ...part, text, audioMs } : part)),
    )
    this.#shared.emit({
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
    if (!this.#shared.turns.awaits(itemId)) this.#replies.wordsCame(itemId)
  }

  #notTranscribed(itemId: string, { code, message }: { readonly code: string; readonly message: string }): void {
    this.#shared.emit({ type: 'transcript.failed', itemId, told: this.#tells, code, message })
    this.#replies.wordsLost(itemId, { code, message })
  }

  /** Nobody has said anything for long: that is a turn too. */
  timeOut(): void {
    const detection = turnDetectionOf(this.#shared.config())
    if (detection?.type !== 'silence' || detection.idleMs === null || this.#replies.main || this.#shared.turns.speaking)
      return
    if (this.#shared.config().kind === 'transcription') return
    const itemId = this.#shared.newId('item')
    const startMs = Math.round(this.#bufferMs)
    const endMs = Math.round(this.#receivedMs)
    const previousId = this.#shared.items.lastId
    this.#bufferMs = this.#receivedMs
    this.#shared.emit({ type: 'idle.timed-out', itemId, startMs, endMs })
    this.#shared.emit({ type: 'audio.committed', itemId, previousId, startMs, endMs, silenceMs: 0 })
    this.#addUserAudio(itemId, { type: 'audio', text: '', audioMs: endMs - startMs })
    this.#replies.start({})
  }
}
