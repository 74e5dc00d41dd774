/** The thread that unpacks: reads a tar, decompressed on the way, and writes what is wanted of it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { createGunzip } from 'node:zlib'
import tar, { type Extract } from 'tar-stream'
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

/** The program if it is on this machine: several times faster than unpacking bzip2 in JavaScript. */
const started = (program: string): Promise<ChildProcessByStdio<Writable, Readable, null> | undefined> =>
  new Promise((resolve) => {
    const child = spawn(program, ['-dc'], { stdio: ['pipe', 'pipe', 'ignore'] })
    child.once('spawn', () => resolve(child))
    child.once('error', () => resolve(undefined))
  })

/** Reads the archive into the extractor, decompressed on the way. */
const flow = async ({ archive, name }: UnpackTask, extract: Extract): Promise<void> => {
  const source = createReadStream(archive)
  if (name.endsWith('gz')) return pipeline(source, createGunzip(), extract)
  if (!name.endsWith('.bz2')) return pipeline(source, extract)
  const program = await started('bzip2')
  if (!program) return pipeline(source, bunzip2(), extract)
  const exited = new Promise<void>((resolve, reject) => {
    program.once('close', (code) => (code === 0 ? resolve() : reject(new Error('its compression is damaged'))))
  })
  await Promise.all([pipeline(source, program.stdin), pipeline(program.stdout, extract), exited])
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

const unpackHere = async (task: UnpackTask): Promise<readonly StoredFile[]> => {
  const { folder, files } = task
  const stored: StoredFile[] = []
  const extract = tar.extract()
  const flowing = flow(task, extract)
  flowing.catch((error: Error) => extract.destroy(error))
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
