/** UserTurns: which item each utterance and each commit belongs to, and the words that are still to come. */
import type { Word } from '../engines/speech-to-text.ts'
import type { Trait } from '../engines/voice-profiler.ts'

/** Speech that has begun and is not committed yet. */
export interface Speaking {
  readonly itemId: string
  readonly startMs: number
}

/** What is known of an item's words. */
interface Awaited {
  /** The end of this turn is answered. */
  readonly answer: boolean
  readonly audioMs: number
  traits?: readonly Trait[]
}

export interface Transcript {
  readonly text: string
  readonly words: readonly Word[]
  readonly audioMs: number
  readonly answer: boolean
  readonly language?: string
  readonly traits?: readonly Trait[]
}

/** Words of one final. */
export interface Final {
  readonly text: string
  readonly words: readonly Word[]
  readonly language?: string
}

const joinedText = (finals: readonly Final[]): string =>
  finals.flatMap(({ text }) => (text === '' ? [] : [text])).join(' ')

export class UserTurns {
  /** Null: the client threw the audio away. */
  readonly #byUtterance = new Map<number, string | null>()
  readonly #awaited = new Map<string, Awaited>()
  /** Commits whose words the listener still owes: those without an utterance of their own, and audio thrown away. */
  readonly #marks = new Map<number, string | null>()
  /** What was said since the last mark in utterances that the listener did not announce. */
  #unclaimed: Final[] = []
  #unclaimedTraits: readonly Trait[] | undefined
  /** Of speech that is not committed yet. */
  readonly #profiles = new Map<string, readonly Trait[]>()
  /** Utterances that only begin what a later one of the same item goes on with, and what was said in them. */
  readonly #beginnings = new Set<number>()
  readonly #begun = new Map<string, readonly Final[]>()
  #nextMark = 0
  #speaking: Speaking | undefined

  get speaking(): Speaking | undefined {
    return this.#speaking
  }

  /** `beginnings`: utterances before it whose words belong to the same item. */
  begin(utterance: number, speaking: Speaking, beginnings: readonly number[] = []): void {
    for (const earlier of beginnings) {
      this.#byUtterance.set(earlier, speaking.itemId)
      this.#beginnings.add(earlier)
    }
    this.#byUtterance.set(utterance, speaking.itemId)
    this.#speaking = speaking
  }

  /** The item of an utterance; null when it was thrown away, undefined when it was never announced. */
  itemOf(utterance: number): string | null | undefined {
    return this.#byUtterance.get(utterance)
  }

  /** What was said of an item in utterances before its last; `complete` once all of that is known. */
  saidBefore(itemId: string): { readonly text: string; readonly complete: boolean } | undefined {
    const finals = this.#begun.get(itemId)
    const waits = [...this.#beginnings].some((utterance) => this.#byUtterance.get(utterance) === itemId)
    if (!finals && !waits) return undefined
    return { text: joinedText(finals ?? []), complete: !waits }
  }

  /** Whether the words of this item are still to come. */
  awaits(itemId: string): boolean {
    return this.#awaited.has(itemId)
  }

  /** Items whose words are still to come. */
  get awaited(): readonly string[] {
    return [...this.#awaited.keys()]
  }

  /** Whether an answer is waiting for words. */
  get awaitsAnswer(): boolean {
    return [...this.#awaited.values()].some(({ answer }) => answer)
  }

  /** The item has its audio; its words follow. */
  commit(itemId: string, audioMs: number, answer: boolean): void {
    if (this.#speaking?.itemId === itemId) this.#speaking = undefined
    const traits = this.#profiles.get(itemId)
    this.#profiles.delete(itemId)
    this.#awaited.set(itemId, { answer, audioMs, ...(traits ? { traits } : {}) })
  }

  /** A new mark; at it, the words of `itemId` are complete. Null: what was said up to here is thrown away. */
  mark(itemId: string | null): number {
    const mark = this.#nextMark
    this.#nextMark += 1
    this.#marks.set(mark, itemId)
    return mark
  }

  /** Throws away the speech that has begun. */
  discard(): void {
    const itemId = this.#speaking?.itemId
    this.#speaking = undefined
    if (itemId === undefined) return
    this.#profiles.delete(itemId)
    this.#begun.delete(itemId)
    for (const [utterance, item] of this.#byUtterance) if (item === itemId) this.#byUtterance.set(utterance, null)
  }

  profiled(utterance: number, traits: readonly Trait[]): string | undefined {
    const itemId = this.#byUtterance.get(utterance)
    if (itemId === null) return undefined
    if (itemId === undefined) {
      this.#unclaimedTraits = traits
      return undefined
    }
    const awaited = this.#awaited.get(itemId)
    if (awaited) awaited.traits = traits
    else if (this.#speaking?.itemId === itemId) this.#profiles.set(itemId, traits)
    return itemId
  }

  /** Takes the words of an utterance. Gives the item and its transcript if that is now complete. */
  final(utterance: number, final: Final): { readonly itemId: string; readonly transcript: Transcript } | undefined {
    const itemId = this.#byUtterance.get(utterance)
    this.#byUtterance.delete(utterance)
    if (itemId === null) {
      this.#beginnings.delete(utterance)
      return undefined
    }
    if (itemId === undefined) {
      this.#unclaimed.push(final)
      return undefined
    }
    if (this.#beginnings.delete(utterance)) {
      this.#begun.set(itemId, [...(this.#begun.get(itemId) ?? []), final])
      return undefined
    }
    // The audio ended in the middle of speech: nobody committed it.
    if (this.#speaking?.itemId === itemId) this.#speaking = undefined
    return this.#complete(itemId, [final])
  }

  /** The listener has told everything up to a mark. */
  marked(mark: number): { readonly itemId: string; readonly transcript: Transcript } | undefined {
    const itemId = this.#marks.get(mark)
    this.#marks.delete(mark)
    if (itemId === undefined) return undefined
    const finals = this.#unclaimed
    const traits = this.#unclaimedTraits
    this.#unclaimed = []
    this.#unclaimedTraits = undefined
    if (itemId === null) return undefined
    const awaited = this.#awaited.get(itemId)
    if (awaited && traits) awaited.traits = traits
    return this.#complete(itemId, finals)
  }

  /** Forgets an item's words. */
  forget(itemId: string): void {
    this.#awaited.delete(itemId)
    this.#begun.delete(itemId)
  }

  /** The listener broke: nothing more comes of what was said so far. Gives the items that wait in vain. */
  fail(): readonly string[] {
    const items = this.awaited
    this.#awaited.clear()
    this.#byUtterance.clear()
    this.#marks.clear()
    this.#beginnings.clear()
    this.#begun.clear()
    this.#profiles.clear()
    this.#unclaimed = []
    this.#speaking = undefined
    return items
  }

  #complete(itemId: string, last: readonly Final[]) {
    const finals = [...(this.#begun.get(itemId) ?? []), ...last]
    this.#begun.delete(itemId)
    const awaited = this.#awaited.get(itemId)
    if (!awaited) return undefined
    this.#awaited.delete(itemId)
    const language = finals.find((final) => final.language !== undefined)?.language
    const transcript: Transcript = {
      text: joinedText(finals),
      words: finals.flatMap(({ words }) => words),
      audioMs: awaited.audioMs,
      answer: awaited.answer,
      ...(language === undefined ? {} : { language }),
      ...(awaited.traits ? { traits: awaited.traits } : {}),
    }
    return { itemId, transcript }
  }
}
