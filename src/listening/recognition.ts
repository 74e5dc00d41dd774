/** One call of the recognizer: the audio of one turn in, its text out. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import type { AudioInput, Pause } from '../engines/engine.ts'
import type { SpeechToText, TranscribeOptions } from '../engines/speech-to-text.ts'
import { VoiceError } from '../errors.ts'
import { Queue } from '../streams/queue.ts'
import type { Tasks } from '../streams/tasks.ts'
import { RateConverter } from './rate.ts'
import { type TextSoFar, Transcript, type WholeText } from './transcript.ts'

/** Audio that may wait for the recognizer. */
const waitingLimitMs = 5000

/** Starts with its construction, as one of `tasks`; fails them when the recognizer does. */
export class Recognition {
  /** The text, once `finish` was called and the last piece has been closed; undefined when that does not come to pass. */
  readonly whole: Promise<WholeText | undefined>
  /** Latest likelihood of the turn's end by a recognizer that decides turns. */
  turnLikelihood: number | undefined
  readonly #transcript = new Transcript()
  readonly #audio = new Queue<AudioInput>(waitingLimitMs, (item) => ('samples' in item ? durationMs(item) : 0))
  readonly #converter: RateConverter
  readonly #partial: (text: TextSoFar) => void
  #flushes = 0
  #flushed = 0
  #finished = false
  #resolve: (text: WholeText | undefined) => void = () => {}

  constructor(parts: {
    readonly engine: SpeechToText
    readonly options: Omit<TranscribeOptions, 'signal'>
    readonly tasks: Tasks
    /** Told of every new guess until the turn is over. */
    readonly partial: (text: TextSoFar) => void
  }) {
    this.#converter = new RateConverter(parts.engine.sampleRate)
    this.#partial = parts.partial
    this.whole = new Promise((resolve) => {
      this.#resolve = resolve
    })
    parts.tasks.start((signal) => this.#run(parts.engine, { ...parts.options, signal }))
  }

  /** The turn so far, as last told. */
  get text(): string {
    return this.#transcript.text
  }

  hear(frame: AudioFrame): void {
    for (const converted of this.#converter.push(frame)) this.#audio.push(converted)
  }

  hint(pause: Pause['pause']): void {
    this.#audio.push({ pause })
  }

  /** Closes the open piece. The next audio may be later on the clock. */
  closePiece(budgetMs: number, sureSpeechMs: number): void {
    for (const rest of this.#converter.flush()) this.#audio.push(rest)
    this.#flushes += 1
    this.#audio.push({ flush: this.#flushes, budgetMs, sureSpeechMs })
  }

  /** No more audio. */
  finish(): void {
    this.#finished = true
    this.#audio.close()
    this.#settle()
  }

  /** Resolves when the recognizer is less than 5 s behind. */
  keepUp(): Promise<void> {
    return this.#audio.weight > waitingLimitMs ? this.#audio.drained() : Promise.resolve()
  }

  async #run(engine: SpeechToText, options: TranscribeOptions): Promise<void> {
    const { signal } = options
    const abort = (): void => this.#audio.abort()
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    try {
      for await (const event of engine.transcribe(this.#audio, options)) {
        switch (event.type) {
          case 'partial':
          case 'final': {
            const text = event.type === 'partial' ? this.#transcript.partial(event) : this.#transcript.close(event)
            if (text && !this.#finished) this.#partial(text)
            break
          }
          case 'flushed':
            this.#flushed = event.flush
            this.#settle()
            break
          case 'turn-ended':
            this.turnLikelihood = event.likelihood
            break
          default:
            event satisfies never
        }
      }
      if (!signal.aborted && !(this.#finished && this.#flushed === this.#flushes))
        throw new VoiceError('provider_failed', 'The recognizer ended before the speech did.')
    } catch (error) {
      if (signal.aborted || error instanceof VoiceError) throw error
      throw new VoiceError('provider_failed', 'The recognizer failed.', { cause: error })
    } finally {
      signal.removeEventListener('abort', abort)
      this.#audio.abort()
      this.#resolve(undefined)
    }
  }

  #settle(): void {
    if (this.#finished && this.#flushed === this.#flushes) this.#resolve(this.#transcript.whole())
  }
}
