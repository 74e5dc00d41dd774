/** A recognizer that is told what is said and when: it hears each word as soon as it has been said. */
import { endMs } from '../../src/audio/frame.ts'
import type { SpeechToText, Word } from '../../src/engines/speech-to-text.ts'

/** `words`: on the clock of the session's audio. */
export const toldRecognizer = (words: readonly Word[]): SpeechToText => ({
  sampleRate: 16_000,
  card: { name: 'Told', languages: ['en'] },
  async *transcribe(audio, { signal }) {
    let said: readonly Word[] = []
    let from = 0
    let span = { startMs: 0, endMs: 0 }
    const textOf = (): string => said.map(({ text }) => text).join(' ')
    for await (const item of audio) {
      if (signal.aborted) return
      if ('pause' in item) continue
      if ('flush' in item) {
        yield { type: 'final', text: textOf(), words: said, pass: 'streaming', ...span }
        yield { type: 'flushed', flush: item.flush }
        from = span.endMs
        said = []
        continue
      }
      span = { startMs: from === span.endMs ? item.startMs : span.startMs, endMs: endMs(item) }
      const now = words.filter((word) => word.endMs > from && word.endMs <= span.endMs)
      if (now.length === said.length) continue
      said = now
      yield { type: 'partial', text: textOf(), stable: 0, words: said, ...span }
    }
  },
})
