/** Times: what was said when → Inworld's `timestampInfo`. */
import type { Spoken } from '../../speaking/spoken.ts'
import { soundOf } from './sounds.ts'

/** All that is spoken but the audio itself. */
export type Said = Exclude<Spoken, { type: 'audio' }>

interface Token {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
  readonly phones?: Extract<Spoken, { type: 'word' }>['phones']
}

export interface WordAlignment {
  readonly words: readonly string[]
  readonly wordStartTimeSeconds: readonly number[]
  readonly wordEndTimeSeconds: readonly number[]
  readonly phoneticDetails: readonly {
    /** Place of the word in `words`. */
    readonly wordIndex: number
    readonly phones: readonly {
      readonly phoneSymbol: string
      readonly startTimeSeconds: number
      readonly durationSeconds: number
      readonly visemeSymbol: string
    }[]
    readonly isPartial: false
  }[]
}

export interface CharacterAlignment {
  readonly characters: readonly string[]
  readonly characterStartTimeSeconds: readonly number[]
  readonly characterEndTimeSeconds: readonly number[]
}

export type TimestampInfo =
  | { readonly wordAlignment: WordAlignment }
  | { readonly characterAlignment: CharacterAlignment }

const seconds = (ms: number): number => Math.round(ms) / 1000

/** Follows what is said and tells its times, each word or character once. */
export class Times {
  readonly #kind: 'words' | 'characters'
  readonly #everyToken: boolean
  #text = ''
  /** Characters that were told. */
  #at = 0
  #endMs = 0
  #tokens: Token[] = []

  /** `everyToken`: also what stands between words; characters always come all. */
  constructor(kind: 'words' | 'characters', everyToken: boolean) {
    this.#kind = kind
    this.#everyToken = everyToken || kind === 'characters'
  }

  /** Takes what was said, in its order. */
  take(said: readonly Said[]): void {
    for (const event of said) {
      if (event.type === 'text') this.#text += event.text
      else if (event.type === 'word') this.#word(event)
    }
  }

  /** What has come since the last call; undefined when that is nothing. `last`: with what stands behind the last word. */
  told(last = false): TimestampInfo | undefined {
    if (last) this.#between(this.#text.length, this.#endMs)
    const tokens = this.#tokens
    this.#tokens = []
    if (tokens.length === 0) return undefined
    return this.#kind === 'words' ? { wordAlignment: words(tokens) } : { characterAlignment: characters(tokens) }
  }

  #word({ from, to, startMs, endMs, phones }: Extract<Said, { type: 'word' }>): void {
    const begin = Math.max(from, this.#at)
    this.#between(begin, startMs)
    this.#tokens.push({ text: this.#text.slice(begin, to), startMs, endMs, ...(phones ? { phones } : {}) })
    this.#at = Math.max(to, begin)
    this.#endMs = Math.max(endMs, this.#endMs)
  }

  /** Spaces and marks up to a word. They take no time; the last space lasts until the word begins. */
  #between(to: number, startMs: number): void {
    const between = this.#text.slice(this.#at, to)
    this.#at = Math.max(to, this.#at)
    if (!this.#everyToken) return
    const parts = between.match(/\s+|\S+/g) ?? []
    for (const [k, text] of parts.entries()) {
      const lasts = k === parts.length - 1 && /\s/.test(text)
      this.#tokens.push({ text, startMs: this.#endMs, endMs: lasts ? Math.max(startMs, this.#endMs) : this.#endMs })
    }
  }
}

const words = (tokens: readonly Token[]): WordAlignment => ({
  words: tokens.map(({ text }) => text),
  wordStartTimeSeconds: tokens.map(({ startMs }) => seconds(startMs)),
  wordEndTimeSeconds: tokens.map(({ endMs }) => seconds(endMs)),
  phoneticDetails: tokens.flatMap(({ phones = [] }, wordIndex) =>
    phones.length === 0
      ? []
      : {
          wordIndex,
          phones: phones.map(({ phone, startMs, endMs }) => {
            const { symbol, viseme } = soundOf(phone)
            return {
              phoneSymbol: symbol,
              startTimeSeconds: seconds(startMs),
              durationSeconds: seconds(endMs - startMs),
              visemeSymbol: viseme,
            }
          }),
          isPartial: false,
        },
  ),
})

/** The characters of a word share its time alike. */
const characters = (tokens: readonly Token[]): CharacterAlignment => {
  const all = tokens.flatMap(({ text, startMs, endMs }) => {
    const letters = [...text]
    const share = (endMs - startMs) / letters.length
    return letters.map((letter, k) => ({ letter, startMs: startMs + share * k, endMs: startMs + share * (k + 1) }))
  })
  return {
    characters: all.map(({ letter }) => letter),
    characterStartTimeSeconds: all.map(({ startMs }) => seconds(startMs)),
    characterEndTimeSeconds: all.map(({ endMs }) => seconds(endMs)),
  }
}
