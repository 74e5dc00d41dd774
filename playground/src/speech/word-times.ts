/** Which word is heard when: the wire's `timestampInfo` → places in the text. Pure. */

/** A word that was spoken; places are those of the text without tags, times those of its audio. */
export interface SpokenWord {
  readonly from: number
  readonly to: number
  readonly startMs: number
  readonly endMs: number
}

/** As Inworld's wires tell it. */
export interface TimestampInfo {
  readonly wordAlignment?: {
    readonly words: readonly string[]
    readonly wordStartTimeSeconds: readonly number[]
    readonly wordEndTimeSeconds: readonly number[]
  }
}

/** Finds words in the text, one behind the other; the wire says what they are, not where. */
export const placeWords = (text: string, timed: readonly TimestampInfo[]): readonly SpokenWord[] => {
  const placed: SpokenWord[] = []
  let at = 0
  for (const { wordAlignment } of timed) {
    for (const [index, word] of (wordAlignment?.words ?? []).entries()) {
      const name = word.trim()
      // Marks and spaces have times of their own with some models.
      if (!/[\p{L}\p{N}]/u.test(name)) continue
      const from = text.indexOf(name, at)
      if (from < 0) continue
      at = from + name.length
      const { wordStartTimeSeconds: starts, wordEndTimeSeconds: ends } = wordAlignment!
      placed.push({ from, to: at, startMs: (starts[index] ?? 0) * 1000, endMs: (ends[index] ?? 0) * 1000 })
    }
  }
  return placed
}

/** When the word begins that stands from one place to another; undefined where nothing of it has been spoken. */
export const startOf = (words: readonly SpokenWord[], from: number, to: number): number | undefined =>
  words.find((word) => word.from < to && word.to > from)?.startMs
