/** Which words of a text are stressed by their capitals, and which are only written so. */
import { acronyms, shortWords } from './capitals.ts'

/** A stretch of a text. */
export interface Stressed {
  readonly from: number
  readonly to: number
}

const word = /[\p{L}\p{N}][\p{L}\p{N}'’]*/gu
const isShouted = (text: string): boolean => {
  const bare = text.replace(/['’]/g, '')
  if (!/^\p{Lu}{2,}$/u.test(bare) || acronyms.has(bare)) return false
  if (bare.length <= 3) return shortWords.has(bare)
  return /[AEIOUY]/.test(bare) || !/^[A-Z]+$/.test(bare)
}
/** A syllable in capitals, as in abSOLutely. */
const hasStress = (text: string): boolean => /^\p{L}?\p{Ll}+\p{Lu}{2,}\p{Ll}+$/u.test(text)

/** The stressed words of a text, in order; none where all of it is in capitals. */
export const stressedIn = (text: string): Stressed[] => {
  const words = [...text.matchAll(word)]
  const stressed = words.filter(({ 0: found }) => isShouted(found) || hasStress(found))
  if (stressed.length > 3 && stressed.length > words.length / 2) return []
  return stressed.map(({ 0: found, index }) => ({ from: index, to: index + found.length }))
}
