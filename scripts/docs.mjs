// Writes the pages of the docs that are made from the source. Run by `npm run docs`.
import { writeFile } from 'node:fs/promises'
import { register } from 'tsx/esm/api'

register()
const { renderSettingsPage } = await import('../src/server/settings-docs.ts')
await writeFile(new URL('../docs/settings.md', import.meta.url), renderSettingsPage())
