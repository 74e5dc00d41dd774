/** Tests of downloading from a server that misbehaves. */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type FileServer,
  failing,
  good,
  ignoringRanges,
  inTurn,
  leadingTo,
  type Manners,
  serveFiles,
  stalling,
} from '../../test/support/file-server.ts'
import { type DownloadOptions, type DownloadRequest, download } from './download.ts'

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3)
const digest = createHash('sha256').update(content).digest('hex')
const limits = { connectMs: 10_000, stallMs: 1000, attempts: 3, backoffMs: 1 }
const patient = { ...limits, stallMs: 20_000 }

let folder: string
let server: FileServer | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-download-'))
})
afterEach(async () => {
  await server?.close()
  server = undefined
  await rm(folder, { recursive: true, force: true })
})

const get = async (
  manners: Manners | Record<string, Manners>,
  wanted: Partial<DownloadRequest> = {},
  options: DownloadOptions = {},
) => {
  server ??= await serveFiles(typeof manners === 'function' ? { '/file': manners } : manners)
  const request = {
    url: `${server.address}/file`,
    sha256: [digest],
    bytes: content.length,
    folder,
    key: 'k',
    ...wanted,
  }
  return download(request, { limits, ...options })
}
/** Breaks the connection once so many bytes have come. */
const breakAt =
  (...bytes: readonly number[]): DownloadOptions['onProgress'] =>
  (done) => {
    if (bytes.includes(done)) server?.breakOff()
  }
const kept = async (): Promise<number> => (await readFile(join(folder, 'k.part')).catch(() => new Uint8Array())).length

describe('a download', () => {
  it('brings the file and tells how far it is', async () => {
    const progress: number[] = []
    const got = await get(good(content), {}, { onProgress: (done, total) => progress.push(done / (total ?? 0)) })
    expect(Buffer.compare(await readFile(got.file), content)).toBe(0)
    expect(got).toMatchObject({ sha256: digest, bytes: content.length })
    expect(progress.at(-1)).toBe(1)
  })

  it('asks only for the rest after the connection broke off', async () => {
    const manners = inTurn(stalling(content, 100_000), stalling(content, 50_000), good(content))
    const got = await get(manners, {}, { limits: patient, onProgress: breakAt(100_000, 150_000) })
    expect(Buffer.compare(await readFile(got.file), content)).toBe(0)
    expect(server?.asked).toEqual(['GET /file', 'GET /file bytes=100000-', 'GET /file bytes=150000-'])
  })

  it('goes on after a stall', async () => {
    await get(inTurn(stalling(content, 70_000), good(content)))
    expect(server?.asked.at(-1)).toBe('GET /file bytes=70000-')
  })

  it('gives up after some attempts without progress, keeps what came, and a later call completes it', async () => {
    const manners = inTurn(stalling(content, 40_000), failing(503), failing(503), failing(503), good(content))
    await expect(get(manners, {}, { limits: patient, onProgress: breakAt(40_000) })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('HTTP 503'),
    })
    expect(await kept()).toBe(40_000)
    await get(manners)
    expect(server?.asked.at(-1)).toBe('GET /file bytes=40000-')
  })

  it('does not go on for ever with a server that always breaks off at the same place', async () => {
    const always: Manners = (_request, response) => {
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 1000), () => response.destroy())
    }
    await expect(get(always)).rejects.toMatchObject({ code: 'unavailable' })
    expect(server?.asked.length).toBeLessThan(6)
  })

  it('begins again when the server ignores ranges', async () => {
    const manners = inTurn(stalling(content, 100_000), ignoringRanges(content))
    const got = await get(manners, {}, { limits: patient, onProgress: breakAt(100_000) })
    expect(Buffer.compare(await readFile(got.file), content)).toBe(0)
  })

  it('begins again when the content changed between two runs', async () => {
    const old = content.map((value) => value ^ 1)
    const manners = inTurn(stalling(old, 100_000), failing(500), failing(500), failing(500), good(content))
    await expect(get(manners, {}, { limits: patient, onProgress: breakAt(100_000) })).rejects.toThrow('HTTP 500')
    const got = await get(manners)
    expect(Buffer.compare(await readFile(got.file), content)).toBe(0)
  })

  it('refuses wrong bytes and removes them', async () => {
    await expect(get(good(content.map((value) => value ^ 1)))).rejects.toMatchObject({
      code: 'provider_failed',
      message: expect.stringContaining('SHA-256'),
    })
    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    ['shorter', content.subarray(0, 200_000)],
    ['longer', Buffer.concat([content, content])],
  ])('refuses a file that is %s than it should be', async (_, other) => {
    await expect(get(good(other))).rejects.toMatchObject({
      code: 'provider_failed',
      message: expect.stringContaining('size'),
    })
    expect(await readdir(folder)).toEqual([])
  })

  it('accepts any digest on record, whatever the size of that one', async () => {
    const got = await get(good(content), { sha256: ['0'.repeat(64), digest], bytes: 12 })
    expect(got.sha256).toBe(digest)
  })

  it('follows redirects, and does not follow them in a circle', async () => {
    await get({ '/file': leadingTo('/other'), '/other': leadingTo('/third'), '/third': good(content) })
    await server?.close()
    server = undefined
    await expect(
      get({ '/file': leadingTo('/other'), '/other': leadingTo('/file') }, { key: 'l' }),
    ).rejects.toMatchObject({
      code: 'provider_failed',
      message: expect.stringContaining('without end'),
    })
  })

  it('does not follow a redirect out of the web', async () => {
    await expect(get(leadingTo('file:///etc/hosts'))).rejects.toMatchObject({ code: 'provider_failed' })
  })

  it('says 404 at once', async () => {
    await expect(get(failing(404))).rejects.toMatchObject({
      message: expect.stringContaining('HTTP 404'),
      retryable: false,
    })
    expect(server?.asked).toHaveLength(1)
  })

  it('keeps what came when the disk is full, says so, and goes on from there', async () => {
    let room = 100_000
    const write: DownloadOptions['write'] = async (file, piece) => {
      const fits = piece.subarray(0, room)
      room -= fits.length
      await file.write(fits)
      if (fits.length < piece.length) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    }
    await expect(get(good(content), {}, { write })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('disk is full'),
    })
    const before = await kept()
    expect(before).toBe(100_000)
    await get(good(content))
    expect(server?.asked.at(-1)).toBe(`GET /file bytes=${before}-`)
  })

  it('stops when it is cancelled and can be taken up again', async () => {
    const stop = new AbortController()
    const onProgress = (done: number): void => {
      if (done > 50_000) stop.abort()
    }
    await expect(get(good(content), {}, { signal: stop.signal, onProgress })).rejects.toMatchObject({
      name: 'AbortError',
    })
    await get(good(content))
    expect(server?.asked.at(-1)).toMatch(/bytes=\d+-/)
  })

  it('gives up on a server that never answers', async () => {
    await expect(get(() => {}, {}, { limits: { ...limits, connectMs: 50, attempts: 2 } })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no answer'),
    })
  })

  it('gives up on a server that is not there', async () => {
    server = await serveFiles({})
    await server.close()
    await expect(get(good(content))).rejects.toMatchObject({ code: 'unavailable' })
  })
})
