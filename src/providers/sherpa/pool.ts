/** The process that holds a model of sherpa-onnx: opened, or refused with what to do about it. */
import { VoiceError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Entry } from '../../threads/entry.ts'
import { EnginePool } from '../shared/engine-pool.ts'

/** What kept a model from loading, as clients are told of it: sherpa-onnx ends its process over some faults in a model's files. */
export const cannotLoad = (id: string, cause: unknown): VoiceError =>
  cause instanceof VoiceError && cause.code === 'unavailable'
    ? cause
    : new VoiceError(
        'unavailable',
        `sherpa-onnx cannot load the model ${id}; if it is of the catalogue, \`parley models verify ${id}\` checks its files.`,
        { cause },
      )

/** One process for all streams of a model, which share its batches. Resolves at once; `ready` of the pool tells. */
export const modelPool = <In, Out>(setup: {
  readonly entry: Entry
  readonly load: object
  readonly maxStreams: number
  readonly log: Log
}): EnginePool<In, Out> => {
  const { entry, load, maxStreams, log } = setup
  return new EnginePool<In, Out>({
    name: 'sherpa',
    entry,
    load,
    loadMs: 120_000,
    processes: 1,
    maxProcesses: 1,
    jobsPerProcess: maxStreams,
    log,
  })
}

/** The same once the model is loaded. Throws `unavailable` when sherpa-onnx is not installed, or cannot load it. */
export const openModelPool = async <In, Out>(
  id: string,
  setup: Parameters<typeof modelPool>[0],
): Promise<EnginePool<In, Out>> => {
  const pool = modelPool<In, Out>(setup)
  await pool.ready().catch(async (error: unknown) => {
    await pool.close()
    throw cannotLoad(id, error)
  })
  return pool
}
