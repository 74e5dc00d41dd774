/** PhrasesAhead: has backchannels and fillers spoken while nothing else is going on, so that they are there when they are wanted. */
import type { SessionConfig } from '../../conversation/config.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import { asVoiceError } from '../../errors.ts'
import type { Attendant, AttendantParts } from './attendant.ts'
import { fillerText } from './fillers.ts'
import { shortWords } from './short-words.ts'

/** Everything that may be said in passing. */
const wantedOf = ({ kind, modalities, backchannel, responsiveness, output }: SessionConfig): readonly string[] => {
  if (kind !== 'conversation' || !modalities.audio) return []
  const { backchannels, fillers } = shortWords(output.language)
  const allowed = backchannel?.allowedPhrases ?? []
  return [
    ...(backchannel?.enabled ? (allowed.length > 0 ? allowed : backchannels) : []),
    ...(responsiveness?.enabled && responsiveness.model === ''
      ? fillers.map((phrase) => fillerText(phrase, responsiveness))
      : []),
  ]
}

/** One phrase at a time, and none while somebody speaks. */
export class PhrasesAhead implements Attendant {
  readonly #parts: AttendantParts
  readonly #replies = new Set<string>()
  /** Without end where a phrase cannot be spoken: what was tried is not tried again. */
  readonly #tried = new Set<string>()
  #speaking = false
  #running = false

  constructor(parts: AttendantParts) {
    this.#parts = parts
  }

  see(event: SessionEvent): void {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        break
      case 'speech.started':
        this.#speaking = true
        return
      case 'speech.stopped':
      case 'audio.committed':
      case 'audio.cleared':
        this.#speaking = false
        break
      case 'reply.started':
        this.#replies.add(event.reply.id)
        return
      case 'reply.finished':
        this.#replies.delete(event.reply.id)
        break
      default:
        return
    }
    if (this.#running || this.#next() === undefined) return
    this.#running = true
    this.#parts.start((signal) => this.#speakAll(signal))
  }

  close(): void {}

  get #idle(): boolean {
    return !this.#speaking && this.#replies.size === 0
  }

  /** What is to be spoken now. */
  #next(): string | undefined {
    if (!this.#idle) return undefined
    const config = this.#parts.config()
    return wantedOf(config).find((text) => !this.#tried.has(this.#keyOf(config, text)))
  }

  #keyOf({ output: { voice, model, language, speed } }: SessionConfig, text: string): string {
    return JSON.stringify([voice, model, language, speed, text])
  }

  async #speakAll(signal: AbortSignal): Promise<void> {
    const { engines, phrases, log } = this.#parts
    try {
      for (let text = this.#next(); text !== undefined && !signal.aborted; text = this.#next()) {
        const config = this.#parts.config()
        const { voice, model, language, speed } = config.output
        this.#tried.add(this.#keyOf(config, text))
        const found = await engines.voice({ voice, model, language })
        await phrases.speak({ ...found, language, speed, instruction: '' }, text, { signal, log })
      }
    } catch (error) {
      const { code, cause } = asVoiceError(error)
      if (!signal.aborted) log.warn({ code, err: cause }, 'phrases could not be spoken ahead')
    } finally {
      this.#running = false
    }
  }
}
