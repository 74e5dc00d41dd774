/** `npm run setup`: makes what is missing here. `--tests` also brings what only the tests use. */
import { setUpOrExit } from './setup/setup.mjs'

await setUpOrExit({ debian: process.argv.includes('--tests') ? 'all' : 'server' })
