/** Backchannel: says `mm-hm` while the user speaks, when it is time for it. */
import { type AudioFrame, durationMs } from '../../audio/frame.ts'
import { cutFrame } from '../../audio/rechunk.ts'
import type { BackchannelConfig } from '../../conversation/attendant-config.ts'
import { turnDetectionOf } from '../../conversation/config.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import { interjectionRate } from '../../conversation/interjections.ts'
import { sideTask } from '../../engines/side-task.ts'
import { asVoiceError } from '../../errors.ts'
import type { Heard } from '../../listening/heard.ts'
import { atRate } from '../../listening/rate.ts'
import { passed } from '../passed.ts'
import { ask } from './ask.ts'
import type { Attendant, AttendantParts } from './attendant.ts'
import { ClientPlayback } from './client-playback.ts'
import { shortWords } from './short-words.ts'
import { phraseIn, tailOf } from './tail.ts'

const instructions = `Somebody is still speaking, and you listen. "Heard" is what they have said so far.
If an attentive listener would now say a word or two without interrupting, such as "mm-hm", "I see" or "oh no", write just that, in the language of the speaker. If it says "Allowed", choose one of those. Otherwise write: none`

const mostWords = 4
const mostHeard = 500
/** What a model writes when it means nothing. */
const isNothing = /^(?:none|nothing|silence|null|n\/?a|no response)$/i

const frameMs = 100
/** How far ahead of time audio goes out, so that a late timer is not heard. */
const leadMs = 300

/** Speech of the user, from its beginning to its end. Times by the wall clock. */
interface Turn {
  readonly itemId: string
  readonly startedAt: number
  /** Aborts when it is over. */
  readonly over: AbortController
  text: string
  paused: boolean
  said: number
  saidAt: number
  consideredAt: number
}

type Skip = Extract<SessionEvent, { type: 'backchannel.skipped' }>['reason']

export class Backchannel implements Attendant {
  readonly #parts: AttendantParts
  readonly #playback = new ClientPlayback()
  #replyId: string | undefined
  #turn: Turn | undefined
  #busy = false
  /** Of the one that is being said. */
  #saying: { readonly id: string; readonly stop: AbortController } | undefined

  constructor(parts: AttendantParts) {
    this.#parts = parts
  }

