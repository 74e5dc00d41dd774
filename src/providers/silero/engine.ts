/** Voice activity by Silero: one model in one thread for all streams. */
import { Rechunker } from '../../audio/rechunk.ts'
import type { EngineCard } from '../../engines/engine.ts'
import type { Likelihood, VoiceActivity } from '../../engines/voice-activity.ts'
import { forEach } from '../../streams/for-each.ts'
import { Queue } from '../../streams/queue.ts'
import { Tasks } from '../../streams/tasks.ts'
import { entry } from '../../threads/entry.ts'
import { InferenceThread } from '../shared/inference-thread.ts'
import { Batcher } from './batcher.ts'
import { type Judged, type ToJudge, windowSamples } from './messages.ts'

const sampleRate = 16_000
/** Windows of one stream that may be on their way: a second of audio. */
const windowsUnderWay = 32

/** `modelFile`: an ONNX file with the inputs of Silero v5 and v6. */
export const createSilero = (modelFile: string, card: EngineCard): VoiceActivity => {
  const thread = new InferenceThread<ToJudge, Judged>({
    name: 'Voice activity',
    entry: entry(import.meta.url, './worker'),
    data: { modelFile },
    limit: 8,
  })
  const batcher = new Batcher(thread)

  return {
    sampleRate,
    windowSamples,
    card,
    async *detect(audio, { signal }) {
      const stream = batcher.open()
      const rechunker = new Rechunker(sampleRate, windowSamples)
      const outcomes = new Queue<Likelihood>(windowsUnderWay)
      const tasks = new Tasks(signal)
      tasks.signal.addEventListener('abort', () => outcomes.abort(), { once: true })
      let underWay = 0
      let turn = (): void => {}
      const outcome = (): Promise<void> =>
        new Promise((resolve) => {
          turn = resolve
        })
      const judge = ({ samples, startMs }: { samples: Float32Array; startMs: number }): void => {
        underWay += 1
        batcher.push({
          stream,
          samples,
          judged: (likelihood) => {
            underWay -= 1
            outcomes.push({ likelihood, startMs, endMs: startMs + (windowSamples * 1000) / sampleRate })
            turn()
          },
          failed: (error) => {
            underWay -= 1
            outcomes.abort(error)
            turn()
          },
        })
      }
      tasks.start(async (signal) => {
        await forEach(audio, signal, async (frame) => {
          for (const window of rechunker.push(frame)) judge(window)
          while (underWay >= windowsUnderWay && !outcomes.ended) await outcome()
          await outcomes.drained()
        })
        while (underWay > 0 && !outcomes.ended) await outcome()
        outcomes.close()
      })
      try {
        yield* outcomes
      } finally {
        tasks.abort()
        turn()
        await tasks.settled()
        batcher.end(stream)
      }
    },
    close: async () => {
      batcher.close()
      await thread.close()
    },
  }
}
