/** Runs the tests and says how they went. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { foreground } from '../foreground.mjs'
import { root } from '../setup/paths.mjs'

/** Such skips are allowed even with `PARLEY_TEST_ALL=1`: `../shared` is no part of the project. See test/support/needs.ts. */
const isAllowed = ({ reason }) => reason.startsWith('needs ../shared')

/**
 * Runs vitest with these arguments and prints each skip with its reason. Resolves to `{ exitCode, summary }`, where
 * `summary` is the line `N passed, N failed` with the number of skips behind it if there are any.
 */
export const runTests = async (args, { all = process.env.PARLEY_TEST_ALL === '1' } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-test-'))
  const file = join(folder, 'results.json')
  const reporters = ['default', fileURLToPath(new URL('reporter.mjs', import.meta.url))]
  const command = [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...reporters.map((one) => `--reporter=${one}`),
  ]
  try {
    const env = { ...process.env, NODE_ENV: 'test', PARLEY_TEST_RESULTS: file }
    const exitCode = await foreground(process.execPath, [...command, ...args], { cwd: root, env })
    const results = readResults(file)
    // Something may have gone wrong that no test shows, such as no test at all.
    const failed = exitCode === 0 ? results.failed : Math.max(results.failed, 1)
    for (const name of results.again) console.log(`passed at the second try: ${name}`)
    const skipped = results.skipped.filter(({ marked }) => !(marked && isFiltered(args)))
    for (const { name, reason } of skipped) console.log(`skipped: ${name}: ${reason}`)
    const refused = all ? skipped.filter((skip) => !isAllowed(skip)).length : 0
    if (refused > 0) console.log(`PARLEY_TEST_ALL=1 allows no skips, and ${refused} of these count as failed.`)
    const left = skipped.length - refused
    return {
      exitCode: exitCode === 0 && failed + refused > 0 ? 1 : exitCode,
      summary: `${results.passed} passed, ${failed + refused} failed${left > 0 ? `, ${left} skipped` : ''}`,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Tests that a name filter leaves out look like those that are marked to be skipped. */
const isFiltered = (args) => args.some((arg) => /^(-t|--testNamePattern)\b/.test(arg))

/** A run that was broken off left no results. */
const readResults = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { passed: 0, failed: 0, again: [], skipped: [] }
  }
}
