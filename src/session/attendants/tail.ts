/** What a small model is told of the conversation. */
import type { Item } from '../../conversation/item.ts'

const mostCharacters = 500

/** What was said in an item, without what only filled a silence; undefined while its words are still to come. */
export const saidIn = (item: Item): string | undefined => {
  if (item.type !== 'message') return ''
  const texts = item.parts.map((part) => {
    if (part.type === 'image') return ''
    return part.type === 'audio' ? part.text?.slice(part.fillerCharacters ?? 0) : part.text
  })
  return texts.includes(undefined) ? undefined : texts.join(' ').trim()
}

/** The last so many messages, one a line. */
export const tailOf = (items: readonly Item[], count: number): string =>
  items
    .flatMap((item) => {
      if (item.type !== 'message' || item.role === 'system') return []
      const text = saidIn(item) ?? ''
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
