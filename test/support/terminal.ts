/** A terminal for one command: what was written to it can be read back. */
import { fileURLToPath } from 'node:url'
import { main } from '../../src/cli/main.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { cacheDir, projectUrl } from './needs.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Wishes {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly input?: readonly Uint8Array[]
  readonly outIsTty?: boolean
  readonly inputIsTty?: boolean
}

/** Runs one command line in this process. Models are looked for where the set-up puts them, and never fetched. */
export const run = async (argv: readonly string[], wishes: Wishes = {}): Promise<Ran> => {
  let out = ''
  let err = ''
  async function* input(): AsyncGenerator<Uint8Array> {
    yield* wishes.input ?? []
  }
  const terminal: Terminal = {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    input: input(),
    inputIsTty: wishes.inputIsTty ?? false,
    outIsTty: wishes.outIsTty ?? false,
    errIsTty: false,
    columns: () => 100,
    env: { PARLEY_CACHE_DIR: cacheDir, PARLEY_MODELS_DOWNLOAD: 'never', ...wishes.env },
    cwd: wishes.cwd ?? fileURLToPath(new URL('test/support', projectUrl)),
    key: async () => undefined,
    paint: (_, text) => text,
  }
  const code = await main(argv, terminal)
  return { code, out, err }
}
