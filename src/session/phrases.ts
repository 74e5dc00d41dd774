/** Phrases: short words that are said again and again, as audio that is already there. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import { joined } from '../audio/joined.ts'
import type { Work } from '../engines/engine.ts'
import type { TextToSpeech } from '../engines/text-to-speech.ts'
import { speak } from '../speaking/speak.ts'
import type { PlacedTag } from '../speaking/spoken.ts'

/** Whose voice, and how. */
export interface PhraseVoice {
  readonly engine: TextToSpeech
  readonly voice: string
  /** BCP-47; empty: the voice's own. */
  readonly language: string
  /** 1 is the voice's own speed. Taken to a tenth, so that one phrase serves who speaks a little slower today. */
  readonly speed: number
  /** How to say it, in words; may be empty. */
  readonly instruction: string
}

/** A phrase as it is heard. Times and places count from its beginning. */
export interface Phrase {
  /** Without tags. */
  readonly text: string
  readonly tags: readonly PlacedTag[]
  /** In the rate of the engine. */
  readonly audio: AudioFrame
  readonly words: readonly {
    readonly from: number
    readonly to: number
    readonly startMs: number
    readonly endMs: number
  }[]
}

/** Longest that is kept. */
const longestMs = 5000
const bytesOf = ({ audio }: Phrase): number => audio.samples.byteLength

/** Keeps `limitBytes` of samples at most, those that were used last. One for all the sessions of a server. */
export class Phrases {
  readonly #limitBytes: number
  readonly #kept = new Map<string, Phrase>()
  /** Two engines may have voices of one name. */
  readonly #engines = new WeakMap<TextToSpeech, number>()
  #lastEngine = 0
  #bytes = 0

  constructor(limitBytes = 8 * 1024 * 1024) {
    this.#limitBytes = limitBytes
  }

  /** Samples that are kept. */
  get bytes(): number {
    return this.#bytes
  }

  /** The phrase if it is there. */
  get(voice: PhraseVoice, text: string): Phrase | undefined {
    const key = this.#keyOf(voice, text)
    const kept = this.#kept.get(key)
    if (!kept) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept
  }

  /** The phrase, spoken now if it is not there; undefined when the signal aborts. Throws what the engine throws. */
  async speak(voice: PhraseVoice, text: string, work: Work): Promise<Phrase | undefined> {
    const kept = this.get(voice, text)
    if (kept) return kept
    const phrase = await spokenPhrase(voice, text, work)
    if (work.signal.aborted) return undefined
    if (durationMs(phrase.audio) <= longestMs) this.#keep(this.#keyOf(voice, text), phrase)
    return phrase
  }

  #keyOf({ engine, voice, language, speed, instruction }: PhraseVoice, text: string): string {
    let id = this.#engines.get(engine)
    if (id === undefined) {
      this.#lastEngine += 1
      id = this.#lastEngine
      this.#engines.set(engine, id)
    }
    return JSON.stringify([id, voice, language, tenth(speed), instruction, text])
  }

  #keep(key: string, phrase: Phrase): void {
    this.#drop(key)
    this.#kept.set(key, phrase)
    this.#bytes += bytesOf(phrase)
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#limitBytes) return
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    const phrase = this.#kept.get(key)
    if (!phrase) return
    this.#bytes -= bytesOf(phrase)
    this.#kept.delete(key)
  }
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}

const tenth = (speed: number): number => Math.round(speed * 10) / 10

const spokenPhrase = async ({ language, speed, ...voice }: PhraseVoice, text: string, work: Work): Promise<Phrase> => {
  const frames: AudioFrame[] = []
  const words: Phrase['words'][number][] = []
  const tags: PlacedTag[] = []
  let said = ''
  const settings = {
    ...voice,
    speed: tenth(speed),
    ...(language === '' ? {} : { language }),
    cut: 'whole' as const,
    ...work,
  }
  for await (const spoken of speak(once(text), settings)) {
    if (spoken.type === 'audio') frames.push(spoken.frame)
    if (spoken.type === 'text') {
      for (const { at, tag } of spoken.tags ?? []) tags.push({ at: at + said.length, tag })
      said += spoken.text
    }
    if (spoken.type === 'word') {
      const { from, to, startMs, endMs } = spoken
      words.push({ from, to, startMs, endMs })
    }
  }
  const samples = joined(
    Float32Array,
    frames.map((frame) => frame.samples),
  )
  return { text: said, tags, words, audio: { samples, sampleRate: voice.engine.sampleRate, startMs: 0 } }
}
