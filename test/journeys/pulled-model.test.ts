/** Better ears while the server runs: a model is pulled, and the next request is heard by it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pullModels } from '../../src/models/commands.ts'
import { digitsArchive, digitsEntry, digitsFile, digitsPacked, digitsSpeech } from '../support/digits.ts'
import { good, serveFiles } from '../support/file-server.ts'
import { startServer, testKey } from '../support/server.ts'

describe('a model that is pulled while the server runs', () => {
  let cacheDir: string
  let server: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    cacheDir = await mkdtemp(join(tmpdir(), 'parley-pulled-'))
    server = await startServer({ PARLEY_CACHE_DIR: cacheDir })
  })
  afterAll(async () => {
    await server?.close()
    await rm(cacheDir, { recursive: true, force: true })
  })

  const transcribe = async (model: string): Promise<Response> => {
    const body = new FormData()
    body.append('file', new Blob([await readFile(digitsFile)]), 'digits.wav')
    body.append('model', model)
    const headers = { authorization: `Bearer ${testKey}` }
    return fetch(`${server.url}/v1/audio/transcriptions`, { method: 'POST', body, headers })
  }

  it('is named by the error before, and serves by its own name and as the local engine after', async () => {
    const before = await transcribe('sherpa/kroko-en')
    expect(before.status).toBe(503)
    expect(await before.text()).toContain('parley models pull kroko-en')

    const files = await serveFiles({ [`/${digitsArchive}`]: good(await digitsPacked()) })
    try {
      const catalogue = [await digitsEntry('live', `${files.address}/${digitsArchive}`)]
      const [pulled] = await pullModels(['digits-live'], { cacheDir, catalogue })
      expect(pulled).toMatchObject({ type: 'installed' })
    } finally {
      await files.close()
    }

    const { text } = await digitsSpeech()
    for (const model of ['sherpa/digits-live', 'inworld/inworld-stt-1', 'whisper-1']) {
      const response = await transcribe(model)
      expect(response.status).toBe(200)
      expect(response.headers.get('x-parley-engine')).toBe('sherpa/digits-live')
      expect(((await response.json()) as { text: string }).text.toLowerCase()).toBe(text)
    }
  })
})
