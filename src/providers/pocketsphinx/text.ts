/** What the decoder heard, as written words: capitals where the word itself has them, nothing else. */
import { names } from './names.ts'

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** One word of the dictionary as it is written in the middle of a sentence. */
export const written = (word: string): string => {
  if (word === 'i' || word.startsWith("i'")) return capital(word)
  // Spelled letters are `a.` and `u.s.` there, abbreviations `mr.`.
  if (/^([a-z]\.)+([a-z]|'s|s)?$/.test(word))
    return word.replace(/[a-z]\./g, (letter) => letter.charAt(0).toUpperCase())
  const plain = word.replace(/\.$/, '')
  return names.has(plain.replace(/'s$/, '')) ? capital(plain) : plain
}
