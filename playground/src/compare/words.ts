/** Words held against a reference: what was substituted, left out and put in. Pure. */

/** One place of the two texts laid side by side. */
export interface Aligned {
  readonly type: 'same' | 'other' | 'missing' | 'extra'
  /** Of the reference. */
  readonly expected?: string
  readonly heard?: string
}

/** Words as they count: without marks and capitals, whichever apostrophe stands in them. */
export const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^\p{L}\p{N}\p{M}'\s]+/gu, ' ')
    .split(/\s+/)
    .map((word) => word.replace(/^'+|'+$/g, ''))
    .filter((word) => word !== '')

/** The cheapest way from one to the other, with words as steps. */
export const align = (expected: readonly string[], heard: readonly string[]): readonly Aligned[] => {
  const [rows, columns] = [expected.length + 1, heard.length + 1]
  const costs = new Uint32Array(rows * columns)
  for (let row = 0; row < rows; row++) costs[row * columns] = row
  for (let column = 0; column < columns; column++) costs[column] = column
  const costAt = (row: number, column: number): number => costs[row * columns + column]!
  for (let row = 1; row < rows; row++)
    for (let column = 1; column < columns; column++) {
      const differs = expected[row - 1] === heard[column - 1] ? 0 : 1
      costs[row * columns + column] = Math.min(
        costAt(row - 1, column - 1) + differs,
        costAt(row - 1, column) + 1,
        costAt(row, column - 1) + 1,
      )
    }
  const aligned: Aligned[] = []
  let [row, column] = [expected.length, heard.length]
  while (row > 0 || column > 0) {
    const here = costAt(row, column)
    const same = row > 0 && column > 0 && expected[row - 1] === heard[column - 1]
    if (row > 0 && column > 0 && here === costAt(row - 1, column - 1) + (same ? 0 : 1)) {
      aligned.push({ type: same ? 'same' : 'other', expected: expected[row - 1]!, heard: heard[column - 1]! })
      row -= 1
      column -= 1
    } else if (row > 0 && here === costAt(row - 1, column) + 1) {
      aligned.push({ type: 'missing', expected: expected[row - 1]! })
      row -= 1
    } else {
      aligned.push({ type: 'extra', heard: heard[column - 1]! })
      column -= 1
    }
  }
  return aligned.reverse()
}

/** The word error rate: faults for each word of the reference; undefined where that has none. */
export const errorRate = (aligned: readonly Aligned[]): number | undefined => {
  const expected = aligned.filter(({ type }) => type !== 'extra').length
  return expected === 0 ? undefined : aligned.filter(({ type }) => type !== 'same').length / expected
}
