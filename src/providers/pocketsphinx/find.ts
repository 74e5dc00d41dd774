/** Where the PocketSphinx library and its US English model are on this machine. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { VoiceError } from '../../errors.ts'

/** Folders of what the recognizer needs. */
export interface Found {
  /** Holds `libpocketsphinx.so.3`. */
  readonly libraryDir: string
  /** Holds the folder `en-us` and its dictionary and language model. */
  readonly modelDir: string
  /** What a child process must be started with, so that the library finds what it depends on. */
  readonly env: Readonly<Record<string, string>>
}

const triplets: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }
const libraries = ['libpocketsphinx.so.3', 'libsphinxbase.so.3']
const modelFiles = ['en-us/mdef', 'cmudict-en-us.dict', 'en-us.lm.bin']

const has = (dir: string, files: readonly string[]): boolean => files.every((file) => existsSync(join(dir, file)))

const missing = (what: string, packages: string): VoiceError =>
  new VoiceError(
    'unavailable',
    `${what} is not on this machine: npm start fetches it, or install Debian's ${packages}; ` +
      'parley models pull gets a better recognizer.',
  )

/** The system's own copies come first, then those that the set-up unpacked in `cacheDir`. Throws `unavailable`. */
export const find = (
  cacheDir: string,
  given: { readonly libraryDir?: string | undefined; readonly modelDir?: string | undefined } = {},
): Found => {
  const triplet = triplets[process.arch] ?? ''
  const roots = ['/usr', join(cacheDir, 'debian/usr')]
  const libraryDirs = given.libraryDir ? [given.libraryDir] : roots.map((root) => join(root, 'lib', triplet))
  const libraryDir = libraryDirs.find((dir) => has(dir, libraries))
  if (!libraryDir) throw missing('The PocketSphinx library', 'libpocketsphinx3 libsphinxbase3')
  const modelDirs = given.modelDir
    ? [given.modelDir]
    : roots.map((root) => join(root, 'share/pocketsphinx/model/en-us'))
  const modelDir = modelDirs.find((dir) => has(dir, modelFiles))
  if (!modelDir) throw missing('The US English model of PocketSphinx', 'pocketsphinx-en-us')
  // BLAS and LAPACK lie in folders that only the system's linker cache knows. A system library may need our copies.
  const paths = [libraryDir, ...libraryDirs].flatMap((dir) => [dir, join(dir, 'blas'), join(dir, 'lapack')])
  const kept = [...new Set(paths), process.env.LD_LIBRARY_PATH ?? ''].filter((path) => path !== '')
  return { libraryDir, modelDir, env: { LD_LIBRARY_PATH: kept.join(':') } }
}
