/** transcribe: one utterance's audio → transcript events, by way of a decoder in a child process. */
import { type AudioFrame, endMs } from '../../audio/frame.ts'
import { samplesToPcm16 } from '../../audio/pcm.ts'
import { Rechunker } from '../../audio/rechunk.ts'
import type { AudioInput } from '../../engines/engine.ts'
import type { TranscribeOptions, TranscriptEvent, Word } from '../../engines/speech-to-text.ts'
import type { Queue } from '../../streams/queue.ts'
import { type Transcription, transcriptionOf } from '../shared/transcription.ts'
import { alternativesOf, wordsOf } from './hearing.ts'
import type { Mean } from './library.ts'
import { isSound } from './sound.ts'
import { type Spelling, spellingOf } from './spelling.ts'
import { StableWords, textOf } from './stable.ts'
import { type Jobs, Utterance } from './utterance.ts'

export const sampleRate = 16_000

// Fewer, larger messages cost less; a partial is at most this much late.
const batchSamples = 0.08 * sampleRate
/** Audio that may wait in the child: what is faster than the decoder, such as a file, waits outside. */
const roomSamples = 2 * sampleRate
/** A process that is this far behind gives fewer partials, then no second pass. */
const partialLagMs = 100
const secondPassLagMs = 300

export interface TranscribeSetup {
  readonly jobs: Jobs
  readonly secondPass: boolean
  /** Cepstral means of sessions. */
  readonly means: WeakMap<object, Mean>
}

const toPcm = (frame: AudioFrame): Int16Array => new Int16Array(samplesToPcm16(frame.samples).buffer)

/** What happens within one call: the reader feeds the decoder, its answers become events. */
class PocketSphinxTranscription implements Transcription {
  readonly #setup: TranscribeSetup
  readonly #options: TranscribeOptions
  readonly #events: Queue<TranscriptEvent>
  readonly #batches = new Rechunker(sampleRate, batchSamples)
  readonly #spell: Spelling
  #utterance: Utterance | undefined
  #startMs = 0
  #endMs = 0
  #open = false
  #stable = new StableWords()
  #lastPartialMs = 0
  #lastText = ''

  constructor(setup: TranscribeSetup, options: TranscribeOptions, events: Queue<TranscriptEvent>) {
    this.#setup = setup
    this.#options = options
    this.#events = events
    this.#spell = spellingOf(options.terms ?? [])
  }

  async take(input: AudioInput): Promise<void> {
    if ('flush' in input) {
      await this.finish(input.budgetMs ?? Number.POSITIVE_INFINITY, input.sureSpeechMs)
      this.#events.push({ type: 'flushed', flush: input.flush })
    } else if ('pause' in input) this.#pause(input.pause === 'begun')
    else await this.#audio(input)
  }

  /** A final for the open segment, or an empty one. */
  async finish(budgetMs: number, sureSpeechMs?: number): Promise<void> {
    const endMs = this.#endMs
    if (!this.#open) {
      const startMs = endMs
      this.#events.push({ type: 'final', text: '', startMs, endMs, words: [], pass: 'streaming', language: 'en' })
      return
    }
    const utterance = this.#send(this.#batches.flush())
    const whole = this.#setup.secondPass && (budgetMs === Number.POSITIVE_INFINITY || utterance.lagMs < secondPassLagMs)
    const since = performance.now()
    const { hearing, streamed, pass } = await utterance.finish(whole, budgetMs)
    this.#options.observe?.({ name: 'final.ms', value: performance.now() - since })
    this.#open = false
    this.#stable = new StableWords()
    this.#lastText = ''
    if (this.#options.session && utterance.mean) this.#setup.means.set(this.#options.session, utterance.mean)
    const startMs = this.#startMs
    const words = isSound(streamed.words, pass === 'whole' ? hearing.words : undefined, sureSpeechMs)
      ? []
      : this.#spell(wordsOf(hearing.words, startMs, pass))
    const alternatives = words.length > 0 ? alternativesOf(hearing) : []
    const event = { type: 'final', text: textOf(words), startMs, endMs, words, pass, language: 'en' } as const
    this.#events.push(this.#options.alternatives ? { ...event, alternatives } : event)
  }

  get open(): boolean {
    return this.#open
  }

  close(): void {
    this.#utterance?.close()
  }

  async #audio(frame: AudioFrame): Promise<void> {
    if (!this.#open) {
      this.#open = true
      this.#startMs = frame.startMs
      this.#lastPartialMs = frame.startMs
      if (!this.#utterance) {
        // Late is better than lost: the audio waits where it came from.
        await this.#setup.jobs.room(this.#options.signal)
        if (this.#options.signal.aborted) return
        this.#utterance = this.#begin()
      }
    }
    this.#endMs = endMs(frame)
    for (const batch of this.#batches.push(frame)) {
      const utterance = this.#send([batch])
      this.#options.observe?.({ name: 'queue.ms', value: (utterance.unheard * 1000) / sampleRate })
      await utterance.room(roomSamples)
    }
  }

  #begin(): Utterance {
    const { session, terms = [], alternatives = 0 } = this.#options
    return new Utterance({
      jobs: this.#setup.jobs,
      mean: session && this.#setup.means.get(session),
      terms,
      alternatives,
      onWords: (words, samples) => {
        // Until it sounds like speech nothing is said of it. The last word does not count: it may yet last for seconds.
        if (isSound(words.slice(0, -1))) return
        this.#partial(this.#spell(wordsOf(words, this.#startMs, 'streaming')), (samples * 1000) / sampleRate)
      },
    })
  }

  #send(batches: readonly AudioFrame[]): Utterance {
    const utterance = this.#utterance!
    for (const batch of batches) utterance.audio(toPcm(batch), this.#wantsPartial(utterance.lagMs))
    return utterance
  }

  /** All while the process keeps up; the further it is behind, the fewer. */
  #wantsPartial(lagMs: number): boolean {
    if (this.#options.partials === false) return false
    if (lagMs > partialLagMs && this.#endMs - this.#lastPartialMs < 5 * lagMs) return false
    this.#lastPartialMs = this.#endMs
    return true
  }

  #partial(guess: readonly Word[], heardMs: number): void {
    const endMs = this.#startMs + heardMs
    const { words, stable } = this.#stable.update(guess, endMs)
    const text = textOf(words)
    if (text === this.#lastText) return
    this.#lastText = text
    this.#events.push({ type: 'partial', text, stable, startMs: this.#startMs, endMs, words })
  }

  #pause(begun: boolean): void {
    if (!this.#open || !this.#setup.secondPass) return
    const utterance = this.#send(this.#batches.flush())
    if (!begun || utterance.lagMs < secondPassLagMs) utterance.pause(begun)
  }
}

/** See `SpeechToText.transcribe`. */
export const transcribe = (
  audio: AsyncIterable<AudioInput>,
  options: TranscribeOptions,
  setup: TranscribeSetup,
): AsyncIterable<TranscriptEvent> =>
  transcriptionOf(audio, options.signal, (events) => new PocketSphinxTranscription(setup, options, events))
