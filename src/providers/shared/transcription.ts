/** One utterance's audio in, its events out: what recognizers share that are fed input by input. */
import type { AudioInput } from '../../engines/engine.ts'
import type { TranscriptEvent } from '../../engines/speech-to-text.ts'
import { Queue } from '../../streams/queue.ts'

const eventLimit = 1000

/** How one engine hears one utterance. */
export interface Transcription {
  /** True while a segment is open: there was audio since the last flush. */
  readonly open: boolean
  /** Takes what comes next, and waits while the engine is behind. */
  take(input: AudioInput): Promise<void>
  /** Gives the open segment its final; `budgetMs` is how long that may take. */
  finish(budgetMs: number): Promise<void>
  /** Lets go of what the engine was lent. */
  close(): void
}

/** See `SpeechToText.transcribe`. `begin` is given the queue that the events go into. */
export async function* transcriptionOf(
  audio: AsyncIterable<AudioInput>,
  signal: AbortSignal,
  begin: (events: Queue<TranscriptEvent>) => Transcription,
): AsyncGenerator<TranscriptEvent> {
  const events = new Queue<TranscriptEvent>(eventLimit)
  const transcription = begin(events)
  const iterator = audio[Symbol.asyncIterator]()
  let ended = false
  const stop = (): void => {
    ended = true
    events.abort()
    transcription.close()
    // Not awaited: an input that is waiting for audio ends by the same signal, in its own time.
    void Promise.resolve(iterator.return?.()).catch(() => {})
  }
  const read = async (): Promise<void> => {
    try {
      for (let next = await iterator.next(); !next.done && !ended; next = await iterator.next()) {
        await transcription.take(next.value)
      }
      if (!ended && transcription.open) await transcription.finish(Number.POSITIVE_INFINITY)
      events.close()
    } catch (error) {
      events.abort(error)
    }
  }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  else void read()
  try {
    yield* events
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}
