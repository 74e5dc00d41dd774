/** A whole recording → what is heard in it: what the HTTP routes and the warm-up share. */
import { type AudioFrame, durationMs, endMs } from '../audio/frame.ts'
import type { ListenEvent, ListenStart } from '../listening/commands.ts'
import { listen } from '../listening/listen.ts'
import type { ListenSettings } from '../listening/settings.ts'
import type { Log } from '../log.ts'
import { type DecodeLimits, type DecodeOptions, decodeAudio, decodeChannels } from '../media/decode.ts'
import { gather, type Hearing } from '../protocols/hearing.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import type { OpenEngines } from './engines.ts'

export interface Transcribing {
  /** Id of the engine that serves. */
  readonly engine: string
  /** Says when the engine stands in for the model that was asked for. */
  readonly warning?: string
  /** Read to its end; throws a VoiceError when the audio cannot be read or the engine fails. */
  readonly events: AsyncIterable<ListenEvent>
}

export interface TranscribeParts {
  readonly engines: OpenEngines
  readonly start: ListenStart
  readonly signal: AbortSignal
  readonly log: Log
  readonly limits?: Partial<DecodeLimits>
}

/** Audio of one channel that may wait for its listener. */
const channelLimitMs = 5_000

/**
 * Decodes and listens, as fast as the engines go and in bounded memory; each final waits for the best hearing. Channels are
 * mixed. Throws a VoiceError when no engine can serve.
 */
export const transcribe = async (
  recording: Uint8Array | AsyncIterable<Uint8Array>,
  parts: TranscribeParts,
): Promise<Transcribing> => {
  const { settings, engine, warning } = await parts.engines.listenSettings(parts.start)
  const frames = decodeAudio(bytesOf(recording), decodeOptions(parts))
  return { engine, ...(warning ? { warning } : {}), events: hear(frames, engine, settings, parts) }
}

/** The same with every channel as a stream of its own: a call with one speaker on each. Resolves when all has been heard. */
export const transcribeChannels = async (
  recording: Uint8Array | AsyncIterable<Uint8Array>,
  parts: TranscribeParts,
): Promise<{ readonly engine: string; readonly warning?: string; readonly channels: readonly Hearing[] }> => {
  const { settings, engine, warning } = await parts.engines.listenSettings(parts.start)
  const queues: Queue<AudioFrame>[] = []
  const hearings: Promise<Hearing>[] = []
  const tasks = new Tasks(parts.signal)
  tasks.signal.addEventListener('abort', () => {
    for (const queue of queues) queue.abort()
  })
  const channel = (): Queue<AudioFrame> => {
    const queue = new Queue<AudioFrame>(channelLimitMs, durationMs)
    queues.push(queue)
    const hearing = gather(hear(queue, engine, settings, { ...parts, signal: tasks.signal }))
    hearings.push(hearing)
    tasks.start(async () => {
      await hearing
    })
    return queue
  }
  tasks.start(async () => {
    for await (const block of decodeChannels(bytesOf(recording), decodeOptions({ ...parts, signal: tasks.signal }))) {
      for (const [index, frame] of block.entries()) {
        const queue = queues[index] ?? channel()
        if (!queue.push(frame)) await queue.drained()
      }
    }
    for (const queue of queues) queue.close()
  })
  await tasks.settled()
  return { engine, ...(warning ? { warning } : {}), channels: await Promise.all(hearings) }
}

async function* hear(
  frames: AsyncIterable<AudioFrame>,
  engine: string,
  settings: ListenSettings,
  { signal, log }: TranscribeParts,
): AsyncGenerator<ListenEvent> {
  let audioMs = 0
  async function* counted() {
    for await (const frame of frames) {
      audioMs = endMs(frame)
      yield frame
    }
  }
  const patient = { ...settings, finalBudgetMs: Number.POSITIVE_INFINITY, partials: false, signal, log }
  yield { type: 'listen.started', engine }
  yield* listen(counted(), patient)
  yield { type: 'listen.ended', audioMs: Math.round(audioMs) }
}

const decodeOptions = ({ start, signal, limits }: TranscribeParts): DecodeOptions => ({
  format: start.format,
  signal,
  ...(limits ? { limits } : {}),
})

const bytesOf = (recording: Uint8Array | AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  recording instanceof Uint8Array ? once(recording) : recording

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
