import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadSettings } from '../server/config.ts'
import { offerBetterModels } from './better-models.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-offer-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** What is said when the models may come from an empty folder of this machine. */
const offer = async (set: readonly string[], key?: string): Promise<{ said: string; installed: number }> => {
  const settings = loadSettings({
    flags: { set: [`models.mirror=${folder}`, ...set] },
    env: { PARLEY_CACHE_DIR: join(folder, 'cache') },
    cwd: folder,
  })
  let said = ''
  let installed = 0
  await offerBetterModels(
    settings,
    {
      out: () => {},
      err: (text) => {
        said += text
      },
      input: (async function* () {})(),
      inputIsTty: key !== undefined,
      outIsTty: false,
      errIsTty: key !== undefined,
      columns: () => 80,
      env: {},
      cwd: folder,
      key: async () => key,
      paint: (_, text) => text,
    },
    {
      signal: new AbortController().signal,
      installed: async () => {
        installed += 1
      },
    },
  )
  return { said, installed }
}

it('names the command where nobody can press a key', async () => {
  const { said, installed } = await offer([])
  expect(said).toContain('npx parley models pull default')
  expect(said).toMatch(/Better ears .* MB|size unknown/)
  expect(installed).toBe(0)
})

it('fetches nothing when the key is not y', async () => {
  const { said, installed } = await offer([], 'n')
  expect(said).toContain('Press y')
  expect(said).not.toContain('error')
  expect(installed).toBe(0)
})

it('tells what went wrong with a download, and leaves the server to its work', async () => {
  for (const { said, installed } of [await offer([], 'y'), await offer(['models.download=default'])]) {
    expect(said).toMatch(/error: .*mirror has neither/)
    expect(installed).toBe(0)
  }
})

it('says nothing when models are chosen, unwanted or offline', async () => {
  for (const set of ['models.download=never', 'models.offline=true', 'models.speechToText=pocketsphinx/en-us']) {
    expect((await offer([set], 'y')).said).toBe('')
  }
})
