/** Text, as it is written → pieces worth speaking, each as soon as it is sure where it ends. */
import { boundaryAt, isLetterOrDigit } from './boundaries.ts'

/** From how many characters on a piece may end at a place of that kind. */
interface Lengths {
  readonly sentence: number
  readonly clause: number
  /** Longer than this, it ends at the best place there was. */
  readonly limit: number
}

/** For the first piece, the second…; the last holds for all that follow. What is spoken buys time to wait for more. */
const lengths: Readonly<Record<'clauses' | 'sentences' | 'whole', readonly Lengths[]>> = {
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

/** Where the next piece ends; undefined when that depends on what follows. */
const endOfPiece = (text: string, { sentence, clause, limit }: Lengths, begun: boolean): number | undefined => {
  let length = 0
  let words = 0
  let spoken = false
  // The best places so far, for a text that goes on for too long.
  let lastClause = 0
  let lastSpace = 0
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!
    length += weight(char)
    if (isLetterOrDigit(char)) {
      if (!isLetterOrDigit(text[at - 1] ?? ' ') || weight(char) > 1) words += 1
      spoken = true
    } else if (spoken) {
      const boundary = boundaryAt(text, at, begun)
      if (boundary === 'unsure') return undefined
      if (boundary) {
        const long = length >= (boundary.type === 'sentence' ? sentence : clause)
        if (long && (boundary.type === 'sentence' || words > 1)) return boundary.end
        if (words > 1) lastClause = boundary.end
        // A line's end is before its mark, any other after it.
        const last = Math.max(at, boundary.end - 1)
        length += last - at
        at = last
        continue
      }
      if (/\s/.test(char)) lastSpace = at
    }
    if (length < limit) continue
    if (lastClause > 0) return lastClause
    if (lastSpace > 0) return lastSpace
    if (at + 1 >= longestWord) return isHighSurrogate(text, at) ? at : at + 1
  }
  return undefined
}

/** Cuts text into pieces; all of them joined are the text. */
export class Cutter {
  readonly #lengths: readonly Lengths[]
  #text = ''
  /** Pieces since the beginning or the last flush. */
  #count = 0
  /** Whether the next piece is not the first of all: it then begins in the middle of a line. */
  #begun = false

  constructor(cut: 'clauses' | 'sentences' | 'whole') {
    this.#lengths = lengths[cut]
  }

  /** The pieces that are complete with this. */
  push(text: string): string[] {
    this.#text += text
    const pieces: string[] = []
    for (;;) {
      const end = endOfPiece(this.#text, this.#lengths[Math.min(this.#count, this.#lengths.length - 1)]!, this.#begun)
      if (end === undefined) return pieces
      pieces.push(this.#take(end))
    }
  }

  /** What is left, complete or not. The next piece is a first one again. */
  flush(): string[] {
    const rest = this.#text === '' ? [] : [this.#take(this.#text.length)]
    this.#count = 0
    return rest
  }

  #take(end: number): string {
    const piece = this.#text.slice(0, end)
    this.#text = this.#text.slice(end)
    this.#count += 1
    this.#begun = true
    return piece
  }
}
