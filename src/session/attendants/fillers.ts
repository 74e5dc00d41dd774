/** Fillers: whether a reply that is long in coming may be filled, and with what. */
import type { ResponsivenessConfig } from '../../conversation/attendant-config.ts'
import type { ReplyRequest } from '../../conversation/effects.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import { sideTask } from '../../engines/side-task.ts'
import { asVoiceError } from '../../errors.ts'
import type { FillerPlan } from '../filler.ts'
import type { Phrase } from '../phrases.ts'
import { ask } from './ask.ts'
import type { Attendant, AttendantParts } from './attendant.ts'
import { shortWords } from './short-words.ts'
import { phraseIn, tailOf } from './tail.ts'

const instructions = `A voice assistant needs a moment before it can answer. Write the few words that it says until then, in the language of the user, such as "Let me think." or "One moment."
They must fit whatever the answer will be. Write the words and nothing else.`

const mostWords = 12

/** The text that is spoken. */
export const fillerText = (phrase: string, { pauseText }: ResponsivenessConfig): string =>
  `${phrase} ${pauseText}`.trim()

export class Fillers implements Attendant {
  readonly #parts: AttendantParts
  readonly #outOfBand = new Set<string>()
  #hasAnswered = false
  /** In the replies to this turn of the user. */
  #inTurn = 0
  #lastAt = Number.NEGATIVE_INFINITY
  #last = ''

  constructor(parts: AttendantParts) {
    this.#parts = parts
  }

  see(event: SessionEvent): void {
    switch (event.type) {
      case 'item.added':
        if (event.item.type === 'message' && event.item.role === 'user') this.#inTurn = 0
        break
      case 'reply.started':
        if (event.reply.outOfBand) this.#outOfBand.add(event.reply.id)
        break
      case 'reply.text':
        if (!event.filler) break
        this.#inTurn += 1
        this.#lastAt = performance.now()
        break
      case 'reply.finished':
        if (!this.#outOfBand.delete(event.reply.id) && event.reply.items.length > 0) this.#hasAnswered = true
        break
      default:
    }
  }

  close(): void {}

  /** Undefined where this reply is not to be filled. */
  planFor(request: ReplyRequest): FillerPlan | undefined {
    const { responsiveness: config } = this.#parts.config()
    const { speech, replyId } = request
    if (!config?.enabled || !speech || this.#outOfBand.has(replyId)) return undefined
    if (!config.onFirstReply && !this.#hasAnswered) return undefined
    return {
      waitMs: config.waitMs,
      maxBuffered: config.maxBuffered,
      phrase: async (signal) => {
        if (this.#inTurn >= config.maxPerTurn || performance.now() - this.#lastAt < config.minGapMs) return undefined
        return this.#phrase(config, speech, signal)
      },
    }
  }

  async #phrase(
    config: ResponsivenessConfig,
    speech: NonNullable<ReplyRequest['speech']>,
    reply: AbortSignal,
  ): Promise<Phrase | undefined> {
    const { engines, phrases, log } = this.#parts
    const deadlineAt = performance.now() + config.deadlineMs
    const stop = new AbortController()
    const abort = (): void => stop.abort()
    reply.addEventListener('abort', abort, { once: true })
    const timer = setTimeout(abort, config.deadlineMs)
    const { signal } = stop
    try {
      const words = await this.#words(config, speech.language, { signal, deadlineMs: config.deadlineMs })
      if (words === '' || performance.now() > deadlineAt) return undefined
      const { voice, model, language, speed, instruction = '' } = speech
      const found = await engines.voice({ voice, model, language })
      const phrase = await phrases.speak({ ...found, language, speed, instruction }, fillerText(words, config), {
        signal,
        log,
      })
      if (phrase) this.#last = words
      return phrase
    } catch (error) {
      const { code, cause } = asVoiceError(error)
      if (!signal.aborted) log.warn({ code, err: cause }, 'no filler could be had')
      return undefined
    } finally {
      clearTimeout(timer)
      reply.removeEventListener('abort', abort)
    }
  }

  async #words(
    config: ResponsivenessConfig,
    language: string,
    { signal, deadlineMs }: { readonly signal: AbortSignal; readonly deadlineMs: number },
  ): Promise<string> {
    const { engines, items, random, log } = this.#parts
    if (config.model === '') {
      const { fillers } = shortWords(language)
      const others = fillers.length > 1 ? fillers.filter((phrase) => phrase !== this.#last) : fillers
      return others[Math.floor(random() * others.length)] ?? ''
    }
    const about = tailOf(items(), config.tailItems)
    const { temperature, maxTokens } = config
    const answer = await ask(
      engines.languageModel(config.model),
      sideTask('filler', config.prompt || instructions, about),
      {
        signal,
        log,
        maxTokens,
        sampling: { temperature },
        deadlineMs,
      },
    )
    return phraseIn(answer, mostWords)
  }
}
