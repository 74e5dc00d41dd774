/** Where the program espeak-ng is on this machine. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { VoiceError } from '../../errors.ts'

/** The program, and what it must be started with so that it finds its library and its languages. */
export interface Found {
  readonly command: string
  readonly env: Readonly<Record<string, string>>
}

const triplets: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }

/** The given one, or the system's own, or the one that the set-up unpacked in `cacheDir`. Throws `unavailable`. */
export const find = (cacheDir: string, given?: string): Found => {
  const kept = Object.fromEntries(
    ['PATH', 'LANG', 'LD_LIBRARY_PATH', 'ESPEAK_DATA_PATH'].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const folders = (process.env.PATH ?? '/usr/bin').split(delimiter).filter((folder) => folder !== '')
  const system = given ?? folders.map((folder) => join(folder, 'espeak-ng')).find((file) => existsSync(file))
  if (system !== undefined && existsSync(system)) return { command: system, env: kept }
  const root = join(cacheDir, 'debian/usr')
  const unpacked = join(root, 'bin/espeak-ng')
  if (given === undefined && existsSync(unpacked)) {
    const library = join(root, 'lib', triplets[process.arch] ?? '')
    const libraries = [library, kept.LD_LIBRARY_PATH ?? ''].filter((path) => path !== '').join(delimiter)
    return { command: unpacked, env: { ...kept, LD_LIBRARY_PATH: libraries, ESPEAK_DATA_PATH: library } }
  }
  throw new VoiceError(
    'unavailable',
    `The program ${given ?? 'espeak-ng'} is not on this machine: npm start fetches it, or \`apt-get install espeak-ng\` installs it.`,
  )
}
