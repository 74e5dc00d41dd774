/** A recognizer that costs nothing: it says how far it has heard, once per chunk. */
import { endMs } from '../../src/audio/frame.ts'
import type { SpeechToText } from '../../src/engines/speech-to-text.ts'
import { chunkDone } from './chunks.ts'

/** The gate holds the first audio of a turn back on purpose, so nothing is said about it. */
const heldBackMs = 600

/** Its partials are chunk numbers; its finals say `done`. */
export const freeRecognizer: SpeechToText = {
  sampleRate: 16_000,
  card: { name: 'Free', languages: ['en'], cost: 0 },
  async *transcribe(audio, { signal }) {
    let fromMs: number | undefined
    let said = -1
    let open: { startMs: number; endMs: number } | undefined
    const final = () =>
      ({ type: 'final', text: 'done', words: [], pass: 'streaming', ...(open ?? { startMs: 0, endMs: 0 }) }) as const
    for await (const item of audio) {
      if (signal.aborted) return
      if ('pause' in item) continue
      if ('flush' in item) {
        yield final()
        open = undefined
        yield { type: 'flushed', flush: item.flush }
        continue
      }
      fromMs ??= item.startMs
      open = { startMs: open?.startMs ?? item.startMs, endMs: endMs(item) }
      const chunk = chunkDone(open.endMs)
      if (chunk === said || open.endMs - fromMs < heldBackMs) continue
      said = chunk
      yield { type: 'partial', text: String(chunk), stable: 0, ...open }
    }
    if (open && !signal.aborted) yield final()
  },
}
