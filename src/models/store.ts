/** The folder of downloaded models: content by its digest, and for each model a folder of its files with a manifest. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { VoiceError } from '../errors.ts'
import { entrySchema } from './catalogue.ts'
import type { StoredFile } from './unpack.ts'

const manifestSchema = z.object({
  /** What the catalogue said of it then: enough to load it by. */
  entry: entrySchema,
  /** What it was made of. `pinned`: no record gave the digest, so that of the first download stands. */
  downloads: z.array(z.object({ url: z.string(), sha256: z.string(), pinned: z.boolean() })),
  files: z.array(z.object({ path: z.string(), sha256: z.string(), bytes: z.int() })),
})

/** What is installed under a model's id. */
export type Manifest = z.infer<typeof manifestSchema>

const pinsSchema = z.record(z.string(), z.string())

/** Whether it can be a model's id: nothing that would lead out of the folder. */
export const isId = (id: string): boolean => /^\w[\w.-]*$/.test(id)

/** Hex SHA-256 of a file. */
export const digestOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

const missing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/**
 * `blobs/<sha256>` holds each file's content once; `sets/<id>/` holds the model's files as hard links to it (copies
 * where the disk has no links) and `manifest.json`; `parts/` holds downloads under way; `pins.json` the digests of
 * addresses that no record gives one for. A model's folder appears whole or not at all.
 */
export class ModelStore {
  readonly folder: string

  /** `cacheDir` is the server's folder for what it downloads. */
  constructor(cacheDir: string) {
    this.folder = join(cacheDir, 'models')
  }

  get partsFolder(): string {
    return join(this.folder, 'parts')
  }

  /** Where a model's files lie when it is installed. */
  path(id: string): string {
    if (!isId(id)) throw new VoiceError('unknown_model', 'That is no model id.', { param: 'model' })
    return join(this.folder, 'sets', id)
  }

  /** What is installed under the id; undefined when nothing is. */
  async manifest(id: string): Promise<Manifest | undefined> {
    try {
      return manifestSchema.parse(JSON.parse(await readFile(join(this.path(id), 'manifest.json'), 'utf8')))
    } catch (error) {
      if (missing(error)) return undefined
      throw new VoiceError(
        'unavailable',
        `The model ${id} is damaged here. \`parley models rm ${id}\` and pull it again.`,
        {
          cause: error,
        },
      )
    }
  }

  /** Ids of what is installed, in alphabetical order. */
  async installed(): Promise<readonly string[]> {
    const names = await readdir(join(this.folder, 'sets')).catch((error: unknown) => {
      if (missing(error)) return []
      throw error
    })
    return names.filter((name) => !name.startsWith('.')).sort()
  }

  /** A new empty folder beside the models, to be filled and given to `install`. */
  async workFolder(): Promise<string> {
    await mkdir(join(this.folder, 'sets'), { recursive: true })
    return mkdtemp(join(this.folder, 'sets', '.new-'))
  }

  /** Makes a filled work folder the model's folder. */
  async install(work: string, manifest: Manifest): Promise<void> {
    for (const file of manifest.files) await this.#share(join(work, file.path), file.sha256)
    await writeFile(join(work, 'manifest.json'), JSON.stringify(manifest, null, 2))
    const old = `${work}-old`
    await rename(this.path(manifest.entry.id), old).catch((error: unknown) => {
      if (!missing(error)) throw error
    })
    await rename(work, this.path(manifest.entry.id))
    await rm(old, { recursive: true, force: true })
  }

  /** Files of an installed model that are missing or have other content than when it was installed. */
  async verify(id: string): Promise<readonly StoredFile[]> {
    const manifest = await this.manifest(id)
    if (!manifest) throw notInstalled(id)
    const bad: StoredFile[] = []
    for (const file of manifest.files) {
      const digest = await digestOf(join(this.path(id), file.path)).catch(() => undefined)
      if (digest !== file.sha256) bad.push(file)
    }
    return bad
  }

  /** Removes a model, and the content that no other model has. Returns how many bytes that freed. */
  async remove(id: string): Promise<number> {
    if (!(await this.installed()).includes(id)) throw notInstalled(id)
    await rm(this.path(id), { recursive: true, force: true })
    const used = new Set<string>()
    for (const other of await this.installed()) {
      const files = (await this.manifest(other).catch(() => undefined))?.files ?? []
      for (const file of files) used.add(file.sha256)
    }
    let freed = 0
    for (const blob of await readdir(join(this.folder, 'blobs')).catch(() => [])) {
      if (used.has(blob)) continue
      const file = join(this.folder, 'blobs', blob)
      freed += (await stat(file)).size
      await rm(file, { force: true })
    }
    return freed
  }

  /** The digest that an address had at its first download here. */
  async pin(url: string): Promise<string | undefined> {
    return (await this.#pins())[url]
  }

  async setPin(url: string, sha256: string): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    await writeFile(join(this.folder, 'pins.json'), JSON.stringify({ ...(await this.#pins()), [url]: sha256 }, null, 2))
  }

  async #pins(): Promise<Record<string, string>> {
    const text = await readFile(join(this.folder, 'pins.json'), 'utf8').catch(() => '{}')
    return pinsSchema.parse(JSON.parse(text))
  }

  /** Puts a file's content into `blobs`, or makes the file a link to the content that is there already. */
  async #share(file: string, sha256: string): Promise<void> {
    const blob = join(this.folder, 'blobs', sha256)
    await mkdir(dirname(blob), { recursive: true })
    try {
      await link(file, blob)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EEXIST') {
        await copyFile(file, blob)
        return
      }
      if ((await digestOf(blob).catch(() => undefined)) !== sha256) {
        await rm(blob, { force: true })
        await link(file, blob)
        return
      }
      await rm(file)
      await link(blob, file)
    }
  }
}

/** What to say when a model is asked for that is not here. */
export const notInstalled = (id: string): VoiceError =>
  new VoiceError('unavailable', `The model ${id} is not installed. Get it with \`parley models pull ${id}\`.`, {
    param: 'model',
  })
