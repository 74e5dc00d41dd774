/** Engines that do no thinking: for tests of everything around engines, and for benches of what that costs. */
import { type AudioFrame, durationMs, endMs } from '../../src/audio/frame.ts'
import { Rechunker } from '../../src/audio/rechunk.ts'
import type { SpeechToText, TranscriptEvent, Word } from '../../src/engines/speech-to-text.ts'
import type { VoiceActivity } from '../../src/engines/voice-activity.ts'

const loudness = (samples: Float32Array): number => {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return Math.sqrt(sum / Math.max(1, samples.length))
}

/** How much of a frame is louder than this, in steps of 10 ms. */
const loudMs = ({ samples, sampleRate }: AudioFrame, silenceBelow: number): number => {
  const step = sampleRate / 100
  let loud = 0
  for (let at = 0; at < samples.length; at += step) {
    const part = samples.subarray(at, at + step)
    if (loudness(part) >= silenceBelow) loud += part.length
  }
  return (loud * 1000) / sampleRate
}

/** Likelihood of speech = loudness (RMS) × `gain`, at most 1: what the test wants a window to be, it writes into the samples. */
export const levelVoiceActivity = ({
  gain = 10,
  sampleRate = 16_000,
  windowSamples = 512,
}: {
  readonly gain?: number
  readonly sampleRate?: number
  readonly windowSamples?: number
} = {}): VoiceActivity => ({
  sampleRate,
  windowSamples,
  card: { name: 'Level' },
  async *detect(audio, { signal }) {
    const rechunker = new Rechunker(sampleRate, windowSamples)
    for await (const frame of audio) {
      for (const window of rechunker.push(frame)) {
        if (signal.aborted) return
        const likelihood = Math.min(1, loudness(window.samples) * gain)
        yield { likelihood, startMs: window.startMs, endMs: endMs(window) }
      }
    }
  },
})

/** What a scripted recognizer has seen, over all its calls. */
export interface RecognizerCalls {
  /** Calls of `transcribe`, and how many of them have ended. */
  begun: number
  ended: number
  /** Audio of each call, in milliseconds. */
  readonly audioMs: number[]
  /** What came in beside audio, such as `begun`, `over`, `flush 500`, each after `<call>:`. */
  readonly markers: string[]
  readonly sessions: Set<object>
}

/**
 * Says `word0`, `word1`… for every `wordMs` of audio that is not silent. A flush closes the segment at once: by a whole
 * hearing if it leaves any time, else by the streaming one.
 */
export const scriptedRecognizer = ({
  wordMs = 300,
  silenceBelow = 0.005,
  sampleRate = 16_000,
  whole = (text: string) => text,
}: {
  readonly wordMs?: number
  /** RMS of silence. */
  readonly silenceBelow?: number
  readonly sampleRate?: number
  /** What the whole hearing makes of the streaming text. */
  readonly whole?: (text: string) => string
} = {}): SpeechToText & { readonly calls: RecognizerCalls } => {
  const calls: RecognizerCalls = { begun: 0, ended: 0, audioMs: [], markers: [], sessions: new Set() }
  return {
    sampleRate,
    card: { name: 'Script', languages: ['en'] },
    calls,
    async *transcribe(audio, { signal, partials = true, session }): AsyncIterable<TranscriptEvent> {
      const call = calls.begun
      calls.begun += 1
      calls.audioMs[call] = 0
      if (session) calls.sessions.add(session)
      let said = 0
      let words: Word[] = []
      let open: { startMs: number; endMs: number } | undefined
      let spokenMs = 0
      const text = (): string => words.map((word) => word.text).join(' ')
      const close = (pass: 'streaming' | 'whole'): TranscriptEvent => {
        const { startMs, endMs } = open ?? { startMs: 0, endMs: 0 }
        const final = {
          type: 'final',
          text: pass === 'whole' ? whole(text()) : text(),
          startMs,
          endMs,
          words,
          pass,
        } as const
        open = undefined
        words = []
        spokenMs = 0
        return final
      }
      try {
        for await (const item of audio) {
          if (signal.aborted) return
          if ('pause' in item) calls.markers.push(`${call}:${item.pause}`)
          else if ('flush' in item) {
            calls.markers.push(`${call}:flush ${item.budgetMs}`)
            yield close(item.budgetMs === 0 ? 'streaming' : 'whole')
            yield { type: 'flushed', flush: item.flush }
          } else {
            calls.audioMs[call]! += durationMs(item)
            open = { startMs: open?.startMs ?? item.startMs, endMs: endMs(item) }
            spokenMs += loudMs(item, silenceBelow)
            const before = words.length
            while (spokenMs >= (words.length + 1) * wordMs) {
              words.push({
                text: `word${said}`,
                startMs: Math.max(open.startMs, open.endMs - wordMs),
                endMs: open.endMs,
                confidence: 1,
              })
              said += 1
            }
            if (!partials || words.length === before) continue
            const stable = words.length < 2 ? 0 : text().lastIndexOf(' ')
            yield { type: 'partial', text: text(), stable, ...open, words: [...words] }
          }
        }
        if (open && !signal.aborted) yield close('whole')
      } finally {
        calls.ended += 1
      }
    },
  }
}
