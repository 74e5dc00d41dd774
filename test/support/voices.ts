/** A voice that is not a voice: every word takes its time, and nothing else. For tests of what speaks through one. */

import type { TextToSpeech } from '../../src/engines/text-to-speech.ts'
import type { PhraseWord } from '../../src/providers/shared/phrased.ts'
import { speakPhrases } from '../../src/providers/shared/phrased.ts'

/** What a scripted voice has been given. */
export interface VoiceCalls {
  readonly texts: string[]
  /** Speeches begun, and how many of them have ended. */
  begun: number
  ended: number
}

/** Each word sounds for `wordMs`. `before` is awaited before a text is spoken; it may throw. */
export const scriptedVoice = ({
  wordMs = 100,
  sampleRate = 16_000,
  before,
}: {
  readonly wordMs?: number
  readonly sampleRate?: number
  readonly before?: (text: string) => Promise<void> | void
} = {}): TextToSpeech & { readonly calls: VoiceCalls } => {
  const calls: VoiceCalls = { texts: [], begun: 0, ended: 0 }
  return {
    sampleRate,
    card: { name: 'Script' },
    voices: [{ id: 'one', name: 'One', languages: ['en-US'], description: 'A tone.' }],
    calls,
    async *speak(pieces, options) {
      calls.begun += 1
      try {
        yield* speakPhrases(pieces, options, {
          sampleRate,
          async *say(text) {
            calls.texts.push(text)
            await before?.(text)
            const words = [...text.matchAll(/[\p{L}\p{N}.,'-]*[\p{L}\p{N}]/gu)].map(
              ({ 0: word, index }, place): PhraseWord => ({
                text: word,
                from: index,
                to: index + word.length,
                startMs: place * wordMs,
                endMs: (place + 1) * wordMs,
              }),
            )
            yield { samples: new Float32Array((words.length * wordMs * sampleRate) / 1000).fill(0.1), words }
          },
        })
      } finally {
        calls.ended += 1
      }
    },
  }
}
