// Writes the pages of the docs that are made from the source. Run by `npm run docs`.
import { readFile, writeFile } from 'node:fs/promises'
import { register } from 'tsx/esm/api'

register()
const { renderSettingsPage } = await import('../src/server/settings-docs.ts')
await writeFile(new URL('../docs/settings.md', import.meta.url), renderSettingsPage())
const { renderConformancePage } = await import('../src/conformance/page.ts')
const conformance = JSON.parse(await readFile(new URL('../docs/conformance.json', import.meta.url), 'utf8'))
await writeFile(new URL('../docs/conformance.md', import.meta.url), renderConformancePage(conformance))
