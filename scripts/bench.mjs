/** `npm run bench -- NAME …`: runs the benches from the sources. */
import { foreground } from './foreground.mjs'
import { root } from './setup/paths.mjs'
import { setUpOrExit } from './setup/setup.mjs'

await setUpOrExit()
process.exitCode = await foreground(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)], {
  cwd: root,
})
