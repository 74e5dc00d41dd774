/** The playground in a real browser. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundlePlayground } from '../../scripts/setup/build.mjs'
import { openChromium } from '../support/chromium.ts'
import { clip, clips } from '../support/clips.ts'
import { chromium, needs, pocketsphinx, projectUrl, recordings } from '../support/needs.ts'
import { startServer, testKey } from '../support/server.ts'
import { wordErrorRate } from '../support/words.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-playground-'))
const spoken = 'librivox-0930'
const views = ['listen', 'talk', 'speak', 'wire', 'compare', 'server']
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let server: Awaited<ReturnType<typeof startServer>>
let browser: Browser | undefined
/** Every address that any page asked for. */
const asked = new Set<string>()

beforeAll(async () => {
  const built = await bundlePlayground(fileURLToPath(projectUrl), folder)
  expect(built).toMatchObject({ code: 0 })
  server = await startServer({}, {}, { playground: pathToFileURL(`${folder}/`) })
  await server.ready
  if (chromium.isThere() && clips().length > 0) browser = await openChromium({ microphone: clip(spoken).file })
})
afterAll(async () => {
  await browser?.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A page with the key in its address, as the start prints it. */
const open = async (path = '', options: BrowserContextOptions = {}): Promise<Page> => {
  const context = await browser!.newContext({ permissions: ['microphone'], ...options })
  const page = await context.newPage()
  page.on('request', (request) => asked.add(request.url()))
  page.on('websocket', (socket) => asked.add(socket.url()))
  await page.goto(`${server.url}/#key=${testKey}`)
  if (path !== '') await page.goto(`${server.url}/#/${path}`)
  await page.getByText('Ready', { exact: true }).first().waitFor()
  return page
}

/** The words of the turns that are final. */
const finalWords = async (page: Page): Promise<string> =>
  (await page.locator('.turn:not(.turn-open) .word > span:first-child').allTextContents()).join(' ').toLowerCase()

it('the playground takes at most 300 kB on the wire', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const bytes = files.map((file) => gzipSync(readFileSync(join(file.parentPath ?? file.path, file.name))).length)
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(300_000)
})

describe('the playground', () => {
  needs(chromium, pocketsphinx, recordings)
  const { text } = clips().find(({ name }) => name === spoken) ?? { text: '' }

  it('takes the key out of the address, and asks for it where the server does not know it', async () => {
    const page = await open()
    expect(page.url()).toBe(`${server.url}/`)
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual([])
    await page.goto(`${server.url}/#key=wrong`)
    await page.getByRole('alert').waitFor()
    await page.getByRole('textbox', { name: 'Key' }).fill(testKey)
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByRole('heading', { name: 'Listen' }).waitFor()
    await page.context().close()
  })

  it('says that a microphone needs TLS where it is opened without, from another host', async () => {
    const page = await browser!.newPage()
    await page.goto(`${server.url.replace('127.0.0.1', 'parley.test')}/#key=${testKey}`)
    await page.getByRole('note').getByText('--tls self-signed').waitFor()
    expect(await page.getByRole('button', { name: 'Listen', exact: true }).isDisabled()).toBe(true)
    await page.close()
  })

  it('listens to the microphone: words, and what the voice is like', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'Listen', exact: true }).click()
    // The recording is over by then.
    await page
      .locator('.controls-state')
      .getByText(/^[5-9]\.\d s$/)
      .waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.locator('.controls-state').getByText('Microphone').waitFor({ timeout: 30_000 })
    // On a busy machine the browser loses some of the sound; what comes through is of this recording and no other.
    const heard = (await finalWords(page)).split(' ')
    expect(text.split(' ').filter((word) => heard.includes(word)).length).toBeGreaterThanOrEqual(3)
    expect(await page.getByRole('meter', { name: 'Pitch' }).getAttribute('aria-valuetext')).toMatch(/^(low|mid), /)
    expect(await page.locator('.stage').first().textContent()).toMatch(/Voice noticed .*\d+ ms/)
    await page.context().close()
  })

  it('transcribes an MP3 that is dropped on it', async () => {
    const said = 'The weather is lovely today.'
    const response = await fetch(`${server.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tts-1', voice: 'alloy', input: said, response_format: 'mp3' }),
    })
    const mp3 = Buffer.from(await response.arrayBuffer()).toString('base64')
    const page = await open()
    const dropped = await page.evaluateHandle(`
      const bytes = Uint8Array.from(atob('${mp3}'), (letter) => letter.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], 'weather.mp3', { type: 'audio/mpeg' }))
      transfer
    `)
    await page.dispatchEvent('main', 'drop', { dataTransfer: dropped })
    await page.locator('.controls-state').getByText('weather.mp3', { exact: true }).waitFor({ timeout: 60_000 })
    expect(wordErrorRate('the weather is lovely today', await finalWords(page))).toBeLessThan(0.5)
    await page.context().close()
  })

  it.each(['light', 'dark'] as const)(
    'has no fault that axe knows, in %s, and fits 360 pixels',
    async (colorScheme) => {
      const page = await open('', { colorScheme, reducedMotion: 'reduce' })
      const found: unknown[] = []
      for (const view of views) {
        await page.goto(`${server.url}/#/${view}`)
        await page.setViewportSize({ width: 1280, height: 800 })
        // Not by a script tag, which the policy of the page would refuse.
        await page.evaluate(axe)
        const { violations } = await page.evaluate(() =>
          (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run(),
        )
        for (const { id, nodes } of violations) found.push({ view, id, at: nodes.map(({ html }) => html) })
        await page.setViewportSize({ width: 360, height: 740 })
        const wide = Number(await page.evaluate('document.documentElement.scrollWidth'))
        if (wide > 360) found.push({ view, wide })
      }
      expect(found).toEqual([])
      await page.context().close()
    },
  )

  it('asks no other host for anything', () => {
    const hosts = [...asked].map((url) => new URL(url)).filter(({ protocol }) => !['data:', 'blob:'].includes(protocol))
    expect(new Set(hosts.map(({ host }) => host))).toEqual(new Set([new URL(server.url).host]))
    expect(hosts.some(({ protocol }) => protocol === 'ws:')).toBe(true)
  })
})
