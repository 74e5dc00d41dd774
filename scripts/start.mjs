/** `npm start`: sets up what is missing, then serves from this process, so that signals reach the server. */
import { setUpOrExit } from './setup/setup.mjs'

await setUpOrExit()
const { main } = await import('../dist/cli/main.js')
process.exitCode = await main(['serve', ...process.argv.slice(2)])
