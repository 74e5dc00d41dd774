/** The key that is made at the first start, kept in the cache folder for the next. */
import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const read = async (file: string): Promise<string | undefined> => {
  try {
    const key = (await readFile(file, 'utf8')).trim()
    if ((await stat(file)).mode & 0o077) await chmod(file, 0o600)
    if (key !== '') return key
    await rm(file)
    return undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * The key in `<cacheDir>/key`, made if there is none. Only its owner may read the file; looser permissions are
 * tightened. Two servers that start at once agree on one key.
 */
export const generatedKey = async (cacheDir: string): Promise<string> => {
  const file = join(cacheDir, 'key')
  const present = await read(file)
  if (present !== undefined) return present
  await mkdir(cacheDir, { recursive: true })
  const key = randomBytes(24).toString('base64url')
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(`${key}\n`)
  } finally {
    await handle.close()
  }
  try {
    // A link, unlike a rename, fails when another server was first: then its key counts.
    await link(draft, file)
    return key
  } catch (error) {
    const theirs = await read(file)
    if (theirs !== undefined) return theirs
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}
