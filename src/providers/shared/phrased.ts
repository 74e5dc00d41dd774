/** An engine that makes audio phrase by phrase as text-to-speech: clocks, places in the text, frames, pauses, flushes. */

import type { Piece, SpeakOptions, SpeechEvent } from '../../engines/text-to-speech.ts'
import { madeSounds, soundOf } from '../../signal/sounds.ts'
import { type Timbre, timbreOf } from '../../signal/timbre.ts'
import { type SoundName, soundNames } from '../../steering/sounds.ts'
import { forEach } from '../../streams/for-each.ts'
import { produced } from '../../streams/produced.ts'
import { Queue } from '../../streams/queue.ts'

/** A spoken word. `from` and `to` count characters of the text that was to be spoken. */
export interface PhraseWord {
  readonly text: string
  readonly from: number
  readonly to: number
  readonly startMs: number
  readonly endMs: number
  readonly phones?: readonly { readonly phone: string; readonly startMs: number; readonly endMs: number }[]
}

/** Audio of a text, or of its next part; times are on the clock of this audio. */
export interface Phrase {
  readonly samples: Float32Array
  readonly words: readonly PhraseWord[]
}

/** How one text is said. */
export type SayOptions = SpeakOptions & Pick<Extract<Piece, { type: 'text' }>, 'style' | 'stressed'>

/** Text → its audio, in one phrase or several. Ends early, at any time, when the signal aborts. */
export type SayPhrases = (text: string, options: SayOptions) => AsyncIterable<Phrase>

const frameMs = 100
/** Audio that may wait for the reader: the next phrase is made while the last is read, but not the whole text. */
const aheadMs = 1000
/** A pause is not longer than this. */
const longestPauseMs = 60_000

/** The sounds that voices make which speak so. */
export const phrasedSounds: readonly SoundName[] = soundNames.filter((name) => madeSounds.includes(name))

/** Speaks pieces one after another. An abort ends the stream at once, even while a phrase is being made. */
export const speakPhrases = (
  pieces: AsyncIterable<Piece>,
  options: SpeakOptions,
  { sampleRate, say }: { readonly sampleRate: number; readonly say: SayPhrases },
): AsyncIterable<SpeechEvent> =>
  produced(() => {
    const output = new Queue<SpeechEvent>(aheadMs, (event) =>
      event.type === 'audio' ? (event.frame.samples.length * 1000) / sampleRate : 1,
    )
    const controller = new AbortController()
    const { signal } = controller
    const abort = (): void => {
      output.abort()
      controller.abort()
    }
    if (options.signal.aborted) abort()
    else options.signal.addEventListener('abort', abort, { once: true })
    const speaker = new Speaker(output, sampleRate, signal)
    const work = forEach(pieces, signal, (piece) => speaker.speak(piece, say, { ...options, signal }))
      .then(
        () => output.close(),
        (error: unknown) => output.close(error),
      )
      .finally(() => options.signal.removeEventListener('abort', abort))
    return {
      output,
      end: () => {
        abort()
        return work
      },
    }
  })

const styled = ({ style, stressed }: Pick<SayOptions, 'style' | 'stressed'>) => ({
  ...(style && { style }),
  ...(stressed && { stressed }),
})

/** Voices that have said “ah”, by engine and name. */
const timbres = new WeakMap<SayPhrases, Map<string, Timbre | undefined>>()
/** Names come from clients: they are not kept for ever. */
const keptTimbres = 500

/** What a voice sounds like, from a vowel that it is made to say. */
const timbreFor = async (
  say: SayPhrases,
  sampleRate: number,
  { voice = '', language = '', speed: _, ...work }: SpeakOptions,
): Promise<Timbre | undefined> => {
  const known = timbres.get(say) ?? new Map<string, Timbre | undefined>()
  timbres.set(say, known)
  const name = `${voice}\n${language}`
  if (known.has(name)) return known.get(name)
  let longest = new Float32Array(0)
  for await (const { samples } of say('Ah.', { voice, language, ...work }))
    if (samples.length > longest.length) longest = samples.slice()
  if (work.signal.aborted) return undefined
  const timbre = timbreOf(longest, sampleRate)
  if (known.size >= keptTimbres) known.clear()
  known.set(name, timbre)
  return timbre
}

class Speaker {
  readonly #output: Queue<SpeechEvent>
  readonly #sampleRate: number
  readonly #signal: AbortSignal
  /** Samples given so far: the clock. */
  #spoken = 0
  /** Characters given before the present text. */
  #before = 0

  constructor(output: Queue<SpeechEvent>, sampleRate: number, signal: AbortSignal) {
    this.#output = output
    this.#sampleRate = sampleRate
    this.#signal = signal
  }

  async speak(piece: Piece, say: SayPhrases, options: SpeakOptions): Promise<void> {
    switch (piece.type) {
      case 'text':
        this.#output.push({ type: 'text', text: piece.text })
        for await (const phrase of say(piece.text, { ...options, ...styled(piece) })) {
          if (this.#signal.aborted) return
          await this.#give(phrase)
        }
        this.#before += piece.text.length
        return
      case 'pause':
        await this.#give({ samples: this.#silence(piece.pauseMs), words: [] })
        return
      case 'sound': {
        const timbre = await timbreFor(say, this.#sampleRate, options)
        const samples = timbre && soundOf(piece.sound, timbre, piece.style)
        if (samples) await this.#give({ samples, words: [] })
        else if (!this.#signal.aborted) options.log.debug({ sound: piece.sound }, 'a sound that no voice here makes')
        return
      }
      case 'flush':
        this.#output.push({ type: 'flushed', flush: piece.flush })
        return
      default:
        piece satisfies never
    }
  }

  #silence(pauseMs: number): Float32Array {
    const ms = Math.min(longestPauseMs, Math.max(0, pauseMs || 0))
    return new Float32Array(Math.round((ms * this.#sampleRate) / 1000))
  }

  async #give({ samples, words }: Phrase): Promise<void> {
    const rate = this.#sampleRate
    const startMs = (this.#spoken * 1000) / rate
    const size = (rate * frameMs) / 1000
    let next = 0
    for (let at = 0; at < samples.length; at += size) {
      if (this.#signal.aborted) return
      const part = samples.subarray(at, at + size)
      const endMs = ((at + part.length) * 1000) / rate
      const last = at + size >= samples.length
      for (; next < words.length && (last || words[next]!.endMs <= endMs); next += 1)
        this.#output.push(this.#placed(words[next]!, startMs))
      const frame = { samples: part, sampleRate: rate, startMs: (this.#spoken * 1000) / rate }
      this.#spoken += part.length
      if (!this.#output.push({ type: 'audio', frame })) await this.#output.drained()
    }
  }

  #placed(word: PhraseWord, offsetMs: number): SpeechEvent {
    return {
      type: 'word',
      text: word.text,
      from: word.from + this.#before,
      to: word.to + this.#before,
      startMs: word.startMs + offsetMs,
      endMs: word.endMs + offsetMs,
      ...(word.phones
        ? {
            phones: word.phones.map(({ phone, startMs, endMs }) => ({
              phone,
              startMs: startMs + offsetMs,
              endMs: endMs + offsetMs,
            })),
          }
        : {}),
    }
  }
}
