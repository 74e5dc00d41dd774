/** ReplyMessage: a message of a reply while it is being said, on its own clock and its own count of characters. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import type { PlacedTag } from '../speaking/spoken.ts'
import type { Progress } from './inputs.ts'
import type { Part, SpokenWord } from './item.ts'

export interface ReplyMessageParts {
  readonly itemId: string
  readonly index: number
  /** Where it begins in the reply's text and audio. */
  readonly from: { readonly characters: number; readonly ms: number }
  /** Whether it is said aloud. */
  readonly spoken: boolean
}

export class ReplyMessage {
  readonly itemId: string
  readonly index: number
  /** The client has said how much of it was heard; the rest is not remembered. */
  heardMs: number | undefined
  readonly #from: ReplyMessageParts['from']
  readonly #spoken: boolean
  #text = ''
  #audioMs = 0
  readonly #words: SpokenWord[] = []
  readonly #tags: PlacedTag[] = []
  #fillerCharacters = 0

  constructor({ itemId, index, from, spoken }: ReplyMessageParts) {
    this.itemId = itemId
    this.index = index
    this.#from = from
    this.#spoken = spoken
  }

  /** True while nothing but a filler has been said. */
  get isFiller(): boolean {
    return this.#fillerCharacters > 0 && this.#text.length <= this.#fillerCharacters
  }

  /** As it is so far. */
  get part(): Part {
    if (!this.#spoken) return { type: 'text', text: this.#text }
    return {
      type: 'audio',
      text: this.#text,
      audioMs: this.#audioMs,
      words: [...this.#words],
      ...(this.#tags.length > 0 && { tags: [...this.#tags] }),
      ...(this.#fillerCharacters > 0 && { fillerCharacters: this.#fillerCharacters }),
    }
  }

  say({ delta, tags = [], filler }: Extract<Progress, { readonly type: 'reply.text' }>): void {
    for (const { at, tag } of tags) this.#tags.push({ at: at + this.#text.length, tag })
    this.#text += delta
    if (filler) this.#fillerCharacters = this.#text.length
  }

  /** The next audio, on the message's clock. */
  sound(frame: AudioFrame): AudioFrame {
    const placed = { ...frame, startMs: this.#audioMs }
    this.#audioMs += durationMs(frame)
    return placed
  }

  /** When a word is heard, in the message. `origin`: where the voice's own count began in the reply. */
  word(
    { from, to, startMs, endMs, phones }: Extract<Progress, { readonly type: 'reply.word' }>,
    origin: ReplyMessageParts['from'],
  ) {
    const laterMs = origin.ms - this.#from.ms
    const laterCharacters = origin.characters - this.#from.characters
    const word = {
      from: from + laterCharacters,
      to: to + laterCharacters,
      startMs: startMs + laterMs,
      endMs: endMs + laterMs,
    }
    this.#words.push(word)
    if (!phones) return word
    const placed = phones.map((one) => ({
      phone: one.phone,
      startMs: one.startMs + laterMs,
      endMs: one.endMs + laterMs,
    }))
    return { ...word, phones: placed }
  }
}
