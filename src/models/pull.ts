/** Brings one model of the catalogue into the store: downloads, checks, unpacks, installs. */
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { VoiceError } from '../errors.ts'
import { type CatalogueEntry, type Download, fileName, isArchive, isPaper } from './catalogue.ts'
import { type Downloaded, type DownloadOptions, download } from './download.ts'
import { digestOf, type Manifest, type ModelStore } from './store.ts'
import { type StoredFile, unpack } from './unpack.ts'

export interface PullSettings {
  /** Where to look first instead of the addresses on record: the base of a web address, or a folder. */
  readonly mirror?: string | undefined
  /** Reach no network. A mirror that is a folder still serves. */
  readonly offline?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  readonly limits?: DownloadOptions['limits']
}

export interface PullOptions extends PullSettings {
  readonly onProgress?: ((doneBytes: number, totalBytes: number | undefined) => void) | undefined
}

const isWeb = (mirror: string): boolean => /^https?:\/\//.test(mirror)

/** A mirror may keep the address's path below its own, or hold all files side by side. */
const onMirror = (mirror: string, url: string): readonly string[] => {
  const paths = [decodeURIComponent(new URL(url).pathname).slice(1), fileName(url)]
  if (isWeb(mirror)) return paths.map((path) => new URL(path, `${mirror.replace(/\/*$/, '')}/`).href)
  const folder = mirror.startsWith('file:') ? fileURLToPath(mirror) : mirror
  return paths.map((path) => resolve(folder, path))
}

/** Lets one process at a time work on a download. */
const locked = async <T>(file: string, what: string, work: () => Promise<T>): Promise<T> => {
  await mkdir(dirname(file), { recursive: true })
  const take = (): Promise<void> => writeFile(file, String(process.pid), { flag: 'wx' })
  await take().catch(async () => {
    const holder = Number(await readFile(file, 'utf8').catch(() => '0'))
    let alive = false
    try {
      alive = holder > 0 && process.kill(holder, 0)
    } catch {
      // Its process is gone: so is its claim.
    }
    if (alive) throw new VoiceError('unavailable', `${what} is being downloaded already.`)
    await rm(file, { force: true })
    await take()
  })
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

const fromFolder = async (wanted: Download, candidates: readonly string[], part: string): Promise<Downloaded> => {
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined)
    if (!found?.isFile()) continue
    const sha256 = await digestOf(candidate)
    if (wanted.sha256.length > 0 && !wanted.sha256.includes(sha256))
      throw new VoiceError('provider_failed', `${candidate} has other content than is on record (its SHA-256 differs).`)
    await mkdir(dirname(part), { recursive: true })
    await copyFile(candidate, part)
    return { file: part, sha256, bytes: found.size }
  }
  throw new VoiceError('unavailable', `The mirror has neither ${candidates.join(' nor ')}.`)
}

const fetchOne = async (wanted: Download, id: string, store: ModelStore, options: PullOptions): Promise<Downloaded> => {
  const { mirror, offline, ...rest } = options
  const key = createHash('sha256').update(`${id} ${wanted.url}`).digest('hex').slice(0, 24)
  const request = { ...wanted, folder: store.partsFolder, key }
  if (mirror !== undefined && !isWeb(mirror))
    return fromFolder(wanted, onMirror(mirror, wanted.url), join(store.partsFolder, `${key}.part`))
  if (offline)
    throw new VoiceError('unavailable', `${wanted.url} is not here, and this was to be done offline.`, {
      retryable: false,
    })
  if (mirror === undefined) return download(request, rest)
  const [first = '', second = ''] = onMirror(mirror, wanted.url)
  return download({ ...request, url: first }, rest).catch((error: unknown) => {
    const absent = error instanceof VoiceError && /HTTP (403|404|410)\b/.test(error.message)
    if (!absent || first === second) throw error
    return download({ ...request, url: second }, rest)
  })
}

interface Got {
  readonly files: readonly StoredFile[]
  readonly record: Manifest['downloads'][number]
}

/** Fetches one part of the model and puts its files into the work folder. */
const obtain = async (
  wanted: Download,
  entry: CatalogueEntry,
  store: ModelStore,
  work: string,
  options: PullOptions,
): Promise<Got> => {
  const pin = wanted.sha256.length > 0 ? undefined : await store.pin(wanted.url)
  const got = await fetchOne(pin === undefined ? wanted : { ...wanted, sha256: [pin] }, entry.id, store, options)
  const name = fileName(wanted.url)
  try {
    let files: readonly StoredFile[]
    if (isArchive(wanted.url)) {
      files = await unpack({ archive: got.file, name, folder: work, files: entry.files }, options.signal)
      await rm(got.file)
    } else {
      await rename(got.file, join(work, name))
      files = [{ path: name, sha256: got.sha256, bytes: got.bytes }]
    }
    const pinned = wanted.sha256.length === 0
    if (pinned && pin === undefined) await store.setPin(wanted.url, got.sha256)
    return { files, record: { url: wanted.url, sha256: got.sha256, pinned } }
  } catch (error) {
    await rm(got.file, { force: true })
    throw error
  }
}

/** The model's manifest, once it is installed. Resumes what an earlier call began. */
export const pull = (entry: CatalogueEntry, store: ModelStore, options: PullOptions = {}): Promise<Manifest> =>
  locked(join(store.partsFolder, `${entry.id}.lock`), entry.id, async () => {
    const work = await store.workFolder()
    try {
      const files: StoredFile[] = []
      const downloads: Got['record'][] = []
      const sizes = entry.downloads.map((part) => part.bytes)
      const known = sizes.every((bytes) => bytes !== undefined)
        ? sizes.reduce((sum, bytes) => sum + (bytes ?? 0), 0)
        : undefined
      let before = 0
      for (const part of entry.downloads) {
        let here = 0
        const onProgress = (doneBytes: number, totalBytes: number | undefined): void => {
          here = doneBytes
          options.onProgress?.(before + doneBytes, known ?? (entry.downloads.length === 1 ? totalBytes : undefined))
        }
        const got = await obtain(part, entry, store, work, { ...options, onProgress })
        before += here
        files.push(...got.files)
        downloads.push(got.record)
      }
      const paths = new Set(files.map((file) => file.path))
      const lacking = entry.files.filter(
        (file) =>
          !isPaper(file) && !(file.endsWith('/') ? [...paths].some((path) => path.startsWith(file)) : paths.has(file)),
      )
      if (lacking.length > 0)
        throw new VoiceError('provider_failed', `The download of ${entry.id} lacks ${lacking.join(', ')}.`)
      const manifest: Manifest = { entry, downloads, files }
      await store.install(work, manifest)
      return manifest
    } finally {
      await rm(work, { recursive: true, force: true })
    }
  })
