/** The example of a call from a web page, in a real browser: its microphone plays a recording, its loudspeaker is measured. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { joined } from '../../src/audio/joined.ts'
import { writeWav } from '../../src/audio/wav.ts'
import { openChromium } from '../support/chromium.ts'
import { clip, readClip } from '../support/clips.ts'
import { chromium, needs, pocketsphinx, projectUrl, recordings } from '../support/needs.ts'
import { startServer, testKey } from '../support/server.ts'
import { wordErrorRate } from '../support/words.ts'

/** The page, which writes down what its example tells it. */
const html = `<!doctype html><script type="module">
  import { converse } from './webrtc-browser.mjs'
  const [url, key] = decodeURIComponent(location.hash.slice(1)).split(' ')
  window.told = { heard: [], said: [] }
  window.talk = await converse({
    url, key, heard: (text) => told.heard.push(text), said: (text) => told.said.push(text),
  })
</script>`

/** How much sound came from the server, as the browser measures it, and in which codec. */
const measure = `(async () => {
  const stats = [...(await talk.connection.getStats()).values()]
  const inbound = stats.find(({ type }) => type === 'inbound-rtp')
  return { energy: inbound.totalAudioEnergy, codec: stats.find(({ id }) => id === inbound.codecId)?.mimeType }
})()`

needs(chromium, pocketsphinx, recordings)

/** Said again and again, with time between for the call to come about and for the answer. */
const microphoneFile = async (folder: string): Promise<string> => {
  const { samples, sampleRate } = await readClip(clip('goforward'))
  const pause = new Float32Array(6 * sampleRate)
  const file = join(folder, 'microphone.wav')
  await writeFile(file, writeWav(joined(Float32Array, Array(4).fill([pause, samples]).flat()), sampleRate))
  return file
}

it('a page talks with the server: it is heard, it is answered aloud, and its call ends with it', async () => {
  const server = await startServer()
  const folder = await mkdtemp(join(tmpdir(), 'parley-call-'))
  const browser = await openChromium({ microphone: await microphoneFile(folder) })
  try {
    await server.ready
    const page = await browser.newPage()
    const asked = new Set<string>()
    page.on('request', (request) => asked.add(new URL(request.url()).origin))
    const example = await readFile(new URL('examples/webrtc-browser.mjs', projectUrl), 'utf8')
    await page.route('**/call.html', (route) => route.fulfill({ contentType: 'text/html', body: html }))
    await page.route('**/webrtc-browser.mjs', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: example }),
    )
    await page.goto(`${server.url}/call.html#${encodeURIComponent(`${server.url} ${testKey}`)}`)
    await page.waitForFunction('window.told?.said.length > 0', undefined, { timeout: 60_000 })
    const told = (await page.evaluate('told')) as { heard: string[]; said: string[] }
    const errors = told.heard.map((text) => wordErrorRate(clip('goforward').text, text))
    expect(Math.min(...errors)).toBeLessThanOrEqual(0.35)
    await page.waitForFunction(`${measure}.then(({ energy }) => energy > 0.001)`, undefined, { timeout: 30_000 })
    expect(await page.evaluate(measure)).toMatchObject({ codec: 'audio/opus' })
    expect([...asked]).toEqual([server.url])
    await page.evaluate('talk.end()')
    await page.waitForFunction('talk.connection.connectionState === "closed"')
  } finally {
    await browser.close()
    await server.close()
    await rm(folder, { recursive: true })
  }
})
