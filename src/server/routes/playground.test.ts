/** How the playground and the status are served. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, testKey } from '../../../test/support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-page-'))
const secret = 'search-secret'
let server: Awaited<ReturnType<typeof startServer>>

beforeAll(async () => {
  mkdirSync(join(folder, 'playground'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(folder, 'playground', 'index-abc.js'), 'export {}')
  const environment = { PARLEY_MODELS_SPEECH_TO_TEXT: 'none/none', PARLEY_TOOLS_SEARCH_API_KEY: secret }
  server = await startServer(environment, {}, { playground: pathToFileURL(`${folder}/`) })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers })

describe('the playground', () => {
  it('is asked for anew each time, and allows nothing but what this server sends', async () => {
    const answer = await get('/')
    expect(await answer.text()).toContain('<title>page</title>')
    const { host } = new URL(server.url)
    expect(answer.headers.get('content-security-policy')).toContain(`connect-src 'self' ws://${host} wss://${host};`)
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    const again = await get('/', { 'if-none-match': answer.headers.get('etag')! })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  it('has files that never change, below a prefix too, and no others', async () => {
    for (const path of ['/playground/index-abc.js', '/some/prefix/playground/index-abc.js']) {
      const answer = await get(path)
      expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
      expect(answer.headers.get('cache-control')).toContain('immutable')
      expect(await answer.text()).toBe('export {}')
    }
    for (const path of ['/playground/other.js', '/playground/..%2findex.html', '/playground/%2e%2e/%2e%2e/etc/passwd'])
      expect((await get(path)).status).toBe(404)
  })
})

describe('GET /v1/parley/status', () => {
  it('wants a key', async () => {
    expect((await get('/v1/parley/status')).status).toBe(401)
  })

  it('tells engines, load, sessions and settings, and no secret', async () => {
    await server.ready
    const answer = await get('/v1/parley/status', { authorization: `Bearer ${testKey}` })
    const text = await answer.text()
    expect(text).not.toContain(secret)
    expect(text).not.toContain(testKey)
    const status = JSON.parse(text) as { readonly engines: readonly unknown[]; readonly settings: readonly unknown[] }
    expect(status).toMatchObject({ object: 'parley.status', ready: false, sessions: { open: 0, per_key: 20 } })
    expect(status.engines).toContainEqual(
      expect.objectContaining({ kind: 'speechToText', id: 'none/none', problem: expect.any(String) }),
    )
    expect(status.engines).toContainEqual(expect.objectContaining({ kind: 'languageModel', name: expect.any(String) }))
    expect(status.settings).toContainEqual(
      expect.objectContaining({ path: 'models.speechToText', value: 'none/none', changed: true }),
    )
  })
})
