/** Programs of other people: where they are, and bytes through one of them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, readdirSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { VoiceError } from '../errors.ts'

/** A program to start, and where it finds libraries that the system has not. */
export interface Program {
  readonly file: string
  readonly libraries?: string
}

/** The exit code with which a shell or the loader says that a program cannot be run. */
const cannotRun = 127

const runs = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  )

/** Where a Debian package's libraries lie below the folder that it was unpacked into. */
const librariesOf = (root: string): string => {
  const lib = join(root, 'usr', 'lib')
  try {
    return readdirSync(lib)
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => join(lib, name))
      .join(delimiter)
  } catch {
    return lib
  }
}

/** The program of that name on the search path, or else among the packages that set-up unpacked into the cache folder. */
export const findProgram = async (name: string, cacheDir?: string): Promise<Program | undefined> => {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, name)
    if (folder !== '' && (await runs(file))) return { file }
  }
  if (cacheDir === undefined) return undefined
  const root = join(cacheDir, 'debian')
  const file = join(root, 'usr', 'bin', name)
  return (await runs(file)) ? { file, libraries: librariesOf(root) } : undefined
}

/** Of the server's environment, which holds keys, only what a program needs to be found and started. */
const environmentFor = ({ libraries }: Program): NodeJS.ProcessEnv => {
  const { PATH, LD_LIBRARY_PATH } = process.env
  const path = [libraries, LD_LIBRARY_PATH].filter(Boolean).join(delimiter)
  return { PATH, ...(path === '' ? {} : { LD_LIBRARY_PATH: path }) }
}

/**
 * What a program writes while it is given `bytes`. Throws what `bytes` throws, `unavailable` when the program does not
 * start and `provider_failed` when it ends with an error and `strict` is set. An abort ends it.
 */
export async function* throughProgram(
  program: Program,
  args: readonly string[],
  bytes: AsyncIterable<Uint8Array>,
  { signal, strict = false }: { readonly signal: AbortSignal; readonly strict?: boolean },
): AsyncGenerator<Uint8Array, void> {
  const child = spawn(program.file, args, { stdio: ['pipe', 'pipe', 'ignore'], env: environmentFor(program) })
  const exited = new Promise<number>((resolve) => {
    child.once('close', (code) => resolve(code ?? 0))
    child.once('error', () => resolve(cannotRun))
  })
  // A broken pipe means that the program has ended, which the end of its output tells.
  child.stdin.on('error', () => {})
  const reader = bytes[Symbol.asyncIterator]()
  let failure: { readonly error: unknown } | undefined
  const feed = async (): Promise<void> => {
    try {
      for (let next = await reader.next(); !next.done; next = await reader.next()) {
        if (child.stdin.destroyed) break
        if (!child.stdin.write(next.value)) await Promise.race([once(child.stdin, 'drain').catch(() => {}), exited])
      }
    } catch (error) {
      failure = { error }
    }
    child.stdin.end()
  }
  void feed()
  const end = (): void => {
    child.kill('SIGKILL')
  }
  signal.addEventListener('abort', end, { once: true })
  try {
    // What the program had written before the abort may still lie in the pipe.
    for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) {
      if (signal.aborted) return
      yield chunk
    }
    if (failure) throw failure.error
    const code = await exited
    if (code === cannotRun) throw new VoiceError('unavailable', `The ${program.file} of this server does not start.`)
    if (strict && code !== 0 && !signal.aborted)
      throw new VoiceError('provider_failed', 'The program that writes this kind of audio failed.')
  } finally {
    signal.removeEventListener('abort', end)
    end()
    await exited
    void Promise.resolve(reader.return?.()).catch(() => {})
  }
}
