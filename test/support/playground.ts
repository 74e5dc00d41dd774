/** The playground as it is built, behind a server of its own, and pages of it in a browser. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { bundlePlayground } from '../../scripts/setup/build.mjs'
import { projectUrl } from './needs.ts'
import { startServer, testKey } from './server.ts'

export type PlaygroundServer = Awaited<ReturnType<typeof servePlayground>>

/** Builds it and serves it, ready to be used. Close it at the end. */
export const servePlayground = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-playground-'))
  const { code, output } = await bundlePlayground(fileURLToPath(projectUrl), folder)
  if (code !== 0) throw new Error(output)
  const server = await startServer({}, {}, { playground: pathToFileURL(`${folder}/`) })
  await server.ready
  return {
    url: server.url,
    folder,
    close: async () => {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A page with the key in its address, as the start prints it, on the view of this name. `prepare` is called before it loads. */
export const openPlayground = async (
  browser: Browser,
  { url }: { readonly url: string },
  view = '',
  { prepare, ...options }: BrowserContextOptions & { readonly prepare?: (page: Page) => Promise<void> | void } = {},
): Promise<Page> => {
  const context = await browser.newContext({ permissions: ['microphone'], ...options })
  const page = await context.newPage()
  await prepare?.(page)
  await page.goto(`${url}/#key=${testKey}`)
  if (view !== '') await page.goto(`${url}/#/${view}`)
  await page.getByText('Ready', { exact: true }).first().waitFor()
  return page
}
