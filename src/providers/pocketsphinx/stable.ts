/** Stable words: what partials promise to keep. */
import type { Word } from '../../engines/speech-to-text.ts'

// Measured: in a streaming pass words older than this are seldom heard otherwise later.
const settleMs = 500

/** Text of a run of words. */
export const textOf = (words: readonly Word[]): string => words.map((word) => word.text).join(' ')

/**
 * Makes a promise of what the decoder only guesses: words that ended more than half a second ago become stable, and
 * later guesses are rewritten to begin with them, whatever the decoder thinks by then.
 */
export class StableWords {
  #kept: readonly Word[] = []

  /** The words of a partial at `nowMs` of audio, and how many characters of their text are stable. */
  update(guess: readonly Word[], nowMs: number): { words: readonly Word[]; stable: number } {
    const keptUntil = this.#kept.at(-1)?.endMs ?? Number.NEGATIVE_INFINITY
    // A word belongs after the kept ones if most of it is.
    const rest = guess.filter((word) => (word.startMs + word.endMs) / 2 >= keptUntil)
    const words = [...this.#kept, ...rest]
    let settled = this.#kept.length
    while (settled < words.length && words[settled]!.endMs < nowMs - settleMs) settled += 1
    this.#kept = words.slice(0, settled)
    return { words, stable: textOf(this.#kept).length }
  }
}
