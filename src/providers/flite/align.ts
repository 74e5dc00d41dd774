/** Which of the phones that were spoken belong to which token, by what each token sounds like alone. */

const vowels = new Set(['aa', 'ae', 'ah', 'ao', 'aw', 'ax', 'ay', 'eh', 'er', 'ey', 'ih', 'iy', 'ow', 'oy', 'uh', 'uw'])

const difference = (a: string, b: string): number => {
  if (a === b) return 0
  return vowels.has(a) === vowels.has(b) ? 0.7 : 1.4
}

/**
 * For each spoken phone the index of its token, never falling. Words sound a little different in a sentence, so this is
 * the cheapest way to change `expected` (the phones of each token alone, in order) into `spoken`.
 */
export const ownersOf = (expected: readonly (readonly string[])[], spoken: readonly string[]): number[] => {
  const flat = expected.flatMap((phones, token) => phones.map((phone) => ({ phone, token })))
  const width = spoken.length + 1
  const costs = new Float32Array((flat.length + 1) * width)
  for (let i = 0; i <= flat.length; i += 1) {
    for (let j = 0; j < width; j += 1) {
      if (i === 0 || j === 0) {
        costs[i * width + j] = i + j
        continue
      }
      const changed = costs[(i - 1) * width + j - 1]! + difference(flat[i - 1]!.phone, spoken[j - 1]!)
      costs[i * width + j] = Math.min(changed, costs[(i - 1) * width + j]! + 1, costs[i * width + j - 1]! + 1)
    }
  }
  const owners = new Array<number>(spoken.length).fill(0)
  let i = flat.length
  let j = spoken.length
  while (j > 0) {
    const cost = costs[i * width + j]!
    if (
      i > 0 &&
      cost === Math.fround(costs[(i - 1) * width + j - 1]! + difference(flat[i - 1]!.phone, spoken[j - 1]!))
    ) {
      i -= 1
      j -= 1
      owners[j] = flat[i]!.token
    } else if (i > 0 && cost === Math.fround(costs[(i - 1) * width + j]! + 1)) {
      i -= 1
    } else {
      j -= 1
      // A sound too many: of the token that is being spoken.
      owners[j] = flat[Math.max(0, i - 1)]?.token ?? 0
    }
  }
  return owners
}
