/** The text of one turn, put together from the pieces that the recognizer closes. */
import type { TranscriptEvent, Word } from '../engines/speech-to-text.ts'

type Partial = Extract<TranscriptEvent, { type: 'partial' }>
type Final = Extract<TranscriptEvent, { type: 'final' }>

/** A turn's text while it is open. */
export interface TextSoFar {
  readonly text: string
  /** Characters that stay. */
  readonly stable: number
  readonly words: readonly Word[]
}

/** A turn's text once it is over. */
export type WholeText = Pick<Final, 'text' | 'words' | 'pass' | 'language' | 'alternatives'>

const join = (before: string, text: string): string => (before && text ? `${before} ${text}` : before + text)

/** The first letter of a sentence as a capital; what is not a letter before it stays. */
const capitalized = (text: string): string => text.replace(/\p{L}/u, (letter) => letter.toLocaleUpperCase('en'))

/**
 * Partials keep what was promised as stable, also where a piece's final says otherwise; the whole text is made of the
 * finals alone.
 */
export class Transcript {
  readonly #pieces: Final[] = []
  /** The closed pieces, as partials show them. */
  #shown = ''
  #promised = ''
  #last = ''
  #lastStable = 0

  /** The turn with this guess at its open piece; undefined when that tells nothing new or breaks a promise. */
  partial(event: Partial): TextSoFar | undefined {
    const text = join(this.#shown, event.text)
    const stable = event.stable > 0 ? join(this.#shown, event.text.slice(0, event.stable)).length : this.#shown.length
    return this.#tell(text, stable, [...this.#words(), ...(event.words ?? [])])
  }

  /** Closes a piece; what comes next is a new one. */
  close(event: Final): TextSoFar | undefined {
    this.#pieces.push(event)
    const text = join(this.#shown, event.text)
    this.#shown = text.startsWith(this.#promised) ? text : this.#last
    return this.#tell(this.#shown, this.#shown.length, this.#words())
  }

  /** The text as last told. */
  get text(): string {
    return this.#last
  }

  whole(): WholeText {
    const spoken = this.#pieces.filter((piece) => piece.text !== '')
    const text = spoken.map((piece) => piece.text).reduce(join, '')
    const words = this.#words()
    const first = words[0]
    const last = spoken.at(-1)
    const before = spoken
      .slice(0, -1)
      .map((piece) => piece.text)
      .reduce(join, '')
    const language = last?.language ?? this.#pieces.at(-1)?.language
    return {
      text: capitalized(text),
      words:
        first && text.startsWith(first.text) ? [{ ...first, text: capitalized(first.text) }, ...words.slice(1)] : words,
      pass: this.#pieces.every((piece) => piece.pass === 'whole') ? 'whole' : 'streaming',
      ...(language === undefined ? {} : { language }),
      ...(last?.alternatives === undefined
        ? {}
        : {
            alternatives: last.alternatives.map((alternative) => ({
              ...alternative,
              text: capitalized(join(before, alternative.text)),
            })),
          }),
    }
  }

  #words(): readonly Word[] {
    return this.#pieces.flatMap((piece) => piece.words)
  }

  #tell(text: string, stable: number, words: readonly Word[]): TextSoFar | undefined {
    if (!text.startsWith(this.#promised)) return undefined
    const kept = Math.min(text.length, Math.max(stable, this.#promised.length))
    if (text === this.#last && kept === this.#lastStable) return undefined
    this.#last = text
    this.#lastStable = kept
    this.#promised = text.slice(0, kept)
    return { text, stable: kept, words }
  }
}
