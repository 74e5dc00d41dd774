/** What a small model is told of the conversation. */
import type { Item } from '../../conversation/item.ts'

const mostCharacters = 500

/** The last so many messages, one a line. */
export const tailOf = (items: readonly Item[], count: number): string =>
  items
    .flatMap((item) => {
      if (item.type !== 'message' || item.role === 'system') return []
      const text = item.parts
        .map((part) => (part.type === 'image' ? '' : (part.text ?? '')))
        .join(' ')
        .trim()
      return text === '' ? [] : [`${item.role === 'user' ? 'User' : 'Assistant'}: ${text.slice(-mostCharacters)}`]
    })
    .slice(count === 0 ? Number.POSITIVE_INFINITY : -count)
    .join('\n')

/** A phrase that a model has come up with, without quotes, tags and line breaks; empty when it is no phrase. */
export const phraseIn = (text: string, mostWords: number): string => {
  const [line = ''] = text
    .replace(/\[[^\]]*\]|<[^>]*>/g, '')
    .trim()
    .split('\n', 1)
  const phrase = line.replace(/^["'“”«»\s]+|["'“”«»\s]+$/gu, '')
  const count = phrase.match(/\p{L}[\p{L}\p{M}'’-]*/gu)?.length ?? 0
  return count === 0 || count > mostWords || phrase.length > 100 ? '' : phrase
}
