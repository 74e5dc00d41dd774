/** A recognizer of whole utterances as a streaming one: hears at each flush, or ahead of it at a pause. */
import { type AudioFrame, endMs } from '../audio/frame.ts'
import { joined } from '../audio/joined.ts'
import type { AudioInput, Work } from './engine.ts'
import type { TranscribeOptions, TranscriptEvent, Word } from './speech-to-text.ts'

/** What was heard in one piece of audio. Word times are on the audio clock. */
export interface Piece {
  readonly text: string
  readonly words: readonly Word[]
  readonly language?: string
}

export interface WholeRecognizer {
  /** Hz of the audio that it is given. */
  readonly sampleRate: number
  /** Longest piece that it hears well. Longer speech is cut at quiet places. */
  readonly maxMs: number
  recognize(audio: AudioFrame, options: TranscribeOptions & Pick<Work, 'signal'>): Promise<Piece>
}

// Pieces that may wait for the recognizer before more audio is read.
const mostWaiting = 2
const windowMs = 100

/** Where to cut: the middle of the quietest tenth of a second in the last third. */
const quietest = (samples: Float32Array, sampleRate: number): number => {
  const window = Math.max(1, Math.round((windowMs * sampleRate) / 1000))
  let best = samples.length
  let least = Number.POSITIVE_INFINITY
  for (let at = Math.floor((samples.length * 2) / 3); at + window <= samples.length; at += window >> 1) {
    let energy = 0
    for (let i = at; i < at + window; i += 1) energy += samples[i]! * samples[i]!
    if (energy <= least) {
      least = energy
      best = at + (window >> 1)
    }
  }
  return best
}

/** Hearing that has begun and may yet be called off. */
interface Hearing {
  readonly piece: Promise<Piece>
  drop(): void
}

/** The open segment: pieces given to the recognizer, and audio that is not yet. */
class Segment {
  readonly #recognizer: WholeRecognizer
  readonly #options: TranscribeOptions
  readonly startMs: number
  readonly #pieces: Hearing[] = []
  #runs: Float32Array[] = []
  #samples = 0
  #restMs: number
  #ahead: Hearing | undefined
  endMs: number

  constructor(recognizer: WholeRecognizer, options: TranscribeOptions, startMs: number) {
    this.#recognizer = recognizer
    this.#options = options
    this.startMs = startMs
    this.endMs = startMs
    this.#restMs = startMs
  }

  /** Resolves when more audio may come. */
  async add(frame: AudioFrame): Promise<void> {
    this.#runs.push(frame.samples)
    this.#samples += frame.samples.length
    this.endMs = endMs(frame)
    const { sampleRate, maxMs } = this.#recognizer
    if (this.#samples * 1000 < maxMs * sampleRate) return
    this.callOff()
    const all = joined(Float32Array, this.#runs)
    const cut = quietest(all, sampleRate)
    this.#pieces.push(this.#hear(all.slice(0, cut)))
    this.#runs = [all.slice(cut)]
    this.#samples = all.length - cut
    this.#restMs += (cut * 1000) / sampleRate
    await this.#pieces.at(-1 - mostWaiting)?.piece
  }

  /** Begins to hear what is there, since nothing but silence is likely to follow. */
  goAhead(): void {
    this.#ahead ??= this.#hear(joined(Float32Array, this.#runs))
  }

  callOff(): void {
    this.#ahead?.drop()
    this.#ahead = undefined
  }

  async heard(): Promise<readonly Piece[]> {
    this.goAhead()
    return Promise.all([...this.#pieces, this.#ahead!].map((hearing) => hearing.piece))
  }

  /** Calls everything off. */
  drop(): void {
    this.callOff()
    for (const hearing of this.#pieces) hearing.drop()
  }

  #hear(samples: Float32Array): Hearing {
    const stop = new AbortController()
    const audio = { samples, sampleRate: this.#recognizer.sampleRate, startMs: this.#restMs }
    const signal = AbortSignal.any([this.#options.signal, stop.signal])
    const piece = this.#recognizer.recognize(audio, { ...this.#options, signal })
    piece.catch(() => {})
    return { piece, drop: () => stop.abort() }
  }
}

/**
 * Transcribes with a recognizer of whole utterances: no partials, one final per flush. What is heard ahead at a pause
 * is the final if a flush follows, and is thrown away if speech goes on.
 */
export async function* transcribeSegmented(
  audio: AsyncIterable<AudioInput>,
  options: TranscribeOptions,
  recognizer: WholeRecognizer,
): AsyncGenerator<TranscriptEvent> {
  const { signal } = options
  let segment: Segment | undefined
  let lastMs = 0
  let stop = (): void => {}
  const stopped = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined)
  })
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()

  const final = async (): Promise<TranscriptEvent | undefined> => {
    const bounds = { startMs: segment?.startMs ?? lastMs, endMs: segment?.endMs ?? lastMs }
    lastMs = bounds.endMs
    const pieces = await Promise.race([segment?.heard() ?? [], stopped])
    segment = undefined
    if (!pieces || signal.aborted) return undefined
    const text = pieces
      .map((piece) => piece.text)
      .filter((part) => part !== '')
      .join(' ')
    const words = pieces.flatMap((piece) => piece.words)
    const language = pieces.find((piece) => piece.text !== '')?.language
    const event = { type: 'final', text, ...bounds, words, pass: 'whole' } as const
    return language === undefined ? event : { ...event, language }
  }

  try {
    for await (const input of audio) {
      if (signal.aborted) return
      if ('flush' in input) {
        const event = await final()
        if (!event) return
        yield event
        yield { type: 'flushed', flush: input.flush }
      } else if ('pause' in input) {
        if (input.pause === 'begun') segment?.goAhead()
        else segment?.callOff()
      } else {
        segment ??= new Segment(recognizer, options, input.startMs)
        await Promise.race([segment.add(input), stopped])
      }
    }
    if (segment && !signal.aborted) {
      const event = await final()
      if (event) yield event
    }
  } finally {
    signal.removeEventListener('abort', stop)
    segment?.drop()
  }
}
