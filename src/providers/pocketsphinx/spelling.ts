/** Spelling of custom vocabulary: heard words become what the client wrote. */
import type { Word } from '../../engines/speech-to-text.ts'
import { plainWords } from './vocabulary.ts'

/** Rewrites words, such as `kubernetes` to `Kubernetes`. */
export type Spelling = (words: readonly Word[]) => readonly Word[]

/** For these terms: wherever a whole term was heard, its words are written as in the term. */
export const spellingOf = (terms: readonly string[]): Spelling => {
  const spellings = new Map<string, readonly string[]>()
  let longest = 0
  for (const term of terms) {
    const written = term.split(/\s+/).filter((word) => plainWords(word).length === 1)
    const plain = written.flatMap(plainWords)
    // A term that is not word for word what is heard (`C3PO`, `half-life`) cannot be put back word for word.
    if (plain.length === 0 || plain.length !== plainWords(term).length) continue
    spellings.set(
      plain.join(' '),
      written.map((word) => word.replace(/[.,;:!?]+$/, '')),
    )
    longest = Math.max(longest, plain.length)
  }
  if (longest === 0) return (words) => words
  return (words) => {
    const plain = words.map(({ text }) => text.toLowerCase())
    const spelled = [...words]
    for (let at = 0; at < words.length; ) {
      let length = Math.min(longest, words.length - at)
      while (length > 0 && !spellings.has(plain.slice(at, at + length).join(' '))) length -= 1
      const written = spellings.get(plain.slice(at, at + length).join(' ')) ?? []
      written.forEach((text, index) => {
        spelled[at + index] = { ...words[at + index]!, text }
      })
      at += Math.max(1, length)
    }
    return spelled
  }
}
