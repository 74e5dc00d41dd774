/** `npm test`: sets up what is missing, then runs the tests. The last line is `N passed, N failed`. */
import { setUpOrExit } from './setup/setup.mjs'
import { runTests } from './test/vitest.mjs'

await setUpOrExit()
const { exitCode, summary } = await runTests(process.argv.slice(2))
console.log(summary)
process.exitCode = exitCode
