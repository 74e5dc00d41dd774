/** speak(pieces, settings) → AsyncIterable<Spoken>. */
import { durationMs } from '../audio/frame.ts'
import type { Work } from '../engines/engine.ts'
import { followedBy, type Piece, type TextToSpeech } from '../engines/text-to-speech.ts'
import { forEach } from '../streams/for-each.ts'
import { produced } from '../streams/produced.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import { plainRendering, type Rendering } from './rendering.ts'
import { Script, type SpeakInput } from './script.ts'
import type { Spoken } from './spoken.ts'

/** How text is spoken, and by whom. Of the rendering what is missing is as in `plainRendering`. */
export interface SpeakSettings extends Partial<Rendering> {
  readonly engine: TextToSpeech
  /** Id of one of the engine's voices; its first voice where it is missing. */
  readonly voice?: string
  /** BCP-47. */
  readonly language?: string
  /** 1 is the voice's own speed. */
  readonly speed?: number
  /** How to begin, in words such as `speak softly`; a tag in the text takes its place. */
  readonly instruction?: string
}

export type { SpeakInput } from './script.ts'

/** Audio that may wait for the reader: what is spoken next is ready, but not a whole book. */
const aheadMs = 10_000
/** Characters that may wait to be spoken; past that, whoever writes them waits. */
const waitingCharacters = 100_000

/**
 * Speaks text while it is being written, as its tags tell: the first clause's audio is out before the second is synthesised. Ends when
 * the text has ended and been spoken; an aborted signal just ends it, within 20 ms. Throws what the engine throws.
 */
export const speak = (input: AsyncIterable<SpeakInput>, settings: SpeakSettings & Work): AsyncIterable<Spoken> =>
  produced(() => {
    const tasks = new Tasks(settings.signal)
    const spoken = new Queue<Spoken>(aheadMs, (event) => (event.type === 'audio' ? durationMs(event.frame) : 1))
    const pieces = new Queue<Piece>(waitingCharacters, (piece) => (piece.type === 'text' ? piece.text.length : 1))
    const { engine, voice, instruction = '', log } = settings
    const follows = followedBy(engine, voice)
    const script = new Script({ rendering: { ...plainRendering, ...settings }, instruction, follows, log })
    const abort = (): void => {
      pieces.abort()
      spoken.abort()
    }
    if (settings.signal.aborted) abort()
    else settings.signal.addEventListener('abort', abort, { once: true })
    tasks.signal.addEventListener('abort', () => pieces.abort(), { once: true })

    tasks.start((signal) => write(input, pieces, script, signal))
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

/** Input → pieces. */
const write = async (
  input: AsyncIterable<SpeakInput>,
  pieces: Queue<Piece>,
  script: Script,
  signal: AbortSignal,
): Promise<void> => {
  await forEach(input, signal, (item) => {
    for (const piece of script.write(item)) pieces.push(piece)
    return pieces.weight > waitingCharacters ? pieces.drained() : undefined
  })
  for (const piece of script.end()) pieces.push(piece)
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
    if (event.type === 'flushed') rest(script, spoken)
    const more = spoken.push(event.type === 'text' ? script.take(event.text.length) : event)
    return more ? undefined : spoken.drained()
  })
  if (!signal.aborted) rest(script, spoken)
}

/** Tags behind the last text. */
const rest = (script: Script, spoken: Queue<Spoken>): void => {
  const left = script.takeTags()
  if (left) spoken.push(left)
}
