/** Tests of pulling, verifying and removing models, against a local server. */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Header, pack as packer } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digitsArchive, digitsEntry, digitsPacked } from '../../test/support/digits.ts'
import { breakingOff, type FileServer, failing, good, inTurn, serveFiles } from '../../test/support/file-server.ts'
import { bestSet } from './best-set.ts'
import { type CatalogueEntry, catalogue, fileName, findEntry, isArchive, parseCatalogue } from './catalogue.ts'
import { listModels, modelPath, pullModels, removeModel, type Shelf, verifyModels } from './commands.ts'
import { hubAnswers } from './hub.ts'

const digest = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex')

type Packed = Partial<Header> & Pick<Header, 'name'> & { readonly content?: string }

const pack = async (entries: readonly Packed[]): Promise<Buffer> => {
  const packing = packer()
  for (const { content, ...header } of entries) packing.entry(header, content ?? '')
  packing.finalize()
  const pieces: Buffer[] = []
  for await (const piece of packing) pieces.push(piece as Buffer)
  return gzipSync(Buffer.concat(pieces))
}

const entryOf = (more: Partial<CatalogueEntry> & Pick<CatalogueEntry, 'id' | 'downloads'>): CatalogueEntry => ({
  kind: 'speech-to-text',
  streaming: true,
  languages: ['en'],
  files: ['model.onnx', 'data/'],
  licence: 'MIT',
  sources: [],
  ...more,
})

let cacheDir: string
let server: FileServer | undefined
let archive: Buffer

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'parley-models-'))
  archive = await pack([
    { name: 'top/', type: 'directory' },
    { name: 'top/model.onnx', content: 'weights' },
    { name: 'top/model.float.onnx', content: 'not wanted' },
    { name: 'top/data/a.txt', content: 'a' },
    { name: 'top/LICENSE', content: 'do what you like' },
  ])
})
afterEach(async () => {
  await server?.close()
  server = undefined
  await rm(cacheDir, { recursive: true, force: true })
})

const limits = { connectMs: 20_000, stallMs: 20_000, attempts: 2, backoffMs: 1 }

const shelfOf = async (archiveNow: Buffer = archive, more: Partial<CatalogueEntry> = {}): Promise<Shelf> => {
  server = await serveFiles({
    '/a/pack.tar.gz': inTurn(breakingOff(archiveNow, 100), good(archiveNow)),
    '/b/tokens.txt': good(Buffer.from('tokens')),
    '/b/model.onnx': good(Buffer.from('weights')),
  })
  const url = (path: string): string => `${server?.address}${path}`
  return {
    cacheDir,
    catalogue: [
      entryOf({
        id: 'packed',
        downloads: [{ url: url('/a/pack.tar.gz'), sha256: [digest(archiveNow)], bytes: archiveNow.length }],
        ...more,
      }),
      entryOf({
        id: 'plain',
        files: ['model.onnx', 'tokens.txt'],
        downloads: [
          { url: url('/b/model.onnx'), sha256: [digest('weights')] },
          { url: url('/b/tokens.txt'), sha256: [] },
        ],
      }),
    ],
  }
}

