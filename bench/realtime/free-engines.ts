/** Models and voices that cost nothing: at once, at the pace of remote ones, or without an end. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { LanguageModel } from '../../src/engines/language-model.ts'
import type { TextToSpeech } from '../../src/engines/text-to-speech.ts'

const sentence = 'Well, this is what I would say to that, if I had anything to say about it at all. '
const words: readonly string[] = sentence.split(/(?<= )/)

/** When the first word comes, how long each takes after that, and how many there are. */
const paces = {
  instant: { firstMs: 0, wordMs: 0, words: words.length },
  /** As a hosted model: 300 ms to the first word, 40 words a second. */
  remote: { firstMs: 300, wordMs: 25, words: words.length },
  /** Talks until it is stopped: 10 words a second for a minute. */
  endless: { firstMs: 0, wordMs: 100, words: 600 },
} as const

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  ms === 0 ? Promise.resolve() : sleep(ms, undefined, { signal }).catch(() => {})

/** `instant`, `remote` or `endless`. */
export const modelOf = (name: string): LanguageModel => {
  const pace = paces[name as keyof typeof paces] ?? paces.instant
  return {
    card: { name: `Free, ${name}` },
    async *generate(_, { signal }) {
      await pause(pace.firstMs, signal)
      for (let i = 0; i < pace.words && !signal.aborted; i += 1) {
        yield { type: 'text', delta: words[i % words.length]! }
        await pause(pace.wordMs, signal)
      }
      if (signal.aborted) return
      yield { type: 'usage', inputTokens: 10, outputTokens: pace.words }
      yield { type: 'finish', reason: 'stop' }
    },
  }
}

const sampleRate = 24_000
const frameMs = 100
const msPerCharacter = 60
const frame = new Float32Array((sampleRate * frameMs) / 1000).map((_, i) => 0.1 * Math.sin(i / 10))

/** `instant`, or `remote`: 150 ms to the first audio of a clause, then three times as fast as it is heard. */
export const voiceOf = (name: string): TextToSpeech => {
  const remote = name === 'remote'
  return {
    sampleRate,
    card: { name: `Free, ${name}` },
    voices: [{ id: 'hum', name: 'Hum', languages: ['en'], description: 'A hum.' }],
    async *speak(pieces, { signal }) {
      let startMs = 0
      for await (const piece of pieces) {
        if (signal.aborted) return
        if (piece.type === 'flush') yield { type: 'flushed', flush: piece.flush }
        if (piece.type !== 'text') continue
        if (remote) await pause(150, signal)
        yield { type: 'text', text: piece.text }
        const frames = Math.ceil((piece.text.length * msPerCharacter) / frameMs)
        for (let i = 0; i < frames && !signal.aborted; i += 1) {
          yield { type: 'audio', frame: { samples: frame, sampleRate, startMs } }
          startMs += frameMs
          if (remote) await pause(frameMs / 3, signal)
        }
      }
    },
  }
}
