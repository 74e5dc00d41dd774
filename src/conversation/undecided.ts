/** Undecided: speech that is not told yet, because it may be a noise or show no more than that the user listens. */
import type { Trait } from '../engines/voice-profiler.ts'
import { countTelling, countWords } from './backchannels.ts'
import { turnDetectionOf } from './config.ts'
import type { Playback } from './playback.ts'
import type { Replies } from './replies.ts'
import type { Shared } from './shared.ts'

/** Where playout is paced it stands still while this is found out, so that some patience is no harm. */
const pacedSpeechMs = 300

/** An utterance that has not been told of. */
export interface Utterance {
  readonly utterance: number
  /** Where its item would begin. */
  readonly startMs: number
  /** It is going on: not in a pause, not over. */
  sounds: boolean
  /** The longest stretch of it that was told of. */
  speechMs: number
  text: string
  /** How much of that will stay. */
  stable: number
  /** A reply was heard at some time of it, so that “yeah” may mean no more than “go on”. */
  overReply: boolean
  traits?: readonly Trait[]
  /** Its turn is over; its words are still to come. */
  ended?: { readonly endMs: number; readonly silenceMs: number }
}

/** Lengths of speech that matter to a session; see `GateSettings.lastingMs`. */
export const lengthsThatMatter = (minSpeechMs: number, paced: boolean): readonly number[] =>
  [...new Set([minSpeechMs, paced ? Math.max(minSpeechMs, pacedSpeechMs) : 0])].filter((ms) => ms > 0)

/** Few at a time: finals follow soon. In the order of the utterances. */
export class Undecided {
  readonly #shared: Shared
  readonly #replies: Replies
  readonly #playback: Playback
  readonly #utterances = new Map<number, Utterance>()

  constructor(shared: Shared, replies: Replies, playback: Playback) {
    this.#shared = shared
    this.#replies = replies
    this.#playback = playback
  }

  add(utterance: number, startMs: number): Utterance {
    const speech = { utterance, startMs, sounds: true, speechMs: 0, text: '', stable: 0, overReply: false }
    this.#utterances.set(utterance, speech)
    return speech
  }

  get(utterance: number): Utterance | undefined {
    return this.#utterances.get(utterance)
  }

  get any(): boolean {
    return this.#utterances.size > 0
  }

  /** The one that began last. */
  get last(): Utterance | undefined {
    return [...this.#utterances.values()].at(-1)
  }

  /** Takes it out, with those before it that have no words yet: what follows them at once is the same turn. */
  take({ utterance }: Utterance): readonly Utterance[] {
    const taken = [...this.#utterances.values()].filter((speech) => speech.utterance <= utterance)
    for (const speech of taken) this.#utterances.delete(speech.utterance)
    return taken
  }

  /** It was nothing. */
  drop({ utterance }: Utterance): void {
    this.#utterances.delete(utterance)
  }

  clear(): void {
    this.#utterances.clear()
  }

  /** Whether it counts while it goes on. */
  counts(speech: Utterance): boolean {
    const { minSpeechMs, minWords } = this.#shared.config().input.interruption
    const { isHeard, paced } = this.#playback
    speech.overReply ||= isHeard
    const wordsNeeded = speech.overReply && this.#interrupts ? minWords : 0
    if (!paced || !this.#couldStop) return speech.speechMs >= minSpeechMs && this.#words(speech) >= wordsNeeded
    if (this.#words(speech) >= Math.max(1, wordsNeeded)) return true
    // What is known to be a backchannel does not become more by being drawn out.
    const known = countWords(speech.text) > 0
    return wordsNeeded === 0 && !known && speech.speechMs >= Math.max(minSpeechMs, pacedSpeechMs)
  }

  /** Whether it was a turn after all, now that it is over and its words are known. */
  wasTurn(speech: Utterance): boolean {
    const { minWords } = this.#shared.config().input.interruption
    return this.#words(speech) >= Math.max(1, speech.overReply && this.#interrupts ? minWords : 0)
  }

  /** Playout stands still exactly while speech goes on that may yet stop it. */
  holdPlayback(): void {
    if (!this.#playback.paced) return
    this.#playback.hold(this.#couldStop && [...this.#utterances.values()].some(({ sounds }) => sounds))
  }

  get #interrupts(): boolean {
    return turnDetectionOf(this.#shared.config())?.interruptReply ?? false
  }

  /** Whether there is something that speech would stop. */
  get #couldStop(): boolean {
    return this.#interrupts && (this.#replies.main !== undefined || this.#playback.hasRest)
  }

  #words({ text, overReply }: Utterance): number {
    if (text === '') return 0
    if (!overReply) return countWords(text)
    return countTelling(text, this.#shared.config().input.transcription?.languages ?? [])
  }
}
