/** A whole recording → what is heard in it: what the HTTP routes and the warm-up share. */
import { endMs } from '../audio/frame.ts'
import type { ListenEvent, ListenStart } from '../listening/commands.ts'
import { listen } from '../listening/listen.ts'
import type { Log } from '../log.ts'
import { type DecodeLimits, decodeAudio } from '../media/decode.ts'
import type { OpenEngines } from './engines.ts'

export interface Transcribing {
  /** Id of the engine that serves. */
  readonly engine: string
  /** Says when the engine stands in for the model that was asked for. */
  readonly warning?: string
  /** Read to its end; throws a VoiceError when the audio cannot be read or the engine fails. */
  readonly events: AsyncIterable<ListenEvent>
}

/**
 * Decodes and listens, as fast as the engines go and in bounded memory; each final waits for the best hearing. Throws a
 * VoiceError when no engine can serve.
 */
export const transcribe = async (
  recording: Uint8Array | AsyncIterable<Uint8Array>,
  parts: {
    readonly engines: OpenEngines
    readonly start: ListenStart
    readonly signal: AbortSignal
    readonly log: Log
    readonly limits?: Partial<DecodeLimits>
  },
): Promise<Transcribing> => {
  const { engines, start, signal, log, limits } = parts
  const bytes = recording instanceof Uint8Array ? once(recording) : recording
  const { settings, engine, warning } = await engines.listenSettings(start)
  async function* events(): AsyncGenerator<ListenEvent> {
    let audioMs = 0
    async function* frames() {
      for await (const frame of decodeAudio(bytes, { format: start.format, signal, ...(limits ? { limits } : {}) })) {
        audioMs = endMs(frame)
        yield frame
      }
    }
    const patient = { ...settings, finalBudgetMs: Number.POSITIVE_INFINITY, partials: false, signal, log }
    yield { type: 'listen.started', engine }
    yield* listen(frames(), patient)
    yield { type: 'listen.ended', audioMs: Math.round(audioMs) }
  }
  return { engine, ...(warning ? { warning } : {}), events: events() }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
