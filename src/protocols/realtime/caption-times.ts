/** CaptionTimes: which words of a message are heard when, kept until the audio that they go with is told. */
import type { Phone } from '../../engines/text-to-speech.ts'
import { Times } from '../inworld-tts/times.ts'
import type { JsonObject } from '../wire-json.ts'

/** What of times a client asked for. */
export interface CaptionWish {
  readonly times: 'words' | 'characters'
  /** Whether they come behind the audio of their text. */
  readonly timesBehind: boolean
  /** Whether words come with the spaces and marks between them. */
  readonly everyToken: boolean
}

interface Captions {
  readonly wish: CaptionWish
  readonly times: Times
}

/** Texts and words come with their places in their own message. */
export class CaptionTimes {
  readonly #messages = new Map<string, Captions>()

  /** A text that is spoken from here on. Gives what is to be told before it: the times of the text that has been spoken. */
  text({ itemId, delta }: { readonly itemId: string; readonly delta: string }, wish: CaptionWish): JsonObject {
    const captions = this.#of(itemId, wish)
    const behind = captions.wish.timesBehind ? bodyOf(captions.times) : {}
    captions.times.take([{ type: 'text', text: delta }])
    return behind
  }

  word(event: {
    readonly itemId: string
    readonly from: number
    readonly to: number
    readonly startMs: number
    readonly endMs: number
    readonly phones?: readonly Phone[]
  }): void {
    const { from, to, startMs, endMs, phones } = event
    const word = { type: 'word', text: '', from, to, startMs, endMs, ...(phones && { phones }) } as const
    this.#messages.get(event.itemId)?.times.take([word])
  }

  /** What stands beside the next audio: what has come since the last. */
  beside(itemId: string): JsonObject {
    const captions = this.#messages.get(itemId)
    return captions && !captions.wish.timesBehind ? bodyOf(captions.times) : {}
  }

  /** What is left of a message that has ended. */
  rest(itemId: string): JsonObject {
    const captions = this.#messages.get(itemId)
    this.#messages.delete(itemId)
    return captions ? bodyOf(captions.times, true) : {}
  }

  #of(itemId: string, wish: CaptionWish): Captions {
    const known = this.#messages.get(itemId)
    if (known) return known
    const captions = { wish, times: new Times(wish.times, wish.everyToken) }
    this.#messages.set(itemId, captions)
    return captions
  }
}

/** As it stands in a message of the wire; nothing where there is nothing. */
const bodyOf = (times: Times, last = false): JsonObject => {
  const timestampInfo = times.told(last)
  return timestampInfo ? { timestampInfo } : {}
}
