/** The files of the built playground, read once and kept in memory, compressed too. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** Where the build puts it, seen from the source tree and from `dist`. */
export const builtPlayground = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/playground/' : '../playground/',
  import.meta.url,
)

/** A file as it is sent. */
export interface PageFile {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly compressed: Uint8Array<ArrayBuffer>
  readonly etag: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wav': 'audio/wav',
}

/** By path below the folder; empty where nothing was built. */
export const readPlayground = async (folder: URL): Promise<ReadonlyMap<string, PageFile>> => {
  // A build puts the folder in place whole, so there is all of it or nothing.
  const entries = await readdir(folder, { recursive: true }).catch((): string[] => [])
  const read = async (path: string): Promise<[string, PageFile][]> => {
    const type = types[extname(path)]
    if (type === undefined) return []
    const bytes = new Uint8Array(await readFile(new URL(path, folder)))
    const compressed = new Uint8Array(await promisify(gzip)(bytes, { level: 9 }))
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    return [[path, { type, bytes, compressed, etag }]]
  }
  return new Map((await Promise.all(entries.map(read))).flat())
}
