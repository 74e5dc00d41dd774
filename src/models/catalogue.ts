/** The catalogue: which models there are, where their files lie and what is known of them. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { VoiceError } from '../errors.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** One thing to fetch: an archive (`.tar.bz2`, `.tar.gz`) of which `files` are kept, or a plain file. */
const download = z.strictObject({
  url: z.url(),
  /** Digests on record; any of them will do. Empty: no public record gives one, so the first download pins it. */
  sha256: z.array(sha256),
  bytes: z.int().positive().optional(),
})

/** See `CatalogueEntry`. */
export const entrySchema = z.strictObject({
  id: z.string().regex(/^\w[\w.-]*$/),
  kind: z.string(),
  streaming: z.boolean(),
  /** Base codes, or a phrase where the records give no list. */
  languages: z.array(z.string()),
  downloads: z.array(download).min(1),
  /** What the model needs, relative to its folder. A trailing slash means all that lies below. */
  files: z.array(z.string()),
  licence: z.string().optional(),
  /** Hz. */
  sampleRate: z.int().optional(),
  /** How sherpa-onnx is to load it; file names are relative to the model's folder. */
  sherpa: z
    .object({ class: z.string(), family: z.string(), modelConfig: z.record(z.string(), z.unknown()).optional() })
    .loose()
    .optional(),
  publishedAccuracy: z.string().optional(),
  goodFor: z.string().optional(),
  notes: z.string().optional(),
  /** Where each fact was found. */
  sources: z.array(z.string()),
})

/** What is known of one model. What no record says is absent. */
export type CatalogueEntry = z.infer<typeof entrySchema>
export type Download = z.infer<typeof download>

/** Checks a list of entries, such as an operator's own. */
export const parseCatalogue = (json: unknown): readonly CatalogueEntry[] => z.array(entrySchema).parse(json)

let own: Promise<readonly CatalogueEntry[]> | undefined

/** The catalogue that comes with the server. */
export const catalogue = (): Promise<readonly CatalogueEntry[]> => {
  own ??= readFile(new URL('./catalogue.json', import.meta.url), 'utf8').then((text) =>
    parseCatalogue(JSON.parse(text)),
  )
  return own
}

/** The entry of that id; throws `unknown_model` if there is none. */
export const findEntry = (entries: readonly CatalogueEntry[], id: string): CatalogueEntry => {
  const entry = entries.find((candidate) => candidate.id === id)
  if (!entry)
    throw new VoiceError(
      'unknown_model',
      `The catalogue has no model ${id}. \`parley models list\` shows what it has.`,
      {
        param: 'model',
      },
    )
  return entry
}

/** All bytes to fetch for an entry; undefined when a size is not on record. */
export const downloadBytes = (entry: CatalogueEntry): number | undefined =>
  entry.downloads.reduce<number | undefined>(
    (sum, part) => (sum === undefined || part.bytes === undefined ? undefined : sum + part.bytes),
    0,
  )

const archive = /\.(tar\.bz2|tar\.gz|tgz|tar)$/

/** Whether what lies at this address is to be unpacked. */
export const isArchive = (url: string): boolean => archive.test(new URL(url).pathname)

/** The last part of an address's path. */
export const fileName = (url: string): string => decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '')

/** Papers that come along when they are in an archive, and may be missing from it. */
const papers = /^(licen[cs]e|copying|notice|readme|model_card)(\.\w+)?$/i
export const isPaper = (path: string): boolean => !path.includes('/') && papers.test(path)

/** Whether a path of the model's folder is among `files` (a trailing slash means all below), or a paper. */
export const isWanted = (files: readonly string[], path: string): boolean =>
  isPaper(path) || files.some((file) => (file.endsWith('/') ? path.startsWith(file) : path === file))
