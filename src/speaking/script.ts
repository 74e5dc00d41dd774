/** Script: text with tags, as it is written → pieces to speak, and what of it has been spoken. */
import type { Piece } from '../engines/text-to-speech.ts'
import type { Log } from '../log.ts'
import { stressedIn } from '../steering/emphasis.ts'
import { styleOf } from '../steering/instructions.ts'
import { type Steered, SteeringParser } from '../steering/parser.ts'
import { plainStyle, type Style, withStyle } from '../steering/style.ts'
import { Cutter } from './clauses.ts'
import { readable } from './readable.ts'
import type { Rendering } from './rendering.ts'
import type { PlacedTag, Spoken } from './spoken.ts'

/** Text as it is written, in pieces of any size (half words too), and what else `Piece` allows. */
export type SpeakInput = string | Exclude<Piece, { type: 'text' }>

type SpokenText = Extract<Spoken, { type: 'text' }>

export interface ScriptSettings {
  readonly rendering: Rendering
  /** How to begin; may be empty. */
  readonly instruction: string
  /** What of a style the voice follows. */
  readonly follows: readonly (keyof Style)[]
  readonly log: Log
}

const abilities = Object.keys(plainStyle) as (keyof Style)[]

/**
 * An instruction holds from where it stands until another one or a reset, whatever comes between; where each piece is a
 * context of its own and instructions are not repeated, until the end of its piece.
 */
export class Script {
  readonly #parser = new SteeringParser()
  readonly #cutter: Cutter
  readonly #log: Log
  readonly #expression: number
  /** Whether instructions outlast the piece in which they stand. */
  readonly #carries: boolean
  #style: Style | undefined
  /** What was written and not yet spoken. The engine gets the same number of characters to read. */
  #text = ''
  #tags: PlacedTag[] = []
  /** Characters that were written before `#text`, and all that were. */
  #taken = 0
  #written = 0
  #lineBegins = true
  readonly #follows: ReadonlySet<string>
  #reported = false

  constructor({ rendering, instruction, follows, log }: ScriptSettings) {
    const { cut, context, steering, expression } = rendering
    this.#cutter = new Cutter(cut)
    this.#expression = expression
    this.#carries = context === 'speech' || steering === 'repeated'
    this.#log = log
    this.#follows = new Set(follows)
    if (instruction.trim() !== '') this.#instruct(instruction)
  }

  /** What is ready to be spoken with this. */
  write(item: SpeakInput): Piece[] {
    if (typeof item === 'string') return this.#steer(this.#parser.push(item))
    return [...this.end(), item]
  }

  /** What is left. */
  end(): Piece[] {
    return [...this.#steer(this.#parser.flush()), ...this.#cutter.flush().map((text) => this.#piece(text))]
  }

  /** The next so many characters, which are being spoken, with the tags before each of them. */
  take(characters: number): SpokenText {
    const from = this.#taken
    this.#taken += characters
    const text = this.#text.slice(0, characters)
    this.#text = this.#text.slice(characters)
    const count = this.#tags.findIndex(({ at }) => at >= this.#taken)
    const tags = this.#tags.splice(0, count < 0 ? this.#tags.length : count)
    return spokenText(text, tags, from)
  }

  /** The tags behind all that has been spoken; undefined when there are none. */
  takeTags(): SpokenText | undefined {
    const count = this.#tags.findIndex(({ at }) => at > this.#taken)
    const tags = this.#tags.splice(0, count < 0 ? this.#tags.length : count)
    return tags.length > 0 ? spokenText('', tags, this.#taken) : undefined
  }

  #steer(parts: readonly Steered[]): Piece[] {
    return parts.flatMap((part): Piece[] => {
      if (part.type === 'text') {
        this.#written += part.text.length
        return this.#cutter.push(part.text).map((text) => this.#wholePiece(text))
      }
      const before = this.#cutter.rest().map((text) => this.#piece(text))
      this.#tags.push({ at: this.#written, tag: part.raw })
      switch (part.type) {
        case 'instruction':
          this.#instruct(part.instruction)
          return before
        case 'reset':
          this.#style = undefined
          return before
        case 'sound':
          return [...before, { type: 'sound', sound: part.sound, ...(this.#style && { style: this.#style }) }]
        case 'pause':
          return [...before, { type: 'pause', pauseMs: part.pauseMs }]
        default:
          return part satisfies never
      }
    })
  }

  #instruct(instruction: string): void {
    const { style, families } = styleOf(instruction)
    this.#style = style === plainStyle ? undefined : withStyle(plainStyle, style, this.#expression)
    const missing = abilities.filter((name) => style[name] !== plainStyle[name] && !this.#follows.has(name))
    if (this.#reported || (families.length > 0 && missing.length === 0)) return
    this.#reported = true
    // Its words are what somebody says: they are not for the log.
    this.#log.debug({ families, missing }, 'an instruction that the voice cannot follow')
  }

  /** A piece that ends where the text was cut, not at a tag. */
  #wholePiece(text: string): Piece {
    const piece = this.#piece(text)
    if (!this.#carries) this.#style = undefined
    return piece
  }

  /** The piece as the engine is to read it. */
  #piece(text: string): Piece {
    this.#text += text
    const read = readable(text, this.#lineBegins)
    if (text !== '') this.#lineBegins = text.endsWith('\n')
    const stressed = stressedIn(read)
    return {
      type: 'text',
      text: read,
      ...(this.#style && { style: this.#style }),
      ...(stressed.length > 0 && { stressed }),
    }
  }
}

const spokenText = (text: string, tags: readonly PlacedTag[], from: number): SpokenText => ({
  type: 'text',
  text,
  ...(tags.length > 0 && { tags: tags.map(({ at, tag }) => ({ at: at - from, tag })) }),
})
