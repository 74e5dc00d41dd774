/** What the user heard of spoken text when it was cut short. */
import type { Part, SpokenWord } from './item.ts'

/** Most of a word must have been heard for it to count. */
const wasHeard = (word: SpokenWord, heardMs: number): boolean => (word.startMs + word.endMs) / 2 <= heardMs

/**
 * The text up to the last word that was heard, to the end of what is written together with it (a comma, a full stop).
 * Where the voice told no word times, or not for the place of the cut, time is taken to pass evenly over the letters.
 * `broken`: the audio itself broke off, so that text behind the last word that was timed was never voiced.
 */
export const heardText = (
  { text = '', audioMs, words = [] }: Pick<Extract<Part, { type: 'audio' }>, 'text' | 'audioMs' | 'words'>,
  heardMs: number,
  broken = false,
): string => {
  if (heardMs <= 0) return ''
  if (heardMs >= audioMs && !(broken && words.length > 0)) return text
  const last = words.findLast((word) => wasHeard(word, heardMs))
  if (words.length > 0) return last ? text.slice(0, last.to + trailing(text.slice(last.to))) : ''
  const place = Math.floor((text.length * heardMs) / audioMs)
  const space = text.lastIndexOf(' ', place)
  return place >= text.length ? text : text.slice(0, Math.max(0, space))
}

/** How many characters that are no space follow at once. */
const trailing = (rest: string): number => /^[^\s\p{L}\p{N}]*/u.exec(rest)?.[0].length ?? 0

/** A spoken part as it was heard. */
export const cutPart = (part: Part, heardMs: number, broken = false): Part => {
  if (part.type !== 'audio') return part
  const text = heardText(part, heardMs, broken)
  return {
    ...part,
    text,
    audioMs: Math.min(part.audioMs, heardMs),
    ...(part.words ? { words: part.words.filter((word) => wasHeard(word, heardMs)) } : {}),
    ...(part.tags ? { tags: part.tags.filter(({ at }) => at < text.length || heardMs >= part.audioMs) } : {}),
    ...(part.fillerCharacters && { fillerCharacters: Math.min(part.fillerCharacters, text.length) }),
    heardMs: Math.min(part.audioMs, heardMs),
  }
}
