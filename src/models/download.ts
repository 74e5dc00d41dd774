/** One file from an address to the disk: resumed where it broke off, and checked before anyone sees it. */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { VoiceError } from '../errors.ts'
import { Broken, type RequestLimits, request } from './request.ts'

export interface DownloadRequest {
  readonly url: string
  /** Digests that are right. Empty: any content is, and the caller pins what came. */
  readonly sha256: readonly string[]
  readonly bytes?: number | undefined
  /** Folder for what is under way. */
  readonly folder: string
  /** Names the file there. One download at a time may use it. */
  readonly key: string
}

export interface DownloadLimits extends RequestLimits {
  /** Attempts in a row that bring nothing new before it is given up. */
  readonly attempts: number
  /** First wait between attempts; doubles up to 32 times itself. */
  readonly backoffMs: number
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((doneBytes: number, totalBytes: number | undefined) => void) | undefined
  readonly limits?: Partial<DownloadLimits> | undefined
  /** Writes a piece at the end of the file; a test puts a full disk here. */
  readonly write?: ((file: FileHandle, piece: Uint8Array) => Promise<void>) | undefined
}

/** What arrived: a file of the caller's, to move or to remove. */
export interface Downloaded {
  readonly file: string
  readonly sha256: string
  readonly bytes: number
}

const defaultLimits: DownloadLimits = { connectMs: 15_000, stallMs: 30_000, attempts: 5, backoffMs: 1000 }

const appendWhole = async (file: FileHandle, piece: Uint8Array): Promise<void> => {
  for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten
}

/** What of the file is here. */
class Part {
  readonly file: string
  readonly #notes: string
  readonly #wanted: DownloadRequest
  #hash: Hash = createHash('sha256')
  bytes = 0
  /** Length of the whole, once it is known. */
  total: number | undefined
  validator: string | undefined
  /** Whether some of it is from an earlier run. */
  inherited = false

  constructor(wanted: DownloadRequest) {
    this.#wanted = wanted
    this.total = wanted.bytes
    this.file = join(wanted.folder, `${wanted.key}.part`)
    this.#notes = join(wanted.folder, `${wanted.key}.json`)
  }

  /** Takes up what an earlier run left, if the rest of the same content can be asked for. */
  async take(): Promise<void> {
    await mkdir(this.#wanted.folder, { recursive: true })
    const notes = await readFile(this.#notes, 'utf8').then(
      (text) => JSON.parse(text) as { url?: string; validator?: string },
      () => undefined,
    )
    const size = await stat(this.file).then(
      (found) => found.size,
      () => 0,
    )
    if (size === 0 || notes?.url !== this.#wanted.url || notes.validator === undefined) return
    for await (const piece of createReadStream(this.file)) this.add(piece as Uint8Array)
    this.validator = notes.validator
    this.inherited = true
  }

  add(piece: Uint8Array): void {
    this.#hash.update(piece)
    this.bytes += piece.length
  }

  /** Forgets what is here. */
  restart(): void {
    this.#hash = createHash('sha256')
    this.bytes = 0
    this.inherited = false
  }

  async note(): Promise<void> {
    await writeFile(this.#notes, JSON.stringify({ url: this.#wanted.url, validator: this.validator }))
  }

  digest(): string {
    return this.#hash.copy().digest('hex')
  }

  async forgetNotes(): Promise<void> {
    await rm(this.#notes, { force: true })
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true })
    await this.forgetNotes()
  }
}

const megabytes = (bytes: number): string => `${Math.max(1, Math.ceil(bytes / 1e6))} MB`

const writeError = (error: unknown, part: Part, url: string): VoiceError => {
  const code = (error as NodeJS.ErrnoException).code
  if (code !== 'ENOSPC' && code !== 'EDQUOT')
    return new VoiceError('unavailable', `${part.file} cannot be written.`, { cause: error })
  const more = part.total === undefined ? 'more room' : `${megabytes(part.total - part.bytes)} more`
  return new VoiceError('unavailable', `The disk is full: ${url} needs ${more}. What has come is kept.`, {
    cause: error,
  })
}

/** Where several digests are on record, the size is that of one of them only. */
const exactBytes = (wanted: DownloadRequest): number | undefined =>
  wanted.sha256.length < 2 ? wanted.bytes : undefined

/** One attempt: asks for what is missing and appends it. Returns when the answer has ended. */
const fill = async (part: Part, wanted: DownloadRequest, options: DownloadOptions, limits: DownloadLimits) => {
  const body = await request(wanted.url, {
    from: part.bytes,
    validator: part.validator,
    signal: options.signal,
    limits,
  })
  if (body.from === 0) part.restart()
  part.validator = body.validator
  part.total = body.total ?? wanted.bytes
  const write = options.write ?? appendWhole
  let file: FileHandle
  try {
    await part.note()
    file = await open(part.file, part.bytes === 0 ? 'w' : 'a')
  } catch (error) {
    throw writeError(error, part, wanted.url)
  }
  try {
    for await (const piece of body.pieces) {
      await write(file, piece).catch((error: unknown) => {
        throw writeError(error, part, wanted.url)
      })
      part.add(piece)
      if (exactBytes(wanted) !== undefined && part.bytes > (wanted.bytes ?? 0)) break
      options.onProgress?.(part.bytes, part.total)
    }
  } finally {
    await file.close()
  }
  if (part.total !== undefined && part.bytes < part.total) throw new Broken(`${wanted.url} broke off.`)
}

const fillInTime = async (part: Part, wanted: DownloadRequest, options: DownloadOptions): Promise<void> => {
  const limits = { ...defaultLimits, ...options.limits }
  let furthest = part.bytes
  for (let failures = 0; ; ) {
    try {
      return await fill(part, wanted, options, limits)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof Broken)) throw error
      failures = part.bytes > furthest ? 1 : failures + 1
      furthest = Math.max(furthest, part.bytes)
      if (failures >= limits.attempts)
        throw new VoiceError(
          'unavailable',
          `${error.message} Given up after ${failures} attempts; what has come is kept.`,
          {
            cause: error,
          },
        )
      await sleep(limits.backoffMs * Math.min(32, 2 ** (failures - 1)), undefined, { signal: options.signal })
    }
  }
}

const flaw = (part: Part, wanted: DownloadRequest): string | undefined => {
  const exact = exactBytes(wanted)
  if (exact !== undefined && part.bytes !== exact)
    return `${wanted.url} has another size than the ${exact} bytes on record`
  if (wanted.sha256.length > 0 && !wanted.sha256.includes(part.digest()))
    return `${wanted.url} has other content than is on record (its SHA-256 differs)`
  return undefined
}

/**
 * Fetches the file. What comes is kept when the connection, the disk or the caller gives up, and the next call goes on
 * from there. Content that is not what it should be is removed, and throws `provider_failed`.
 */
export const download = async (wanted: DownloadRequest, options: DownloadOptions = {}): Promise<Downloaded> => {
  const part = new Part(wanted)
  await part.take()
  for (;;) {
    if (part.bytes === 0 || part.bytes !== part.total) await fillInTime(part, wanted, options)
    const wrong = flaw(part, wanted)
    if (!wrong) break
    const again = part.inherited
    await part.remove()
    if (!again) throw new VoiceError('provider_failed', `${wrong}; what came was removed.`)
    // The first half may have been another edition of the file.
    part.restart()
    part.validator = undefined
  }
  await part.forgetNotes()
  return { file: part.file, sha256: part.digest(), bytes: part.bytes }
}
