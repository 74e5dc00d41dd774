/** Numbers, spelled words and addresses that are said piece by piece: how far they have come. */
import { wordClass } from './word-classes.ts'

const repeats: Readonly<Record<string, number>> = { double: 1, triple: 2 }

/** Digits at the end of the words, said one by one or written together. */
const digitsAtEnd = (words: readonly string[]): { readonly digits: number; readonly at: number } => {
  let digits = 0
  let at = words.length
  while (at > 0) {
    const word = words[at - 1]!
    if (/^\d+$/.test(word)) digits += word.length
    else if (wordClass(word) === 'digit' || word === 'one') digits += 1
    else if (Object.hasOwn(repeats, word) && digits > 0) digits += repeats[word]!
    else if (wordClass(word) === 'tens' || wordClass(word) === 'teen') digits += 2
    else if (word !== 'dash') break
    at -= 1
  }
  return { digits, at }
}

const isLetter = (word: string): boolean => /^\p{L}$/u.test(word)

/** Letters at the end; `a` and `i` are words where they stand alone. */
const lettersAtEnd = (words: readonly string[]): number => {
  let at = words.length
  while (at > 0 && isLetter(words[at - 1]!)) at -= 1
  const letters = words.length - at
  return letters === 1 && /^[ai]$/.test(words.at(-1)!) ? 0 : letters
}

/** What a run of digits was announced as, and how many digits that has. */
const announced: readonly (readonly [name: string, said: RegExp, lengths: readonly number[]])[] = [
  ['phone', /\b(phone|telephone|mobile|cell|fax|my number|best number)\b/, [10, 11]],
  ['post', /\b(zip|postal|post)\b/, [5, 9]],
  ['card', /\b(card|account|routing|member|membership)\b/, [16, 9, 12]],
  ['code', /\b(code|pin|password|confirmation|reference|order|booking|ticket|tracking)\b/, [4, 6, 8]],
]

const digitFeatures = (words: readonly string[]): readonly string[] => {
  const { digits, at } = digitsAtEnd(words)
  if (digits === 0) return []
  // People are also called at six.
  const called = digits >= 3 && /\b(call|reach|contact) (me|us)\b/.test(words.join(' '))
  const before = words.slice(Math.max(0, at - 6), at).join(' ')
  const found = called ? announced[0] : announced.find(([, said]) => said.test(before))
  const plain = digits > 12 ? 'many' : String(digits)
  if (!found) return [`digits=${plain}`, ...(digits >= 3 ? ['digits-run'] : [])]
  const [name, , lengths] = found
  const state =
    lengths[0] === digits
      ? 'whole'
      : lengths.includes(digits)
        ? 'maybe'
        : digits > Math.max(...lengths)
          ? 'over'
          : 'part'
  return [`${name}-${state}`, `announced-${state}`]
}

const endOfAddress = /\b(dot|point) (com|org|net|edu|gov|io|uk|de|fr|in|ca|au|us|co|info|eu)$/
const beginningOfMail =
  /\be ?mail( address)? (is|it's|its|would be)\b|\b(mail|send|forward) (it|that|this) to [a-z]+ (at|dot)\b/
const mailParts = /\b[a-z0-9]+ at [a-z0-9 ]+ dot\b|\bat (gmail|yahoo|hotmail|outlook|icloud|aol)\b/

const addressFeatures = (text: string, words: readonly string[]): readonly string[] => {
  if (endOfAddress.test(text)) return ['mail-whole']
  if (beginningOfMail.test(text) || mailParts.test(text)) return ['mail-part']
  const postal = /\b(address is|live at|living at|located at|deliver to|ship to)\b(.*)$/.exec(text)
  if (!postal) return []
  const street = words.slice(-6).some((word) => wordClass(word) === 'street')
  return [street ? 'street-named' : 'street-missing']
}

/** Features of the pieces at the end of these words, in lower case. */
export const runFeatures = (words: readonly string[]): readonly string[] => {
  const letters = lettersAtEnd(words)
  const last = words.at(-1) ?? ''
  const spelled = words.some((word) => word === 'spelled' || word === 'spell' || word === 'spelt')
  return [
    ...digitFeatures(words),
    ...addressFeatures(words.join(' '), words),
    ...(letters > 0 ? ['letters', `letters=${letters > 6 ? 'many' : letters}`] : []),
    ...(spelled && letters > 0 ? ['spelling'] : []),
    ...(Object.hasOwn(repeats, last) || last === 'dash' || last === 'dot' ? ['piece-open'] : []),
  ]
}
