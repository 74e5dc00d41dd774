/** The Debian packages: those that neither the system nor the cache has are fetched and unpacked into the cache. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { download, forget, hasApt, unpack } from './apt.mjs'
import { isThere, parts, shownBy, testParts } from './debian-parts.mjs'
import { cacheDir, debianDir } from './paths.mjs'

/** The parts that are not here, each with the packages that it lacks. */
export const missingParts = ({ forTests = false } = {}) =>
  [...parts, ...(forTests ? testParts : [])]
    .map((part) => ({ ...part, packages: part.packages.filter((wanted) => !isThere(wanted, ['/', debianDir])) }))
    .filter((part) => part.packages.length > 0)

/**
 * Fetches what these parts lack. Resolves to one line that says what went wrong, or to `undefined`. What was had is
 * kept, and the next call goes on from there.
 */
export const bringParts = async (missing) => {
  const names = missing.map((part) => part.name).join(', ')
  if (!(await hasApt())) {
    return `Missing: ${names}. They come from Debian's packages, which this system does not have; \`parley models pull\` brings a recognizer that runs here.`
  }
  const folder = join(cacheDir, 'apt')
  const wanted = missing.flatMap((part) => part.packages)
  const { files, problem } = await download(
    folder,
    wanted.map(({ name }) => name),
  )
  const fresh = join(cacheDir, 'debian.new')
  rmSync(fresh, { recursive: true, force: true })
  try {
    for (const file of files) {
      if (!(await unpack(file, fresh)))
        return `Missing: ${names} (a package could not be unpacked). \`npm run setup\` tries again.`
    }
    if (existsSync(fresh)) settle(fresh, wanted)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  const still = wanted.filter((one) => !isThere(one, ['/', debianDir]))
  if (still.length === 0) {
    forget(folder)
    return undefined
  }
  const reason = problem === undefined ? '' : ` (${problem})`
  return `Missing: ${names}${reason}. \`npm run setup\` tries again.`
}

/**
 * Moves unpacked files in place. The file that shows a package goes last: seen, it means that all of its package is
 * there.
 */
const settle = (from, wanted) => {
  const paths = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(from.length + 1))
  const shows = (path) => wanted.some((one) => shownBy(one, path))
  for (const path of [...paths.filter((path) => !shows(path)), ...paths.filter(shows)]) {
    const to = join(debianDir, path)
    mkdirSync(dirname(to), { recursive: true })
    renameSync(join(from, path), to)
  }
}