  see(event: SessionEvent): void {
    this.#playback.see(event)
    switch (event.type) {
      case 'speech.started': {
        this.close()
        const never = Number.NEGATIVE_INFINITY
        const { itemId } = event
        const startedAt = performance.now()
        const over = new AbortController()
        const turn = { itemId, startedAt, over, text: '', paused: false, said: 0, saidAt: never, consideredAt: never }
        this.#turn = turn
        // Clients fall silent when they are interrupted.
        if (turnDetectionOf(this.#parts.config())?.interruptReply) this.#playback.stop()
        break
      }
      case 'transcript.partial':
        if (event.itemId !== this.#turn?.itemId || event.text === this.#turn.text) break
        this.#turn.text = event.text
        this.#consider(this.#turn)
        break
      case 'speech.stopped':
      case 'audio.committed':
      case 'audio.cleared':
        this.close()
        break
      case 'reply.started':
        if (!event.reply.outOfBand) this.#replyId = event.reply.id
        break
      case 'reply.finished':
        if (event.reply.id === this.#replyId) this.#replyId = undefined
        break
      case 'backchannel.done':
        if (event.backchannelId === this.#saying?.id) this.#saying.stop.abort()
        break
      default:
    }
  }

  hear(heard: Heard): void {
    if (!this.#turn || (heard.type !== 'speech.stopped' && heard.type !== 'speech.resumed')) return
    this.#turn.paused = heard.type === 'speech.stopped'
    if (this.#turn.paused && this.#turn.text !== '') this.#consider(this.#turn)
  }

  close(): void {
    this.#turn?.over.abort()
    this.#turn = undefined
  }

  /** Whether it is time to say something, as far as that can be known without knowing what was said. */
  #consider(turn: Turn): void {
    const { backchannel: config, kind, modalities } = this.#parts.config()
    if (!config?.enabled || kind !== 'conversation' || !modalities.audio || this.#busy) return
    const now = performance.now()
    if (now - turn.consideredAt < config.evalIntervalMs || now - turn.startedAt < config.minSpeechMs) return
    if (turn.said >= config.maxPerTurn || now - turn.saidAt < config.minGapMs) return
    if (config.requirePause && !turn.paused) return
    if (this.#replyId !== undefined || this.#playback.leftMs() > 0) return
    turn.consideredAt = now
    if (config.decider === 'rule' && this.#parts.random() >= config.fireProbability) return
    this.#busy = true
    this.#parts.start(async (session) => {
      try {
        await this.#say(turn, config, session)
      } finally {
        this.#busy = false
      }
    })
  }

  async #say(turn: Turn, config: BackchannelConfig, session: AbortSignal): Promise<void> {
    const { apply, newId } = this.#parts
    const backchannelId = newId('backchannel')
    const skip = (reason: Skip): void => apply({ type: 'backchannel.skipped', backchannelId, reason })
    const phrase = await this.#phrase(turn, config, session)
    if (session.aborted) return
    if (turn.over.signal.aborted) return skip('turn-ended')
    if (typeof phrase === 'string') return skip(phrase)
    turn.said += 1
    turn.saidAt = performance.now()
    const stop = new AbortController()
    this.#saying = { id: backchannelId, stop }
    const abort = (): void => stop.abort()
    session.addEventListener('abort', abort, { once: true })
    apply({ type: 'backchannel.started', backchannelId, phrase: phrase.text.trim() })
    const frames = config.gain === 0 ? [] : framesOf(phrase.audio, config.gain)
    for (const frame of frames) {
      const aheadMs = turn.saidAt + frame.startMs - leadMs - performance.now()
      if (aheadMs > 0) await passed(aheadMs, stop.signal)
      if (stop.signal.aborted) break
      apply({ type: 'backchannel.audio', backchannelId, frame })
    }
    session.removeEventListener('abort', abort)
    apply({ type: 'backchannel.ended', backchannelId })
    this.#saying = undefined
  }

  /** What to say, as audio, or why nothing. */
  async #phrase(turn: Turn, config: BackchannelConfig, session: AbortSignal) {
    const { engines, phrases, log } = this.#parts
    const { voice, model, language, speed } = this.#parts.config().output
    const stop = new AbortController()
    const { signal } = stop
    const abort = (): void => stop.abort()
    const timer = setTimeout(abort, config.deadlineMs)
    for (const over of [session, turn.over.signal]) over.addEventListener('abort', abort, { once: true })
    try {
      const words = await this.#words(turn, config, signal)
      if (signal.aborted) return 'deadline-missed'
      if (words === '') return 'no-phrase'
      const found = await engines.voice({ voice, model, language })
      const phrase = await phrases.speak({ ...found, language, speed, instruction: '' }, words, { signal, log })
      return phrase && !signal.aborted ? phrase : 'deadline-missed'
    } catch (error) {
      const { code, cause } = asVoiceError(error)
      if (!signal.aborted) log.warn({ code, err: cause }, 'no backchannel could be had')
      return 'failed'
    } finally {
      clearTimeout(timer)
      for (const over of [session, turn.over.signal]) over.removeEventListener('abort', abort)
    }
  }

  async #words({ text }: Turn, config: BackchannelConfig, signal: AbortSignal): Promise<string> {
    const { engines, items, random, log } = this.#parts
    const session = this.#parts.config()
    const allowed = config.allowedPhrases
    if (config.decider === 'rule') {
      const usable = allowed.length > 0 ? allowed : shortWords(session.output.language).backchannels
      return usable[Math.floor(random() * usable.length)] ?? ''
    }
    const { temperature, maxTokens, tailItems, deadlineMs } = config
    const about = [
      tailOf(items(), tailItems),
      `Heard: ${text.slice(-mostHeard)}`,
      ...(allowed.length > 0 ? [`Allowed: ${allowed.join(' | ')}`] : []),
    ]
    const messages = sideTask('backchannel', config.prompt || instructions, about.join('\n'))
    const options = { signal, log, maxTokens, sampling: { temperature }, deadlineMs: 2 * deadlineMs }
    const answer = phraseIn(
      await ask(engines.languageModel(config.model || session.model), messages, options),
      mostWords,
    )
    if (isNothing.test(plain(answer))) return ''
    return allowed.length > 0 ? (allowed.find((phrase) => plain(phrase) === plain(answer)) ?? '') : answer
  }
}

/** A phrase however it is written. */
const plain = (phrase: string): string =>
  phrase
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()

const framesOf = (audio: AudioFrame, gain: number): readonly AudioFrame[] => {
  const { samples, ...frame } = atRate(audio, interjectionRate)
  const louder = { ...frame, samples: samples.map((sample) => Math.max(-1, Math.min(1, sample * gain))) }
  return durationMs(louder) === 0 ? [] : cutFrame(louder, (interjectionRate * frameMs) / 1000)
}
