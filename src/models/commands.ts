/** What the command line and the server do with models: list, pull, verify, remove, and where they lie. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type CatalogueEntry, catalogue, downloadBytes, findEntry } from './catalogue.ts'
import { type PullSettings, pull } from './pull.ts'
import { ModelStore, notInstalled } from './store.ts'

/** Where models are kept, and what there is. */
export interface Shelf {
  /** The server's folder for what it downloads; models lie in `models` below it. */
  readonly cacheDir: string
  /** Default: the catalogue that comes with the server. */
  readonly catalogue?: readonly CatalogueEntry[] | undefined
}

/** A model of the catalogue, and whether it is here. */
export interface ListedModel {
  readonly entry: CatalogueEntry
  /** To fetch; undefined where the records do not say. */
  readonly downloadBytes: number | undefined
  readonly installed: boolean
  /** Of its files here. */
  readonly installedBytes: number
}

/** The catalogue in its order, then what else is installed; `kind` such as `speech-to-text` narrows it, `installed: true` leaves what is here. */
export const listModels = async (
  shelf: Shelf,
  filter: { readonly kind?: string | undefined; readonly installed?: boolean | undefined } = {},
): Promise<readonly ListedModel[]> => {
  const store = new ModelStore(shelf.cacheDir)
  const here = new Set(await store.installed())
  const known = shelf.catalogue ?? (await catalogue())
  const listed: ListedModel[] = []
  const add = async (entry: CatalogueEntry, installed: boolean): Promise<void> => {
    if ((filter.kind !== undefined && entry.kind !== filter.kind) || (filter.installed && !installed)) return
    const files = installed ? ((await store.manifest(entry.id).catch(() => undefined))?.files ?? []) : []
    const installedBytes = files.reduce((sum, file) => sum + file.bytes, 0)
    listed.push({ entry, downloadBytes: downloadBytes(entry), installed, installedBytes })
  }
  for (const entry of known) await add(entry, here.delete(entry.id))
  for (const id of here) {
    const manifest = await store.manifest(id).catch(() => undefined)
    if (manifest) await add(manifest.entry, true)
  }
  return listed
}

/** How far one download is. `totalBytes` is absent until it is known. */
export interface PullProgress {
  readonly id: string
  readonly doneBytes: number
  readonly totalBytes: number | undefined
}

export interface PullModelsOptions extends PullSettings {
  readonly onProgress?: ((progress: PullProgress) => void) | undefined
  /** Downloads at a time. Default 3. */
  readonly concurrency?: number | undefined
  /** Fetch even what is here. */
  readonly again?: boolean | undefined
}

/** How pulling one model went. */
export type PulledModel =
  | {
      readonly type: 'installed' | 'present'
      readonly id: string
      readonly folder: string
      readonly licence: string | undefined
      /** Addresses without a digest on record, whose first download here set it: worth telling. */
      readonly pinned: readonly string[]
    }
  | { readonly type: 'failed'; readonly id: string; readonly error: unknown }

/**
 * Pulls models, several at a time; one that fails does not stop the others. The results are in the order of `ids`.
 * Throws at once when an id is not in the catalogue, and the signal's reason when that aborts.
 */
export const pullModels = async (
  ids: readonly string[],
  shelf: Shelf,
  options: PullModelsOptions = {},
): Promise<readonly PulledModel[]> => {
  const store = new ModelStore(shelf.cacheDir)
  const entries = shelf.catalogue ?? (await catalogue())
  const wanted = [...new Set(ids)].map((id) => findEntry(entries, id))
  const results: PulledModel[] = []
  const one = async (entry: CatalogueEntry): Promise<PulledModel> => {
    const { id } = entry
    try {
      const there = options.again ? undefined : await store.manifest(id).catch(() => undefined)
      const manifest =
        there ??
        (await pull(entry, store, {
          ...options,
          onProgress: (doneBytes, totalBytes) => options.onProgress?.({ id, doneBytes, totalBytes }),
        }))
      const pinned = manifest.downloads.filter((part) => part.pinned).map((part) => part.url)
      return { type: there ? 'present' : 'installed', id, folder: store.path(id), licence: entry.licence, pinned }
    } catch (error) {
      options.signal?.throwIfAborted()
      return { type: 'failed', id, error }
    }
  }
  let next = 0
  const work = async (): Promise<void> => {
    while (next < wanted.length) {
      const at = next++
      results[at] = await one(wanted[at] as CatalogueEntry)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, options.concurrency ?? 3) }, work))
  return results
}

/** What `verifyModels` found: `bad` names files that are missing or changed. */
export interface VerifiedModel {
  readonly id: string
  readonly bad: readonly string[]
}

/** Reads every file of the named models, or of all that are installed, and compares digests. */
export const verifyModels = async (shelf: Shelf, ids?: readonly string[]): Promise<readonly VerifiedModel[]> => {
  const store = new ModelStore(shelf.cacheDir)
  const verified: VerifiedModel[] = []
  for (const id of ids ?? (await store.installed()))
    verified.push({ id, bad: (await store.verify(id)).map((file) => file.path) })
  return verified
}

/** Removes an installed model; returns how many bytes that freed. Throws `unavailable` when it is not installed. */
export const removeModel = (shelf: Shelf, id: string): Promise<number> => new ModelStore(shelf.cacheDir).remove(id)

/** The folder of an installed model. Throws `unavailable`, naming the command that installs it. */
export const modelPath = async (shelf: Shelf, id: string): Promise<string> => {
  const folder = new ModelStore(shelf.cacheDir).path(id)
  const there = await stat(join(folder, 'manifest.json')).catch(() => undefined)
  if (!there) throw notInstalled(id)
  return folder
}
