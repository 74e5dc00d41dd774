/** A whole text → the bytes of its speech in one format, with what is said in them. */
import { endMs } from '../audio/frame.ts'
import type { Log } from '../log.ts'
import { type EncodedFormat, encodeAudio } from '../media/encode.ts'
import { type SpeakInput, speak } from '../speaking/speak.ts'
import type { Spoken } from '../speaking/spoken.ts'
import type { OpenEngines } from './engines.ts'
import { directId, type VoiceWish } from './voices.ts'

/** What is to be spoken, by whom, and how it is to be written. */
export interface SpeechWish {
  /** Whole, or as it is written. */
  readonly script: readonly SpeakInput[] | AsyncIterable<SpeakInput>
  readonly voice: VoiceWish
  readonly speed: number
  /** How to begin, in words. */
  readonly instruction?: string
  /** How strongly instructions are followed; 1, which is as they ask, where it is missing. */
  readonly expression?: number
  readonly format: EncodedFormat
  /** Hz. */
  readonly sampleRate: number
  /** Bits in a second, for formats that lose something. */
  readonly bitRate?: number
  readonly cut: 'clauses' | 'sentences'
}

/** A run of bytes, and what began to be said since the run before. */
export interface SpeechChunk {
  readonly bytes: Uint8Array
  readonly said: readonly Exclude<Spoken, { type: 'audio' }>[]
  /** Audio that has been given to the encoder so far. */
  readonly audioMs: number
}

/** Who speaks, and what comes of it. */
export interface Speech {
  /** The voice by its direct id, such as `flite/slt`. */
  readonly engine: string
  readonly chunks: AsyncGenerator<SpeechChunk, void>
}

async function* given<T>(items: readonly T[] | AsyncIterable<T>): AsyncGenerator<T> {
  yield* items
}

/** Speaks a text. Nothing is synthesised before the chunks are asked for. Throws what opening the engine throws. */
export const speech = async (
  { script, voice: wish, speed, instruction = '', expression = 1, format, sampleRate, bitRate, cut }: SpeechWish,
  parts: {
    readonly engines: OpenEngines
    readonly cacheDir: string
    readonly signal: AbortSignal
    readonly log: Log
  },
): Promise<Speech> => {
  const { engines, cacheDir, signal, log } = parts
  const { engine, id, voice } = await engines.voice(wish)
  const spoken = speak(given(script), {
    engine,
    speed,
    instruction,
    expression,
    cut,
    signal,
    log,
    ...(voice === '' ? {} : { voice }),
    ...(wish.language === '' ? {} : { language: wish.language }),
  })
  async function* chunks(): AsyncGenerator<SpeechChunk, void> {
    let said: SpeechChunk['said'][number][] = []
    let audioMs = 0
    async function* frames() {
      for await (const event of spoken) {
        if (event.type === 'audio') {
          audioMs = endMs(event.frame)
          yield event.frame
        } else said.push(event)
      }
    }
    const encoding = { format, sampleRate, cacheDir, signal, ...(bitRate === undefined ? {} : { bitRate }) }
    for await (const bytes of encodeAudio(frames(), encoding)) {
      const now = said
      said = []
      yield { bytes, said: now, audioMs }
    }
    if (said.length > 0 && !signal.aborted) yield { bytes: new Uint8Array(0), said, audioMs }
  }
  return { engine: directId(id, voice === '' ? (engine.voices[0]?.id ?? '') : voice), chunks: chunks() }
}
