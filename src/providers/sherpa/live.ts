/** Live models as speech-to-text: one utterance's audio → partials and finals. */
import { type AudioFrame, endMs } from '../../audio/frame.ts'
import { joined } from '../../audio/joined.ts'
import type { AudioInput } from '../../engines/engine.ts'
import type { TranscribeOptions, TranscriptEvent, Word } from '../../engines/speech-to-text.ts'
import type { Queue } from '../../streams/queue.ts'
import { type Transcription, transcriptionOf } from '../shared/transcription.ts'
import { type LiveJobs, LiveUtterance } from './live-utterance.ts'
import type { HeardTokens } from './messages.ts'
import { textOf, type Writing, wordsOf } from './words.ts'

// Fewer, larger messages cost less; a partial is at most this much late.
const batchMs = 40
/** Audio that may wait in the child: what is faster than the model, such as a file, waits outside. */
const roomMs = 4000

export interface LiveSetup {
  readonly jobs: LiveJobs
  /** Hz. */
  readonly sampleRate: number
  readonly writing: Writing
  /** Whether tokens, once given, stay (greedy search). */
  readonly keepsTokens: boolean
  /** What the speech is in when nothing tells: the model's only language. */
  readonly language: string | undefined
  /** Which of the wanted languages to tell the model; undefined when it takes none. */
  readonly demand: string | undefined
}

class LiveTranscription implements Transcription {
  readonly #setup: LiveSetup
  readonly #options: TranscribeOptions
  readonly #events: Queue<TranscriptEvent>
  #utterance: LiveUtterance | undefined
  #batch: Float32Array[] = []
  #batched = 0
  #startMs = 0
  #endMs = 0
  #open = false
  #promised = ''
  #lastText = ''

  constructor(setup: LiveSetup, options: TranscribeOptions, events: Queue<TranscriptEvent>) {
    this.#setup = setup
    this.#options = options
    this.#events = events
  }

  get open(): boolean {
    return this.#open
  }

  async take(input: AudioInput): Promise<void> {
    if ('flush' in input) {
      await this.finish()
      this.#events.push({ type: 'flushed', flush: input.flush })
    } else if (!('pause' in input)) await this.#audio(input)
  }

  /** A final for the open segment, or an empty one. */
  async finish(): Promise<void> {
    const segment = { startMs: this.#startMs, endMs: this.#endMs }
    let words: readonly Word[] = []
    let language = this.#setup.language
    if (this.#open && this.#utterance) {
      this.#send()
      const since = performance.now()
      const heard = await this.#utterance.finish()
      this.#options.observe?.({ name: 'final.ms', value: performance.now() - since })
      words = this.#words(heard)
      language = heard.language ?? language
    }
    this.#open = false
    this.#startMs = segment.endMs
    this.#promised = ''
    this.#lastText = ''
    const final = { type: 'final', text: textOf(words), ...segment, words, pass: 'streaming' } as const
    this.#events.push(language === undefined ? final : { ...final, language })
  }

  close(): void {
    this.#utterance?.close()
  }

  async #audio(frame: AudioFrame): Promise<void> {
    if (!this.#open) {
      this.#open = true
      this.#startMs = frame.startMs
      if (!this.#utterance) {
        // Late is better than lost: the audio waits where it came from.
        await this.#setup.jobs.room(this.#options.signal)
        if (this.#options.signal.aborted) return
        this.#utterance = new LiveUtterance({
          jobs: this.#setup.jobs,
          language: this.#setup.demand,
          partials: this.#options.partials !== false,
          onHeard: (heard) => this.#partial(heard),
        })
      }
    }
    this.#endMs = endMs(frame)
    this.#batch.push(frame.samples)
    this.#batched += frame.samples.length
    const { sampleRate } = this.#setup
    if (this.#batched < (batchMs * sampleRate) / 1000) return
    this.#send()
    this.#options.observe?.({ name: 'queue.ms', value: ((this.#utterance?.unheard ?? 0) * 1000) / sampleRate })
    await this.#utterance?.room((roomMs * sampleRate) / 1000)
  }

  #send(): void {
    if (this.#batched === 0) return
    const samples = joined(Float32Array, this.#batch)
    this.#batch = []
    this.#batched = 0
    this.#utterance?.audio(samples)
  }

  #words(heard: HeardTokens): Word[] {
    return wordsOf(heard, this.#setup.writing, this.#startMs, this.#endMs)
  }

  #partial(heard: HeardTokens): void {
    const words = this.#words(heard)
    const text = textOf(words)
    // After a crash the new process hears the segment anew, and may hear it otherwise: then the old guess stands.
    if (text === this.#lastText || !text.startsWith(this.#promised)) return
    this.#lastText = text
    // The last word may still grow.
    if (this.#setup.keepsTokens) {
      const settled = textOf(words.slice(0, -1))
      if (settled.length > this.#promised.length && text.startsWith(settled)) this.#promised = settled
    }
    const { startMs, endMs } = { startMs: this.#startMs, endMs: this.#endMs }
    this.#events.push({ type: 'partial', text, stable: this.#promised.length, startMs, endMs, words })
  }
}

/** See `SpeechToText.transcribe`. */
export const transcribeLive = (
  audio: AsyncIterable<AudioInput>,
  options: TranscribeOptions,
  setup: LiveSetup,
): AsyncIterable<TranscriptEvent> =>
  transcriptionOf(audio, options.signal, (events) => new LiveTranscription(setup, options, events))
