/** Text with steering tags → what is said, and how. Pure. */

/** A piece of such a text. `instruction` counts the instructions of the text from 0. */
export type Piece =
  | {
      readonly type: 'word'
      readonly text: string
      /** Where it begins in the text without tags. */
      readonly from: number
      /** The instruction that colours it. */
      readonly instruction?: number
    }
  | { readonly type: 'space' }
  | { readonly type: 'tag'; readonly kind: 'instruction'; readonly text: string; readonly instruction: number }
  | { readonly type: 'tag'; readonly kind: 'sound' | 'reset' | 'pause'; readonly text: string }

const soundNames =
  'breathe sigh gasp pant huff grunt groan moan laugh chuckle giggle cackle snort scoff cry sob wail whimper whine sniff sniffle ' +
  'shriek squeal howl clear cough choke gag sneeze hiccup yawn burp snore shush hmm growl swallow gulp spit whistle kiss'
const sounds = new Set(soundNames.split(' '))

/** `laughs`, `clearing throat` and `laugh` are sounds alike. */
const isSound = (tag: string): boolean => {
  const words = tag.toLowerCase().split(/[\s_]+/)
  const [first = ''] = words
  if (words.length > 2 || (words.length === 2 && words[1] !== 'throat')) return false
  const stems = [first, first.replace(/s$/, ''), first.replace(/ing$/, ''), first.replace(/ing$/, 'e')]
  return stems.some((stem) => sounds.has(stem))
}

const tagPattern = /\[([^[\]]{1,200})\]|<break\s+time="([^"]{1,20})"\s*\/?>/gi

/** An end of the text that may yet become a tag is left out. */
const complete = (text: string): string => text.replace(/(?:\[[^[\]]{0,200}|<b?r?e?a?k?[^>]{0,30})$/i, '')

const wordsOf = (text: string, from: number, instruction: number | undefined): readonly Piece[] =>
  [...text.matchAll(/\s+|\S+/g)].map((match): Piece => {
    if (match[0].trim() === '') return { type: 'space' }
    const word = { type: 'word', text: match[0], from: from + match.index } as const
    return instruction === undefined ? word : { ...word, instruction }
  })

/** Reads a text as it stands so far. */
export const readSteered = (written: string): readonly Piece[] => {
  const text = complete(written)
  const pieces: Piece[] = []
  let [at, removed, instructions] = [0, 0, 0]
  let current: number | undefined
  for (const match of text.matchAll(tagPattern)) {
    const [whole, name, pause] = match
    // Brackets around a number are text as any other.
    if (name !== undefined && !/\p{L}/u.test(name)) continue
    pieces.push(...wordsOf(text.slice(at, match.index), at - removed, current))
    at = match.index + whole.length
    removed += whole.length
    if (pause !== undefined) pieces.push({ type: 'tag', kind: 'pause', text: pause })
    else if (name!.trim().toLowerCase() === 'reset') {
      current = undefined
      pieces.push({ type: 'tag', kind: 'reset', text: 'reset' })
    } else if (isSound(name!.trim())) pieces.push({ type: 'tag', kind: 'sound', text: name!.trim() })
    else {
      current = instructions
      instructions += 1
      pieces.push({ type: 'tag', kind: 'instruction', text: name!.trim(), instruction: current })
    }
  }
  pieces.push(...wordsOf(text.slice(at), at - removed, current))
  return pieces
}

/** The text as it is said. */
export const withoutTags = (text: string): string =>
  complete(text).replace(tagPattern, (whole, name?: string) =>
    name !== undefined && !/\p{L}/u.test(name) ? whole : '',
  )
