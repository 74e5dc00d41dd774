/** The thread that unpacks: reads a tar, decompressed on the way, and writes what is wanted of it. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { createGunzip } from 'node:zlib'
import tar from 'tar-stream'
import bunzip2 from 'unbzip2-stream'
import { isWanted } from './catalogue.ts'
import type { StoredFile, Unpacked, UnpackTask } from './unpack.ts'

// Far more than any model has: an archive beyond it is not one.
const mostEntries = 100_000
const mostBytes = 32e9

/** The path below the archive's top folder, or as it is where there is none. Throws where it would lead outside. */
const pathWithin = (name: string): string => {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (name.startsWith('/') || name.includes('\\') || name.includes('\0') || parts.includes('..'))
    throw new Error(`the path ${JSON.stringify(name)} leads out of its folder`)
  return (parts.length > 1 ? parts.slice(1) : parts).join('/')
}

const decompressor = (name: string): NodeJS.ReadWriteStream | undefined => {
  if (name.endsWith('.bz2')) return bunzip2()
  return name.endsWith('gz') ? createGunzip() : undefined
}

const store = async (entry: AsyncIterable<Uint8Array>, path: string, folder: string): Promise<StoredFile> => {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(
    entry,
    async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        hash.update(piece)
        bytes += piece.length
        yield piece
      }
    },
    createWriteStream(file, { flags: 'wx' }),
  )
  return { path, sha256: hash.digest('hex'), bytes }
}

const unpackHere = async ({ archive, name, folder, files }: UnpackTask): Promise<readonly StoredFile[]> => {
  const stored: StoredFile[] = []
  const extract = tar.extract()
  const between = decompressor(name)
  const source = createReadStream(archive)
  const flowing = between ? pipeline(source, between, extract) : pipeline(source, extract)
  // Its failure surfaces in the loop below; here it only must not go unheard.
  flowing.catch(() => {})
  let entries = 0
  let bytes = 0
  for await (const entry of extract) {
    const { header } = entry
    entries += 1
    bytes += header.size ?? 0
    if (entries > mostEntries || bytes > mostBytes) throw new Error('it holds more than any model does')
    const path = pathWithin(header.name)
    if (header.type === 'directory' || !isWanted(files, path)) entry.resume()
    else if (header.type !== 'file' && header.type !== 'contiguous-file')
      throw new Error(`${JSON.stringify(header.name)} is not a plain file`)
    else stored.push(await store(entry as unknown as AsyncIterable<Uint8Array>, path, folder))
  }
  await flowing
  return stored
}

const answer = (message: Unpacked): void => parentPort?.postMessage(message)

unpackHere(workerData as UnpackTask).then(
  (files) => answer({ type: 'unpacked', files }),
  (error: NodeJS.ErrnoException) =>
    answer({ type: 'failed', message: error.message, diskFull: error.code === 'ENOSPC' || error.code === 'EDQUOT' }),
)
