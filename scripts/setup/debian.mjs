/** The Debian packages: those that neither the system nor the cache has are fetched and unpacked into the cache. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { download, forget, unpack } from './apt.mjs'
import { isThere, parts, shownBy, testParts } from './debian-parts.mjs'
import { cacheDir } from './paths.mjs'

/** Where to look and where to put: a cache folder, and the roots below which a system's files are looked for. */
export const places = (cache = cacheDir, systems = ['/']) => {
  const unpacked = join(cache, 'debian')
  return { cache, unpacked, roots: [...systems, unpacked] }
}

/** The parts that are not here, each with the packages that it lacks. */
export const missingParts = ({ forTests = false, roots = places().roots } = {}) =>
  [...parts, ...(forTests ? testParts : [])]
    .map((part) => ({ ...part, packages: part.packages.filter((wanted) => !isThere(wanted, roots)) }))
    .filter((part) => part.packages.length > 0)

/** The parts in words, for a line on the terminal. */
export const namesOf = (missing) => missing.map((part) => part.name).join(', ')

/**
 * Fetches what these parts lack. Resolves to one line that says what went wrong, or to `undefined`. What was had is
 * kept, and the next call goes on from there.
 */
export const bringParts = async (missing, { cache, unpacked, roots } = places()) => {
  const folder = join(cache, 'apt')
  const wanted = missing.flatMap((part) => part.packages)
  const { files, problem } = await download(
    folder,
    wanted.map(({ name }) => name),
  )
  const fresh = join(cache, 'debian.new')
  rmSync(fresh, { recursive: true, force: true })
  for (const file of files) {
    // A package that was cut short is fetched again.
    if (!(await unpack(file, fresh))) rmSync(file, { force: true })
  }
  if (existsSync(fresh)) settle(fresh, unpacked, wanted)
  rmSync(fresh, { recursive: true, force: true })
  const still = missing.filter((part) => part.packages.some((one) => !isThere(one, roots)))
  if (still.length === 0) {
    forget(folder)
    return undefined
  }
  const reason = problem === undefined ? '' : ` (${problem})`
  return `Missing: ${namesOf(still)}${reason}. \`npm run setup\` tries again.`
}

/**
 * Moves unpacked files in place. The file that shows a package goes last: seen, it means that all of its package is
 * there.
 */
const settle = (from, to, wanted) => {
  const paths = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(from.length + 1))
  const shows = (path) => wanted.some((one) => shownBy(one, path))
  for (const path of [...paths.filter((path) => !shows(path)), ...paths.filter(shows)]) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    renameSync(join(from, path), join(to, path))
  }
}
