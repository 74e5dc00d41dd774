/** Text, as it is written → pieces worth speaking, each as soon as it is sure where it ends. */
import { boundaryAt, isLetterOrDigit } from './boundaries.ts'
import type { Cut } from './rendering.ts'

/** From how many characters on a piece may end at a place of that kind. */
interface Lengths {
  readonly sentence: number
  readonly clause: number
  /** Longer than this, it ends at the best place there was. */
  readonly limit: number
}

/** For the first piece, the second…; the last holds for all that follow. What is spoken buys time to wait for more. */
const lengths: Readonly<Record<Cut, readonly Lengths[]>> = {
  quick: [
    { sentence: 0, clause: 4, limit: 30 },
    { sentence: 0, clause: 300, limit: 500 },
  ],
  clauses: [
    { sentence: 0, clause: 10, limit: 60 },
    { sentence: 0, clause: 40, limit: 160 },
    { sentence: 0, clause: 120, limit: 300 },
  ],
  sentences: [{ sentence: 0, clause: 300, limit: 500 }],
  whole: [{ sentence: 4000, clause: 4500, limit: 5000 }],
}

/** A word longer than this is cut too. */
const longestWord = 2000

/** A character of a script without spaces says about as much as three letters. */
const weight = (char: string): number => (/[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]/.test(char) ? 3 : 1)

const isHighSurrogate = (text: string, at: number): boolean => /[\ud800-\udbff]/.test(text[at] ?? '')

/** Looks for the end of a piece, going on where it stopped for want of text. */
class Scan {
  #at = 0
  #length = 0
  #words = 0
  #spoken = false
  // The best places so far, for a text that goes on for too long.
  #lastClause = 0
  #lastSpace = 0

  /** Where the piece ends; undefined when that depends on what follows. `text` only ever grows. */
  end(text: string, { sentence, clause, limit }: Lengths, begun: boolean): number | undefined {
    for (; this.#at < text.length; this.#at += 1) {
      const char = text[this.#at]!
      const heavy = weight(char)
      let last = this.#at
      if (isLetterOrDigit(char)) {
        if (heavy > 1 || !isLetterOrDigit(text[last - 1] ?? ' ')) this.#words += 1
        this.#spoken = true
      } else if (this.#spoken) {
        const boundary = boundaryAt(text, last, begun)
        if (boundary === 'unsure') return undefined
        if (boundary) {
          const least = boundary.type === 'sentence' ? sentence : clause
          const enough = boundary.type === 'sentence' || this.#words > 1
          if (enough && this.#length + 1 >= least) return boundary.end
          if (this.#words > 1) this.#lastClause = boundary.end
          // A line's end is before its mark, any other after it.
          last = Math.max(last, boundary.end - 1)
        } else if (/\s/.test(char)) this.#lastSpace = last
      }
      this.#length += heavy + last - this.#at
      this.#at = last
      if (this.#length < limit) continue
      if (this.#lastClause > 0) return this.#lastClause
      if (this.#lastSpace > 0) return this.#lastSpace
      if (last + 1 >= longestWord) return isHighSurrogate(text, last) ? last : last + 1
    }
    return undefined
  }
}

/** Cuts text into pieces; all of them joined are the text. */
export class Cutter {
  readonly #lengths: readonly Lengths[]
  #text = ''
  #scan = new Scan()
  /** Pieces since the beginning or the last flush. */
  #count = 0
  /** Whether the next piece is not the first of all: it then begins in the middle of a line. */
  #begun = false

  constructor(cut: Cut) {
    this.#lengths = lengths[cut]
  }

  /** The pieces that are complete with this. */
  push(text: string): string[] {
    this.#text += text
    const pieces: string[] = []
    for (;;) {
      const lengths = this.#lengths[Math.min(this.#count, this.#lengths.length - 1)]!
      const end = this.#scan.end(this.#text, lengths, this.#begun)
      if (end === undefined) return pieces
      pieces.push(this.#take(end))
    }
  }

  /** What is left, complete or not. The next piece is a first one again. */
  flush(): string[] {
    const rest = this.rest()
    this.#count = 0
    return rest
  }

  /** What is left, for a break in the middle of the text. */
  rest(): string[] {
    return this.#text === '' ? [] : [this.#take(this.#text.length)]
  }

  #take(end: number): string {
    const piece = this.#text.slice(0, end)
    this.#text = this.#text.slice(end)
    this.#scan = new Scan()
    this.#count += 1
    this.#begun = true
    return piece
  }
}
