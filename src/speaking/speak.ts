/** speak(pieces, settings) → AsyncIterable<Spoken>. */
import { durationMs } from '../audio/frame.ts'
import type { Work } from '../engines/engine.ts'
import type { Piece, TextToSpeech } from '../engines/text-to-speech.ts'
import { forEach } from '../streams/for-each.ts'
import { produced } from '../streams/produced.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import { Cutter } from './clauses.ts'
import { readable } from './readable.ts'
import type { Spoken } from './spoken.ts'

/** How text is spoken, and by whom. */
export interface SpeakSettings {
  readonly engine: TextToSpeech
  /** Id of one of the engine's voices; its first voice where it is missing. */
  readonly voice?: string
  /** BCP-47. */
  readonly language?: string
  /** 1 is the voice's own speed. */
  readonly speed?: number
  /**
   * Where text that is still being written is cut: `clauses` speaks soonest, `sentences` sounds better, `whole` waits
   * for the end (or a flush) and sounds best. Default `clauses`.
   */
  readonly cut?: 'clauses' | 'sentences' | 'whole'
}

/** Text as it is written, in pieces of any size (half words too), and what else `Piece` allows. */
export type SpeakInput = string | Exclude<Piece, { type: 'text' }>

/** Audio that may wait for the reader: what is spoken next is ready, but not a whole book. */
const aheadMs = 10_000
/** Characters that may wait to be spoken; past that, whoever writes them waits. */
const waitingCharacters = 100_000

/**
 * Speaks text while it is being written: the first clause's audio is out before the second is synthesised. Ends when
 * the text has ended and been spoken; an aborted signal just ends it, within 20 ms. Throws what the engine throws.
 */
export const speak = (input: AsyncIterable<SpeakInput>, settings: SpeakSettings & Work): AsyncIterable<Spoken> =>
  produced(() => {
    const tasks = new Tasks(settings.signal)
    const spoken = new Queue<Spoken>(aheadMs, (event) => (event.type === 'audio' ? durationMs(event.frame) : 1))
    const pieces = new Queue<Piece>(waitingCharacters, (piece) => (piece.type === 'text' ? piece.text.length : 1))
    const script = new Script()
    const abort = (): void => {
      pieces.abort()
      spoken.abort()
    }
    if (settings.signal.aborted) abort()
    else settings.signal.addEventListener('abort', abort, { once: true })
    tasks.signal.addEventListener('abort', () => pieces.abort(), { once: true })

    tasks.start((signal) => write(input, pieces, script, settings.cut ?? 'clauses', signal))
    tasks.start((signal) => read(pieces, spoken, script, settings, signal))
    const work = tasks
      .settled()
      .then(
        () => spoken.close(),
        (error: unknown) => spoken.close(error),
      )
      .finally(() => settings.signal.removeEventListener('abort', abort))
    return {
      output: spoken,
      end: () => {
        tasks.abort()
        abort()
        return work
      },
    }
  })

/** What was written and not yet spoken, as it was written. The engine gets the same number of characters to read. */
class Script {
  #text = ''
  #lineBegins = true

  /** The piece as the engine is to read it. */
  add(text: string): Piece {
    this.#text += text
    const read = readable(text, this.#lineBegins)
    if (text !== '') this.#lineBegins = text.endsWith('\n')
    return { type: 'text', text: read }
  }

  take(characters: number): string {
    const text = this.#text.slice(0, characters)
    this.#text = this.#text.slice(characters)
    return text
  }
}

/** Input → pieces. */
const write = async (
  input: AsyncIterable<SpeakInput>,
  pieces: Queue<Piece>,
  script: Script,
  cut: 'clauses' | 'sentences' | 'whole',
  signal: AbortSignal,
): Promise<void> => {
  const cutter = new Cutter(cut)
  await forEach(input, signal, (item) => {
    const texts = typeof item === 'string' ? cutter.push(item) : cutter.flush()
    for (const text of texts) pieces.push(script.add(text))
    if (typeof item !== 'string') pieces.push(item)
    return pieces.weight > waitingCharacters ? pieces.drained() : undefined
  })
  for (const text of cutter.flush()) pieces.push(script.add(text))
  pieces.close()
}

/** Pieces → what is spoken. */
const read = async (
  pieces: Queue<Piece>,
  spoken: Queue<Spoken>,
  script: Script,
  { engine, voice, language, speed, log, observe }: SpeakSettings & Work,
  signal: AbortSignal,
): Promise<void> => {
  const events = engine.speak(pieces, {
    signal,
    log,
    ...(observe ? { observe } : {}),
    ...(voice === undefined ? {} : { voice }),
    ...(language === undefined ? {} : { language }),
    ...(speed === undefined ? {} : { speed }),
  })
  await forEach(events, signal, (event) => {
    const more = spoken.push(event.type === 'text' ? { type: 'text', text: script.take(event.text.length) } : event)
    return more ? undefined : spoken.drained()
  })
}
