/** SteeringParser: text with tags, as it is written → what is to be read, and what the tags ask for. */
import { styleOf } from './instructions.ts'
import { type SoundName, soundOf } from './sounds.ts'

/** A part of a steered text. `raw` is the part as it was written; all of them joined are the text. */
export type Steered = { readonly raw: string } & (
  | { readonly type: 'text'; readonly text: string }
  /** Holds until another, or a reset. */
  | { readonly type: 'instruction'; readonly instruction: string }
  | { readonly type: 'sound'; readonly sound: SoundName }
  | { readonly type: 'pause'; readonly pauseMs: number }
  /** Back to the voice as it is by itself. */
  | { readonly type: 'reset' }
)

type Tag = Steered extends infer One ? (One extends { type: 'text' } ? never : Omit<One, 'raw'>) : never

/** Longer ones are text in brackets. */
const longestTag = 200
const longestPauseMs = 10_000
/** Of a break that does not say. */
const plainPauseMs = 500

const breakTag =
  /^<break(?:\s+(?:time\s*=\s*["']?\s*(\d+(?:\.\d+)?)\s*(ms|s)\s*["']?|strength\s*=\s*["']?[a-z-]*["']?))?\s*\/?>(?:<\/break>)?$/i

/** A tag as found in a text: where it ends, and what it is. */
interface Found {
  readonly end: number
  readonly tag: Tag
}

/** Style markups of an earlier generation stand at the beginning of a text. */
const olderStyles = new Set(['laughing', 'whispering'])

/** What is in brackets, if that is a tag. `first`: nothing was said before. `inWord`: it follows a letter. */
const tagOf = (content: string, first: boolean, inWord: boolean): Tag | undefined => {
  const sound = soundOf(content)
  if (sound && !(first && olderStyles.has(content.trim().toLowerCase()))) return { type: 'sound', sound }
  // Numbers, boxes to tick, lists of strings, addresses.
  if (!/[a-z]{2}|[^\p{ASCII}\P{L}]/iu.test(content) || /^\s*["'{^]|:\/\/|\w@\w/.test(content)) return undefined
  const instruction = content
    .replace(/[^\p{L}\p{N}'’]+/gu, ' ')
    .trim()
    .toLowerCase()
  if (instruction === 'reset') return { type: 'reset' }
  // An index into a list, in a program.
  if (inWord && styleOf(instruction).families.length === 0) return undefined
  return { type: 'instruction', instruction }
}

const isSpace = (char: string): boolean => char === '' || /\s/.test(char)

/** The bracket at `at`; `unsure` while it depends on what follows. */
const bracketAt = (text: string, at: number, before: string, last: boolean): Found | 'unsure' | undefined => {
  let end = at + 1
  for (let depth = 0; depth > 0 || text[end] !== ']'; end += 1) {
    if (end - at > longestTag || text[end] === '\n') return undefined
    if (end >= text.length) return last ? undefined : 'unsure'
    if (text[end] === '[') depth += 1
    else if (text[end] === ']') depth -= 1
  }
  if (end + 1 >= text.length && !last) return 'unsure'
  // The text of a link.
  if (text[end + 1] === '(') return undefined
  const tag = tagOf(text.slice(at + 1, end), before === '', /[a-z0-9_]/i.test(before))
  return tag && { end: end + 1, tag }
}

const breakStart = '<break'

/** The break at `at`; `unsure` while it depends on what follows. */
const breakAt = (text: string, at: number, last: boolean): Found | 'unsure' | undefined => {
  const start = text.slice(at, at + breakStart.length).toLowerCase()
  if (!breakStart.startsWith(start)) return undefined
  const close = text.slice(at, at + longestTag).indexOf('>')
  if (close < 0) return last || text.length - at >= longestTag ? undefined : 'unsure'
  let end = at + close + 1
  const closing = '</break>'
  const rest = text.slice(end, end + closing.length)
  if (rest.toLowerCase() === closing) end += closing.length
  else if (closing.startsWith(rest.toLowerCase()) && !last) return 'unsure'
  const found = breakTag.exec(text.slice(at, end))
  if (!found) return undefined
  if (end >= text.length && !last) return 'unsure'
  const asked = found[1] === undefined ? plainPauseMs : Number(found[1]) * (found[2]!.toLowerCase() === 's' ? 1000 : 1)
  return { end, tag: { type: 'pause', pauseMs: Math.min(longestPauseMs, asked) } }
}

/** Reads a text that comes in parts of any size. Brackets in code, of links and around numbers are text. */
export class SteeringParser {
  #text = ''
  /** The character before `#text`: empty at the beginning; `]` after a tag that had no space around it. */
  #before = ''
  /** The letter before the space that `#before` is, where it is one. */
  #spaceAfter: string | undefined
  #code: 'none' | 'inline' | 'fence' = 'none'

  /** What is sure with this. */
  push(delta: string): Steered[] {
    this.#text += delta
    return this.#read(false)
  }

  /** What is left: nothing more belongs to it. */
  flush(): Steered[] {
    return this.#read(true)
  }

  #read(last: boolean): Steered[] {
    const text = this.#text
    const parts: Steered[] = []
    let from = 0
    let at = 0
    const give = (): void => {
      const part = text.slice(from, at)
      if (part !== '') parts.push({ type: 'text', text: part, raw: part })
    }
    while (at < text.length) {
      if (text[at] === '`') {
        const run = this.#ticks(at, last)
        if (run === 0) break
        at += run
        this.#before = '`'
        this.#spaceAfter = undefined
        continue
      }
      const found = this.#tagAt(at, last)
      if (found === 'unsure') {
        if (at > from && this.#spaceAfter !== undefined) {
          at -= 1
          this.#before = this.#spaceAfter
        }
        break
      }
      if (!found) {
        const after = text[at] === ' ' && /[\p{L}\p{N}]/u.test(this.#before) ? this.#before : undefined
        // A tag and a comma may follow.
        if (after !== undefined && at + 1 >= text.length && !last) break
        this.#spaceAfter = after
        this.#before = text[at]!
        if (this.#before === '\n' && this.#code === 'inline') this.#code = 'none'
        at += 1
        continue
      }
      // A tag between two spaces takes one of them along, and so does one between a word's space and a mark.
      const alone = isSpace(this.#before)
      const end = alone && text[found.end] === ' ' ? found.end + 1 : found.end
      if (at > from && this.#spaceAfter !== undefined && /[,.;:!?…]/.test(text[found.end] ?? '')) at -= 1
      give()
      parts.push({ ...found.tag, raw: text.slice(at, end) })
      if (!alone) this.#before = ']'
      this.#spaceAfter = undefined
      from = end
      at = end
    }
    give()
    this.#text = text.slice(at)
    return parts
  }

  #tagAt(at: number, last: boolean): Found | 'unsure' | undefined {
    if (this.#code !== 'none') return undefined
    if (this.#text[at] === '[') return bracketAt(this.#text, at, this.#before, last)
    return this.#text[at] === '<' ? breakAt(this.#text, at, last) : undefined
  }

  /** Length of the backticks at `at`, which begin or end code; 0 while more may come. */
  #ticks(at: number, last: boolean): number {
    let end = at
    while (this.#text[end] === '`' && end - at < longestTag) end += 1
    if (end >= this.#text.length && end - at < longestTag && !last) return 0
    if (end - at >= 3) this.#code = this.#code === 'fence' ? 'none' : 'fence'
    else if (this.#code !== 'fence') this.#code = this.#code === 'inline' ? 'none' : 'inline'
    return end - at
  }
}
