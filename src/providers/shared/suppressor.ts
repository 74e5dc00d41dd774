/** A noise suppressor whose filter runs in a thread: the caller's side, and the thread's. */
import type { AudioFrame } from '../../audio/frame.ts'
import type { EngineCard } from '../../engines/engine.ts'
import type { NoiseSuppressor } from '../../engines/noise-suppressor.ts'
import type { Entry } from '../../threads/entry.ts'
import { answerQuestions, InferenceThread } from './inference-thread.ts'
import { type FrameFilter, Suppression } from './suppression.ts'

/** The next of one stream: audio, the end of a stretch, or the end of all. */
type Next = { readonly stream: number } & (
  | { readonly type: 'audio'; readonly samples: Float32Array; readonly sampleRate: number; readonly strength: number }
  | { readonly type: 'flush'; readonly strength: number }
  | { readonly type: 'end' }
)

/** One thread for all streams; it starts with the first audio. `data` is what `runFilters` prepares with. */
export const createSuppressor = (parts: {
  readonly name: string
  readonly entry: Entry
  readonly data: unknown
  readonly card: EngineCard
  readonly latencyMs: number
}): NoiseSuppressor => {
  const { name, entry, data, card, latencyMs } = parts
  const thread = new InferenceThread<Next, Float32Array>({ name, entry, data, limit: 1000 })
  let streams = 0
  return {
    card,
    latencyMs,
    async *suppress(audio, { signal, strength }) {
      const stream = streams++
      let sampleRate = 0
      let nextMs: number | undefined
      const framed = (samples: Float32Array): AudioFrame => {
        const frame = { samples, sampleRate, startMs: nextMs ?? 0 }
        nextMs = frame.startMs + (samples.length * 1000) / sampleRate
        return frame
      }
      /** What is left of the stretch; the next may be elsewhere, and at another rate. */
      const rest = async (): Promise<readonly AudioFrame[]> => {
        if (nextMs === undefined) return []
        const samples = await thread.ask({ stream, type: 'flush', strength })
        const frames = samples.length > 0 ? [framed(samples)] : []
        nextMs = undefined
        return frames
      }
      try {
        for await (const item of audio) {
          if (signal.aborted) return
          if ('samples' in item) {
            if (item.sampleRate !== sampleRate) yield* await rest()
            sampleRate = item.sampleRate
            nextMs ??= item.startMs
            const samples = await thread.ask({ stream, type: 'audio', samples: item.samples, sampleRate, strength })
            if (samples.length > 0) yield framed(samples)
            continue
          }
          if ('flush' in item) yield* await rest()
          yield item
        }
        if (!signal.aborted) yield* await rest()
      } finally {
        // A thread that has ended has forgotten it anyway.
        thread.ask({ stream, type: 'end' }).catch(() => {})
      }
    },
    close: () => thread.close(),
  }
}

/** The thread's side: `prepare` is called once and gives what makes a filter for each stream. */
export const runFilters = <Data>(prepare: (data: Data) => Promise<() => FrameFilter>): void =>
  answerQuestions<Data, Next, Float32Array>(async (data) => {
    const makeFilter = await prepare(data)
    const streams = new Map<number, Suppression>()
    return async (next) => {
      const suppression = streams.get(next.stream)
      switch (next.type) {
        case 'audio': {
          const present = suppression ?? new Suppression(makeFilter())
          streams.set(next.stream, present)
          return { answer: await present.push(next.samples, next.sampleRate, next.strength) }
        }
        case 'flush':
          return { answer: (await suppression?.flush(next.strength)) ?? new Float32Array(0) }
        case 'end':
          suppression?.close()
          streams.delete(next.stream)
          return { answer: new Float32Array(0) }
        default:
          throw new Error(`No such question: ${next satisfies never}`)
      }
    }
  })
