/** Word error rate: two texts → the words that match, and how many were wrong, missing or invented. */

/** One step of an alignment: a pair of words, or one without a partner. Numbers are places in the word lists. */
export type Step =
  | { readonly type: 'match' | 'substitution'; readonly reference: number; readonly heard: number }
  | { readonly type: 'deletion'; readonly reference: number }
  | { readonly type: 'insertion'; readonly heard: number }

export interface WordErrors {
  /** Words in the reference. */
  readonly words: number
  readonly substitutions: number
  readonly deletions: number
  readonly insertions: number
}

const ones = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
  'seventeen eighteen nineteen'
).split(' ')
const tens = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

const spelled = (number: number): string => {
  if (number < 20) return ones[number]!
  if (number < 100) return `${tens[Math.floor(number / 10)]}${number % 10 ? ` ${ones[number % 10]}` : ''}`
  if (number < 1000)
    return `${ones[Math.floor(number / 100)]} hundred${number % 100 ? ` ${spelled(number % 100)}` : ''}`
  const rest = number % 1000
  return `${spelled(Math.floor(number / 1000))} thousand${rest ? ` ${spelled(rest)}` : ''}`
}

/** Two ways to write the same spoken word. */
const sameWords: Readonly<Record<string, string>> = { mr: 'mister', mrs: 'missus', dr: 'doctor', ok: 'okay' }

/**
 * The words that are compared: lower case, without punctuation and hyphens, apostrophes kept within words, numbers up
 * to 999,999 written out, a few abbreviations too. Scripts without spaces between words count by character.
 */
export const wordsOf = (text: string): readonly string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’ʼ`]/g, "'")
    .replace(/(\d),(?=\d{3})/g, '$1')
    .replace(/\d{1,6}(?!\d)/g, (digits) => ` ${/^0\d/.test(digits) ? spelledDigits(digits) : spelled(Number(digits))} `)
    .replace(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu, ' $& ')
    .replace(/[^\p{L}\p{M}\p{N}']+/gu, ' ')
    .split(' ')
    .map((word) => word.replace(/^'+|'+$/g, ''))
    .filter((word) => word !== '')
    .map((word) => sameWords[word] ?? word)

const spelledDigits = (digits: string): string => [...digits].map((digit) => ones[Number(digit)]).join(' ')

/** The alignment with the fewest errors (Levenshtein), in the order of the words. */
export const align = (reference: readonly string[], heard: readonly string[]): readonly Step[] => {
  const width = heard.length + 1
  // costs[r * width + h]: fewest errors between the first r and the first h words.
  const costs = new Uint32Array((reference.length + 1) * width)
  const at = (r: number, h: number): number => costs[r * width + h]!
  for (let h = 0; h < width; h += 1) costs[h] = h
  for (let r = 1; r <= reference.length; r += 1) {
    costs[r * width] = r
    for (let h = 1; h < width; h += 1) {
      const pair = at(r - 1, h - 1) + (reference[r - 1] === heard[h - 1] ? 0 : 1)
      costs[r * width + h] = Math.min(pair, at(r - 1, h) + 1, at(r, h - 1) + 1)
    }
  }
  const steps: Step[] = []
  let r = reference.length
  let h = heard.length
  while (r > 0 || h > 0) {
    const same = r > 0 && h > 0 && reference[r - 1] === heard[h - 1]
    if (r > 0 && h > 0 && at(r, h) === at(r - 1, h - 1) + (same ? 0 : 1)) {
      r -= 1
      h -= 1
      steps.push({ type: same ? 'match' : 'substitution', reference: r, heard: h })
    } else if (r > 0 && at(r, h) === at(r - 1, h) + 1) {
      r -= 1
      steps.push({ type: 'deletion', reference: r })
    } else {
      h -= 1
      steps.push({ type: 'insertion', heard: h })
    }
  }
  return steps.reverse()
}

/** Counts the errors of what was heard against what was said. */
export const wordErrors = (reference: string, heard: string): WordErrors => {
  const words = wordsOf(reference)
  const steps = align(words, wordsOf(heard))
  const count = (type: Step['type']): number => steps.filter((step) => step.type === type).length
  return {
    words: words.length,
    substitutions: count('substitution'),
    deletions: count('deletion'),
    insertions: count('insertion'),
  }
}

/** Errors over many texts: of all their words together, so that long texts weigh more. 1 is 100 %. */
export const wordErrorRate = (errors: readonly WordErrors[]): number => {
  const wrong = errors.reduce((sum, one) => sum + one.substitutions + one.deletions + one.insertions, 0)
  const words = errors.reduce((sum, one) => sum + one.words, 0)
  return words === 0 ? Number.NaN : wrong / words
}
