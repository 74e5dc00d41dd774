/**
 * `node scripts/screenshots.mjs`: pictures of the playground for the docs, by hand when its looks have changed. Every
 * view, light and dark, wide and at 360 pixels, on one sheet, and the first view alone. Needs Chromium; the fonts Inter
 * and JetBrains Mono (`apt-get install fonts-inter fonts-jetbrains-mono`) make it look as most people see it.
 */
import { mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { root } from './setup/paths.mjs'
import { setUpOrExit } from './setup/setup.mjs'

const key = 'screenshots'
const themes = ['light', 'dark']
const sizes = { wide: { width: 1280, height: 860 }, narrow: { width: 360, height: 780 } }
/** On the sheet; a wide picture is as high as a narrow one. */
const thumb = { wide: 560, narrow: 174 }

/** What is done in a view before its picture is taken; the others are shown as they open. */
const prepare = {
  listen: async (page) => {
    await page.getByRole('button', { name: 'hear an example' }).click()
    await page.locator('.controls-state').getByText('An example', { exact: true }).waitFor({ timeout: 90_000 })
  },
  talk: async (page) => {
    // A microphone that hears nothing.
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = async () => new AudioContext().createMediaStreamDestination().stream
    })
    await page.getByRole('button', { name: 'Set the page color to blue.' }).click()
    await page.locator('.line-reply .said.is-now').waitFor({ timeout: 60_000 })
  },
  speak: async (page) => {
    await page.getByRole('button', { name: 'Speak', exact: true }).click()
    await page.locator('.said.is-now', { hasText: 'secret' }).waitFor({ timeout: 60_000 })
  },
  wire: async (page) => {
    await page.getByLabel('Find in events').fill('session')
    await page.locator('.event', { hasText: 'session.updated' }).first().click()
    await page.getByLabel('Find in events').fill('')
  },
  server: async (page) => {
    await page.getByText('Engines in force').waitFor()
  },
}

const serve = async () => {
  const [{ createServer }, { loadSettings }, { silentLog }] = await Promise.all(
    ['server/server.js', 'server/config.js', 'log.js'].map((file) => import(`../dist/${file}`)),
  )
  const env = { PARLEY_PORT: '0', PARLEY_API_KEYS: key }
  const server = await createServer(loadSettings({ env, cwd: tmpdir() }), { log: silentLog })
  await server.ready
  return server
}

/** Pictures of views at one size in one theme, by view; of all unless they are named. */
const shoot = async (browser, url, colorScheme, viewport, wanted) => {
  const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce', deviceScaleFactor: 2 })
  const page = await context.newPage()
  await page.goto(`${url}/#key=${key}`)
  await page.getByText('Ready', { exact: true }).first().waitFor()
  const all = await page.locator('.nav-link').evaluateAll((links) => links.map((link) => link.hash.slice(2)))
  const pictures = {}
  for (const view of wanted ?? all) {
    await page.goto(`${url}/#/${view}`)
    await page.locator('.view-head').waitFor()
    await prepare[view]?.(page)
    await page.evaluate(() => scrollTo(0, 0))
    pictures[view] = await page.screenshot()
  }
  await context.close()
  return pictures
}

const sheetPage = (shots) => {
  const image = (picture, width) => `<img width="${width}" src="data:image/png;base64,${picture.toString('base64')}">`
  const rows = Object.keys(shots[0].pictures).map(
    (view) => `<div>${shots.map(({ size, pictures }) => image(pictures[view], thumb[size])).join('')}</div>`,
  )
  return `<!doctype html><style>
    body { margin: 0; padding: 16px; background: #8a8c88; width: max-content }
    div { display: flex; gap: 16px } div + div { margin-top: 16px }
    img { display: block; border-radius: 6px }
  </style>${rows.join('')}`
}

await setUpOrExit()
const folder = join(root, 'docs', 'images')
mkdirSync(folder, { recursive: true })
const server = await serve()
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
try {
  const shots = []
  for (const theme of themes)
    for (const [size, viewport] of Object.entries(sizes))
      shots.push({ theme, size, pictures: await shoot(browser, server.url, theme, viewport) })
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } })
  const save = async (name, html) => {
    await page.setContent(html)
    await page.locator('body').screenshot({ path: join(folder, name) })
    console.log(`docs/images/${name}: ${Math.round(statSync(join(folder, name)).size / 1024)} kB`)
  }
  await save('playground.png', sheetPage(shots))
  const tall = await shoot(browser, server.url, 'light', { width: 1280, height: 1040 }, ['listen'])
  const first = tall.listen.toString('base64')
  await save(
    'listen.png',
    `<body style="margin:0;width:1000px"><img width="1000" src="data:image/png;base64,${first}">`,
  )
} finally {
  await browser.close()
  await server.close()
}
