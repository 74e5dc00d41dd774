import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { generatedKey } from './key-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-key-'))
})
afterEach(() => rm(folder, { recursive: true }))

const mode = async (): Promise<number> => (await stat(join(folder, 'cache', 'key'))).mode & 0o777

it('makes a key that only its owner can read, and gives the same one ever after', async () => {
  const cache = join(folder, 'cache')
  const key = await generatedKey(cache)
  expect(key).toMatch(/^[A-Za-z0-9_-]{32}$/)
  expect(await mode()).toBe(0o600)
  expect(await generatedKey(cache)).toBe(key)
  expect(await readdir(cache)).toEqual(['key'])
})

it('tightens loose permissions', async () => {
  const cache = join(folder, 'cache')
  const key = await generatedKey(cache)
  await chmod(join(cache, 'key'), 0o644)
  expect(await generatedKey(cache)).toBe(key)
  expect(await mode()).toBe(0o600)
})

it('makes a new key where the file is empty', async () => {
  const cache = join(folder, 'cache')
  const first = await generatedKey(cache)
  await writeFile(join(cache, 'key'), '\n')
  const second = await generatedKey(cache)
  expect(second).toHaveLength(32)
  expect(second).not.toBe(first)
})

it('is one key however many ask for it at once', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => generatedKey(join(folder, 'cache'))))
  expect(new Set(keys).size).toBe(1)
})
