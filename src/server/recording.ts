/** Recording of wire sessions, for `parley replay`: only where the operator named a folder. */
import { createWriteStream, mkdirSync } from 'node:fs'
import path from 'node:path'
import { finished } from 'node:stream/promises'
import type { Log } from '../log.ts'
import type { Codec } from '../protocols/codec.ts'
import { type RecordableCodec, recordingCodec } from '../protocols/replay.ts'

/** The codec to serve with, and what to await once the session is over. */
export const recorded = <In, Out>(
  codec: RecordableCodec<In, Out>,
  options: { readonly dir: string | undefined; readonly sessionId: string; readonly log: Log },
): { readonly codec: Codec<In, Out>; readonly close: () => Promise<void> } => {
  if (options.dir === undefined) return { codec, close: async () => {} }
  mkdirSync(options.dir, { recursive: true, mode: 0o700 })
  const file = createWriteStream(path.join(options.dir, `${options.sessionId}.jsonl`), { mode: 0o600 })
  file.on('error', (error) => options.log.error({ err: error }, 'the session could not be recorded'))
  return {
    codec: recordingCodec(codec, (line) => file.write(`${line}\n`)),
    close: async () => {
      file.end()
      await finished(file).catch(() => {})
    },
  }
}
