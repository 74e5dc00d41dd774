/** TextBuffer: text that comes in parts of any size → how much of it is to be spoken together, and when. */
import { Cutter } from './clauses.ts'

/** When waiting text is spoken without being asked for. */
export interface BufferRules {
  /** As soon as so many characters wait. */
  readonly characters: number
  /** As soon as a sentence is complete. */
  readonly sentences: boolean
}

/** A tag longer than this is text. */
const longestTag = 200
const openTag = /(?:\[[^\]\n]*|<(?:b(?:r(?:e(?:a(?:k[^>]*)?)?)?)?)?)$/i

/** Where a text ends that may be spoken before more has come: before a tag that is not complete. */
const sureEnd = (text: string): number => {
  const from = Math.max(0, text.length - longestTag)
  const open = openTag.exec(text.slice(from))
  return open ? from + open.index : text.length
}

export class TextBuffer {
  #rules: BufferRules
  #text = ''

  constructor(rules: BufferRules) {
    this.#rules = rules
  }

  /** True when there is nothing that could be spoken. */
  get isEmpty(): boolean {
    return this.#text.trim() === ''
  }

  set rules(rules: BufferRules) {
    this.#rules = rules
  }

  /** Takes more of the text; gives what is to be spoken at once, or nothing. */
  push(text: string): string {
    this.#text += text
    const { characters, sentences } = this.#rules
    const length = sentences ? new Cutter('sentences').push(this.#text).join('').length : 0
    const ready = this.#take(Math.min(length, sureEnd(this.#text)))
    return this.#text.length < characters ? ready : ready + this.take('words')
  }

  /** What waits: all of it, all but a tag that is not complete, or whole words alone. */
  take(what: 'all' | 'sure' | 'words'): string {
    if (what === 'all') return this.#take(this.#text.length)
    const end = sureEnd(this.#text)
    if (what === 'sure') return this.#take(end)
    const space = /\s\S*$/.exec(this.#text.slice(0, end))?.index
    if (space !== undefined) return this.#take(space + 1)
    return this.#text.length < this.#rules.characters ? '' : this.#take(end)
  }

  /** Blanks alone are not worth speaking: they wait. */
  #take(end: number): string {
    const taken = this.#text.slice(0, end)
    if (taken.trim() === '') return ''
    this.#text = this.#text.slice(end)
    return taken
  }
}
