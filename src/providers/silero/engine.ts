/** Voice activity by Silero: one model in one thread for all streams. */
import type { AudioFrame } from '../../audio/frame.ts'
import { Rechunker } from '../../audio/rechunk.ts'
import type { EngineCard } from '../../engines/engine.ts'
import type { Likelihood, VoiceActivity } from '../../engines/voice-activity.ts'
import { forEach } from '../../streams/for-each.ts'
import { produced } from '../../streams/produced.ts'
import { Queue } from '../../streams/queue.ts'
import { Tasks } from '../../streams/tasks.ts'
import { entry } from '../../threads/entry.ts'
import { InferenceThread } from '../shared/inference-thread.ts'
import { Batcher, type Stream } from './batcher.ts'
import { type Judged, type ToJudge, windowSamples } from './messages.ts'

const sampleRate = 16_000
const windowMs = (windowSamples * 1000) / sampleRate
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
    detect: (audio, { signal }) => produced(() => begin(batcher, audio, signal)),
    close: async () => {
      batcher.close()
      await thread.close()
    },
  }
}

/** One stream's windows to the batcher, and what comes of them. */
const begin = (
  batcher: Batcher,
  audio: AsyncIterable<AudioFrame>,
  signal: AbortSignal,
): { readonly output: Queue<Likelihood>; readonly end: () => Promise<void> } => {
  const rechunker = new Rechunker(sampleRate, windowSamples)
  const output = new Queue<Likelihood>(windowsUnderWay)
  const tasks = new Tasks(signal)
  let startMs: number | undefined
  let underWay = 0
  let turn = (): void => {}
  const outcome = (): Promise<void> =>
    new Promise((resolve) => {
      turn = resolve
    })
  const keepUp = async (): Promise<void> => {
    while (underWay >= windowsUnderWay && !output.ended) await outcome()
    await output.drained()
  }
  const stream: Stream = {
    number: batcher.open(),
    judged: (likelihood) => {
      underWay -= 1
      const endMs = (startMs ?? 0) + windowMs
      output.push({ likelihood, startMs: startMs ?? 0, endMs })
      startMs = endMs
      turn()
    },
    failed: (error) => {
      underWay -= 1
      output.abort(error)
      turn()
    },
  }
  const stop = (): void => {
    if (signal.aborted) output.abort()
    turn()
  }
  tasks.signal.addEventListener('abort', stop, { once: true })
  if (tasks.signal.aborted) stop()
  tasks.start(async (signal) => {
    await forEach(audio, signal, (frame) => {
      startMs ??= frame.startMs
      for (const { samples } of rechunker.push(frame)) {
        underWay += 1
        batcher.push(stream, samples)
      }
      return underWay >= windowsUnderWay || output.weight > windowsUnderWay ? keepUp() : undefined
    })
    while (underWay > 0 && !output.ended) await outcome()
    output.close()
  })
  const ended = tasks
    .settled()
    .catch((error: unknown) => output.close(error))
    .finally(() => batcher.end(stream.number))
  const end = (): Promise<void> => {
    tasks.abort()
    return ended
  }
  return { output, end }
}