describe('models', () => {
  it('are pulled several at once, resumed, and installed with only the files that are needed', async () => {
    const shelf = await shelfOf()
    const seen = new Set<string>()
    const pulled = await pullModels(['packed', 'plain'], shelf, { limits, onProgress: ({ id }) => seen.add(id) })
    expect(pulled.map((model) => model.type)).toEqual(['installed', 'installed'])
    expect([...seen].sort()).toEqual(['packed', 'plain'])
    const folder = await modelPath(shelf, 'packed')
    expect((await readdir(folder, { recursive: true })).sort()).toEqual([
      'LICENSE',
      'data',
      'data/a.txt',
      'manifest.json',
      'model.onnx',
    ])
    expect(await readFile(join(folder, 'model.onnx'), 'utf8')).toBe('weights')
    expect(await readdir(join(cacheDir, 'models', 'parts'))).toEqual([])
    const listed = await listModels(shelf, { installed: true })
    expect(listed.map((model) => [model.entry.id, model.installedBytes])).toEqual([
      ['packed', 24],
      ['plain', 13],
    ])
  })

  it('that are here are not fetched again', async () => {
    const shelf = await shelfOf()
    await pullModels(['packed'], shelf, { limits })
    const before = server?.asked.length
    expect(await pullModels(['packed'], shelf, { limits, offline: true })).toMatchObject([{ type: 'present' }])
    expect(server?.asked.length).toBe(before)
  })

  it('share equal content, and removing one leaves the other whole', async () => {
    const shelf = await shelfOf()
    await pullModels(['packed', 'plain'], shelf, { limits })
    const ofPacked = await stat(join(await modelPath(shelf, 'packed'), 'model.onnx'))
    const ofPlain = await stat(join(await modelPath(shelf, 'plain'), 'model.onnx'))
    expect(ofPacked.ino).toBe(ofPlain.ino)
    expect(await removeModel(shelf, 'packed')).toBeGreaterThan(0)
    await expect(modelPath(shelf, 'packed')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('parley models pull packed'),
    })
    expect(await verifyModels(shelf)).toEqual([{ id: 'plain', bad: [] }])
    await removeModel(shelf, 'plain')
    expect(await readdir(join(cacheDir, 'models', 'blobs'))).toEqual([])
  })

  it('are found out when their files change', async () => {
    const shelf = await shelfOf()
    await pullModels(['packed'], shelf, { limits })
    const folder = await modelPath(shelf, 'packed')
    await rm(join(folder, 'data/a.txt'))
    await writeFile(join(folder, 'model.onnx'), 'changed')
    expect(await verifyModels(shelf, ['packed'])).toEqual([{ id: 'packed', bad: ['model.onnx', 'data/a.txt'] }])
    // Content that was spoilt in place is not handed to the next model that needs it.
    await pullModels(['packed'], shelf, { limits, again: true })
    expect(await verifyModels(shelf, ['packed'])).toEqual([{ id: 'packed', bad: [] }])
  })

  it('without a digest on record are pinned at the first download, and refused when they change', async () => {
    const shelf = await shelfOf()
    const [pulled] = await pullModels(['plain'], shelf, { limits })
    expect(pulled).toMatchObject({ pinned: [`${server?.address}/b/tokens.txt`] })
    await removeModel(shelf, 'plain')
    await server?.close()
    const changed = await serveFiles({
      '/b/tokens.txt': good(Buffer.from('other')),
      '/b/model.onnx': good(Buffer.from('weights')),
    })
    server = changed
    const [again] = await pullModels(['plain'], shelf, { limits, mirror: changed.address })
    expect(again).toMatchObject({
      type: 'failed',
      error: { code: 'provider_failed', message: expect.stringContaining('SHA-256') },
    })
  })

  it('of which one fails do not stop the others, and leave nothing half done', async () => {
    const shelf = await shelfOf()
    const [entry] = shelf.catalogue ?? []
    const broken = {
      ...entry,
      id: 'broken',
      downloads: [{ url: `${server?.address}/none.tar.gz`, sha256: [] }],
    } as CatalogueEntry
    const pulled = await pullModels(
      ['broken', 'plain'],
      { cacheDir, catalogue: [...(shelf.catalogue ?? []), broken] },
      { limits },
    )
    expect(pulled.map((model) => model.type)).toEqual(['failed', 'installed'])
    expect(await readdir(join(cacheDir, 'models', 'sets'))).toEqual(['plain'])
  })

  it('come from a mirror: the same path, files side by side, or a folder', async () => {
    const { catalogue: entries = [] } = await shelfOf()
    await server?.close()
    const shelf: Shelf = { cacheDir, catalogue: entries }
    server = await serveFiles({
      '/copy/a/pack.tar.gz': good(archive),
      '/flat/model.onnx': good(Buffer.from('weights')),
      '/flat/tokens.txt': good(Buffer.from('tokens')),
    })
    expect(await pullModels(['packed'], shelf, { limits, mirror: `${server.address}/copy` })).toMatchObject([
      { type: 'installed' },
    ])
    expect(await pullModels(['plain'], shelf, { limits, mirror: `${server.address}/flat/` })).toMatchObject([
      { type: 'installed' },
    ])
    const folder = join(cacheDir, 'mirror')
    await mkdir(folder)
    await writeFile(join(folder, 'pack.tar.gz'), archive)
    expect(await pullModels(['packed'], shelf, { limits, mirror: folder, offline: true, again: true })).toMatchObject([
      { type: 'installed' },
    ])
  })

  it('are not fetched offline', async () => {
    const shelf = await shelfOf()
    const [pulled] = await pullModels(['packed'], shelf, { offline: true })
    expect(pulled).toMatchObject({
      type: 'failed',
      error: { code: 'unavailable', message: expect.stringContaining('offline') },
    })
    expect(server?.asked).toEqual([])
  })

  it.each([
    ['leads outside', { name: 'top/data/../../../evil', content: 'x' }, 'leads out of its folder'],
    ['begins at the root', { name: '/top/data/evil', content: 'x' }, 'leads out of its folder'],
    ['is a link', { name: 'top/data/link', type: 'symlink', linkname: '/etc/passwd' }, 'not a plain file'],
    ['is a hard link', { name: 'top/data/link', type: 'link', linkname: '/etc/passwd' }, 'not a plain file'],
  ] as const)('are refused when a file in the archive %s', async (_, evil, message) => {
    const packed = await pack([{ name: 'top/model.onnx', content: 'weights' }, evil])
    const [pulled] = await pullModels(['packed'], await shelfOf(packed), { limits })
    expect(pulled).toMatchObject({
      type: 'failed',
      error: { code: 'provider_failed', message: expect.stringContaining(message) },
    })
    expect(await readdir(join(cacheDir, 'models', 'sets'))).toEqual([])
  })

  it('are refused when the archive is cut off, is no archive, or lacks a file', async () => {
    for (const [content, files] of [
      [archive.subarray(0, archive.length - 40), ['model.onnx']],
      [Buffer.from('<html>please log in</html>'.repeat(50)), ['model.onnx']],
      [archive, ['model.onnx', 'encoder.onnx']],
    ] as const) {
      const [pulled] = await pullModels(['packed'], await shelfOf(Buffer.from(content), { files: [...files] }), {
        limits,
      })
      expect(pulled).toMatchObject({ type: 'failed', error: { code: 'provider_failed' } })
      await server?.close()
    }
  })

  it.each(['with the program bzip2, if it is here', 'without it'])('packed with bzip2 are unpacked %s', async (how) => {
    const { PATH } = process.env
    const packed = await digitsPacked()
    server = await serveFiles({ [`/${digitsArchive}`]: good(packed) })
    const shelf = { cacheDir, catalogue: [await digitsEntry('live', `${server.address}/${digitsArchive}`)] }
    try {
      if (how === 'without it') process.env.PATH = cacheDir
      expect(await pullModels(['digits-live'], shelf, { limits })).toMatchObject([{ type: 'installed' }])
    } finally {
      process.env.PATH = PATH
    }
    expect((await readdir(await modelPath(shelf, 'digits-live'))).sort()).toEqual(
      expect.arrayContaining(['live.onnx', 'manifest.json', 'tokens.txt']),
    )
  })

  it('are left to a process that downloads them already, unless that process is gone', async () => {
    const shelf = await shelfOf()
    const lock = join(cacheDir, 'models', 'parts', 'packed.lock')
    await mkdir(join(lock, '..'), { recursive: true })
    await writeFile(lock, String(process.pid))
    expect(await pullModels(['packed'], shelf, { limits })).toMatchObject([
      { type: 'failed', error: { code: 'unavailable', message: expect.stringContaining('already') } },
    ])
    await writeFile(lock, '999999999')
    expect(await pullModels(['packed'], shelf, { limits })).toMatchObject([{ type: 'installed' }])
  })

  it('that the catalogue does not have are unknown, and no id leads out of the store', async () => {
    await expect(pullModels(['no-such'], { cacheDir })).rejects.toMatchObject({ code: 'unknown_model' })
    await expect(modelPath({ cacheDir }, '../../etc')).rejects.toMatchObject({ code: 'unknown_model' })
  })
})

