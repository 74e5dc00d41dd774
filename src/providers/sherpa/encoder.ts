/** A model of sherpa-onnx as speaker encoder, in a process of its own. */
import type { SpeakerEncoder } from '../../engines/speaker-encoder.ts'
import { VoiceError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { entry } from '../../threads/entry.ts'
import { askJob } from '../shared/ask-job.ts'
import type { FromEncoder, ToEncoder } from './encoder-messages.ts'
import type { EncoderModel } from './encoder-model.ts'
import { openModelPool } from './pool.ts'

/** The engine; `pids` are its process, for operators and tests. */
export interface SherpaEncoder extends SpeakerEncoder {
  readonly pids: readonly number[]
  close(): Promise<void>
}

/** Opens a model. Throws `unavailable` when sherpa-onnx is not installed, or cannot load it. */
export const openEncoder = async (
  { load, sameAbove }: EncoderModel,
  settings: { readonly maxStreams: number },
  log: Log,
): Promise<SherpaEncoder> => {
  const pool = await openModelPool<ToEncoder, FromEncoder>(load.id, {
    entry: entry(import.meta.url, './encoder-child'),
    load,
    maxStreams: settings.maxStreams,
    log,
  })
  return {
    sampleRate: load.sampleRate,
    card: { name: `sherpa-onnx, ${load.id}`, accuracy: 'Not measured here.' },
    stretchMs: 2000,
    sameAbove,
    get pids() {
      return pool.pids
    },
    encode: async ({ samples }, { signal }) => {
      await pool.room(signal)
      const answer = await askJob(pool, { samples }, signal)
      if (answer.type === 'failed')
        throw new VoiceError('provider_failed', 'sherpa-onnx failed.', { cause: answer.message })
      return answer.vector
    },
    close: () => pool.close(),
  }
}
