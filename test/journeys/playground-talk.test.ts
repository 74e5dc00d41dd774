/** The playground's Talk, Speak, Wire and Compare in a real browser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replay } from '../../src/protocols/replay.ts'
import { openChromium } from '../support/chromium.ts'
import { chromium, needs, pocketsphinx } from '../support/needs.ts'
import { openPlayground, type PlaygroundServer, servePlayground } from '../support/playground.ts'
import { testKey } from '../support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-talk-'))
const rate = 16_000

let server: PlaygroundServer
let browser: Browser | undefined
/** What is asked, and in which file. */
const question = 'What time is it?'
let asked = ''

/** The server's own voice, as samples. */
const spoken = async (url: string, input: string): Promise<Buffer> => {
  const response = await fetch(`${url}/v1/audio/speech`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'tts-1', voice: 'flite/rms', input, response_format: 'pcm', sample_rate: rate }),
  })
  return Buffer.from(await response.arrayBuffer())
}

/** A WAV file. */
const wavFile = (name: string, audio: Buffer): string => {
  const header = Buffer.alloc(44)
  header.write('RIFF')
  header.writeUInt32LE(36 + audio.length, 4)
  header.write('WAVEfmt ', 8)
  for (const [at, value] of [
    [16, 16],
    [24, rate],
    [28, rate * 2],
    [40, audio.length],
  ] as const)
    header.writeUInt32LE(value, at)
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    header.writeUInt16LE(value, at)
  header.write('data', 36)
  const file = join(folder, name)
  writeFileSync(file, Buffer.concat([header, audio]))
  return file
}

beforeAll(async () => {
  server = await servePlayground()
  if (!chromium.isThere()) return
  asked = wavFile('question.wav', await spoken(server.url, question))
  browser = await openChromium()
})
afterAll(async () => {
  await browser?.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/**
 * Measures what goes to the loudspeaker and what comes with a received track, beside the page's own code. What the microphone
 * hears is silence, and a file whenever `ask` is called: when that must be depends on how busy the machine is.
 */
const instruments = `
globalThis.loudest = { speaker: 0, track: 0 }
const connect = AudioNode.prototype.connect
const watch = (node, name) => {
  const analyser = node.context.createAnalyser()
  connect.call(node, analyser)
  const samples = new Float32Array(analyser.fftSize)
  setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
    loudest[name] = Math.max(loudest[name], Math.sqrt(power))
  }, 20)
}
AudioNode.prototype.connect = function (to, ...rest) {
  if (to instanceof AudioDestinationNode) watch(this, 'speaker')
  return connect.call(this, to, ...rest)
}
globalThis.ask = async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  const source = microphone.createBufferSource()
  source.buffer = await microphone.decodeAudioData(bytes.buffer)
  source.connect(voice)
  source.start()
}
const microphone = new AudioContext()
const voice = microphone.createMediaStreamDestination()
navigator.mediaDevices.getUserMedia = async () => voice.stream
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) {
    super(configuration)
    this.addEventListener('track', ({ track }) => {
      watch(new AudioContext().createMediaStreamSource(new MediaStream([track])), 'track')
    })
  }
}`
const measuring = async (page: Page): Promise<void> => {
  await page.addInitScript(instruments)
}

/** Has the microphone hear the question. */
const ask = (page: Page): Promise<void> =>
  page.evaluate(
    (content) => (globalThis as unknown as { ask: (base64: string) => Promise<void> }).ask(content),
    readFileSync(asked).toString('base64'),
  )

const loudest = (page: Page): Promise<{ readonly speaker: number; readonly track: number }> =>
  page.evaluate(() => (globalThis as unknown as { loudest: { speaker: number; track: number } }).loudest)

/** Root of the mean square; speech is far above. */
const audible = 0.01

describe('the playground', () => {
  needs(chromium, pocketsphinx)

  it.each([
    { transport: 'WebSocket', heardBy: 'speaker' },
    { transport: 'WebRTC', heardBy: 'track' },
  ] as const)(
    'holds a conversation over $transport: it is heard, can be interrupted, and calls a tool',
    async ({ transport, heardBy }) => {
      const page = await openPlayground(browser!, server, 'talk', { prepare: measuring, acceptDownloads: true })
      await page.getByText(transport, { exact: true }).click()
      await page.getByLabel('Say it in writing').fill('Tell me a long story.')
      await page.getByRole('button', { name: 'Send' }).click()
      await expect.poll(async () => (await loudest(page))[heardBy], { timeout: 60_000 }).toBeGreaterThan(audible)
      await ask(page)
      await page.getByText('Interrupted', { exact: true }).waitFor({ timeout: 60_000 })
      await page
        .locator('.line-reply')
        .getByText(/It is \d+:\d\d/)
        .first()
        .waitFor({ timeout: 60_000 })
      await page.locator('.fall-total').waitFor({ timeout: 60_000 })
      expect(await page.locator('.falls').textContent()).toMatch(/Silence\s*\d+ ms.*Network\s*\d+ ms/)
      if (transport === 'WebSocket') expect(await page.locator('.said.is-lost').count()).toBeGreaterThan(10)
      await page.getByLabel('Say it in writing').fill('Set the page color to blue.')
      await page.getByRole('button', { name: 'Send' }).click()
      await page.locator('.call-output', { hasText: '{"color":"blue"}' }).waitFor({ timeout: 60_000 })
      await page.getByText('The page color says').first().waitFor({ timeout: 60_000 })
      await page.getByRole('button', { name: 'End', exact: true }).click()
      await page.goto(`${server.url}/#/wire`)
      await page.getByLabel('Find in events').fill('response.done')
      await page.locator('.event', { hasText: 'response.done' }).first().click()
      expect(await page.locator('.event-detail').textContent()).toContain('"response.done"')
      if (transport === 'WebSocket') {
        const downloading = page.waitForEvent('download')
        await page.getByRole('button', { name: 'Export' }).click()
        const lines = readFileSync(await (await downloading).path(), 'utf8').split('\n')
        const { matched, differences } = replay(lines)
        expect(differences).toEqual([])
        expect(matched).toBeGreaterThan(10)
      }
      await page.context().close()
    },
  )

  it('speaks a text, lights up its words, and gives it as a WAV file', async () => {
    const page = await openPlayground(browser!, server, 'speak', { prepare: measuring, acceptDownloads: true })
    await page.getByRole('textbox', { name: 'Text' }).fill('[whisper] Quiet now.')
    await page.getByRole('button', { name: 'reset' }).click()
    await page.keyboard.type('And loud again.')
    await page.getByRole('button', { name: 'Speak', exact: true }).click()
    await page.locator('.said.is-now[data-steer]').waitFor()
    await page.locator('.said.is-now:not([data-steer])').waitFor()
    expect((await loudest(page)).speaker).toBeGreaterThan(audible)
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'WAV' }).click()
    const wav = readFileSync(await (await downloading).path())
    expect(wav.subarray(0, 4).toString()).toBe('RIFF')
    expect(wav.length).toBeGreaterThan(2 * 24_000)
    await page.context().close()
  })

  it('holds what a recognizer hears against what was said', async () => {
    const page = await openPlayground(browser!, server, 'compare')
    await page.locator('input[type=file]').setInputFiles(asked)
    await page.getByRole('textbox').fill(`${question} Unheard.`)
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.locator('.aligned-missing', { hasText: 'unheard' }).waitFor({ timeout: 60_000 })
    expect(await page.locator('.figure').first().textContent()).toMatch(/Words wrong\s*[\d.]+ %/)
    await page.context().close()
  })
})
