/** ItemWords: the words of what the user said, as they come to its items. */
import type { Tick } from './inputs.ts'
import { withPart } from './items.ts'
import type { Replies } from './replies.ts'
import type { Shared } from './shared.ts'
import type { Transcript } from './user-turns.ts'

type Told<Type extends Tick['type']> = Extract<Tick, { readonly type: Type }>

export class ItemWords {
  readonly #shared: Shared
  readonly #replies: Replies
  /** Parts of created items whose words are still to come. */
  readonly #partsAwaited = new Map<string, number>()

  constructor(shared: Shared, replies: Replies) {
    this.#shared = shared
    this.#replies = replies
  }

  /** Guesses at the words of an item, which may have begun in an utterance before. */
  guessed(itemId: string, { text, stable }: { readonly text: string; readonly stable: number }): void {
    const before = this.#shared.turns.saidBefore(itemId)
    const whole = [before?.text ?? '', text].filter((part) => part !== '').join(' ')
    const kept = before?.complete === false ? 0 : whole.length - text.length + stable
    this.#replies.early.words(itemId, whole)
    this.#shared.emit({ type: 'transcript.partial', itemId, told: this.#tells, text: whole, stable: kept })
  }

  /** Whether the client is told what was said. */
  get #tells(): boolean {
    return this.#shared.config().input.transcription !== null
  }

  /** The words of an item, or of one part of it. */
  came(itemId: string, transcript: Transcript, partIndex = 0): void {
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

  /** They will never come. */
  lost(itemId: string, { code, message }: { readonly code: string; readonly message: string }): void {
    this.#shared.emit({ type: 'transcript.failed', itemId, told: this.#tells, code, message })
    this.#replies.wordsLost(itemId, { code, message })
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
    this.came(itemId, { text, words, audioMs, answer: false }, partIndex)
  }

  itemNotTranscribed({ itemId, code, message }: Told<'item.not-transcribed'>): void {
    this.#partsAwaited.delete(itemId)
    this.#shared.turns.forget(itemId)
    this.lost(itemId, { code, message })
  }

  #partHeard(itemId: string): void {
    const left = (this.#partsAwaited.get(itemId) ?? 1) - 1
    if (left > 0) this.#partsAwaited.set(itemId, left)
    else {
      this.#partsAwaited.delete(itemId)
      this.#shared.turns.forget(itemId)
    }
  }
}
