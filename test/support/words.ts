/** Word error rate, for tests that must say whether text is right enough. */

/** Share of words that differ (substituted, missing or added), by the reference's length. */
export const wordErrorRate = (reference: string, heard: string): number => {
  const wanted = words(reference)
  const got = words(heard)
  let row = Array.from({ length: got.length + 1 }, (_, index) => index)
  for (const [index, word] of wanted.entries()) {
    const next = [index + 1]
    for (const [place, other] of got.entries()) {
      next.push(Math.min(row[place]! + (word === other ? 0 : 1), row[place + 1]! + 1, next[place]! + 1))
    }
    row = next
  }
  return wanted.length === 0 ? got.length : row.at(-1)! / wanted.length
}

const words = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}' ]+/gu, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