describe('the catalogue', () => {
  it('is well formed, and names no model twice', async () => {
    const entries = await catalogue()
    expect(entries.length).toBeGreaterThan(100)
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length)
    expect(() => parseCatalogue([{ ...entries[0], licnce: 'MIT' }])).toThrow()
  })

  it('names in its configurations only files that come with the model', async () => {
    const filesIn = (value: unknown): string[] => {
      if (typeof value === 'string') return /\.(onnx|ort|txt|model)$/.test(value) ? [value] : []
      return typeof value === 'object' && value !== null ? Object.values(value).flatMap(filesIn) : []
    }
    for (const { id, kind, sherpa, files, downloads } of await catalogue()) {
      if (kind !== 'speech-to-text') continue
      expect(sherpa, id).toBeDefined()
      const plain = downloads.filter(({ url }) => !isArchive(url)).map(({ url }) => fileName(url))
      for (const file of filesIn(sherpa?.modelConfig)) {
        expect(files, id).toContain(file)
        if (plain.length === downloads.length) expect(plain, id).toContain(file)
      }
    }
  })

  it('has the default sets, with digests, for live English', async () => {
    const entries = await catalogue()
    for (const machine of [
      { cores: 2, memoryBytes: 4e9 },
      { cores: 32, memoryBytes: 64e9 },
    ]) {
      const entry = findEntry(entries, bestSet(machine).ids[0])
      expect(entry).toMatchObject({ kind: 'speech-to-text', streaming: true })
      expect(entry.downloads.every((part) => part.sha256.length > 0)).toBe(true)
    }
  })
})

describe('the hub', () => {
  it('answers or does not, within the limit', async () => {
    server = await serveFiles({ '/there': good(Buffer.from('x')), '/silent': () => {}, '/broken': failing(503) })
    expect(await hubAnswers(`${server.address}/there`)).toBe(true)
    expect(await hubAnswers(`${server.address}/broken`)).toBe(false)
    expect(await hubAnswers(`${server.address}/silent`, { limitMs: 50 })).toBe(false)
    await server.close()
    expect(await hubAnswers(`${server.address}/there`)).toBe(false)
  })
})
