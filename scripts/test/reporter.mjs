/** Vitest reporter that writes down how many tests passed and failed, which needed a second try, and which were skipped and why. */
import { writeFileSync } from 'node:fs'

/** The results as `scripts/test.mjs` reads them from the file named by `PARLEY_TEST_RESULTS`. */
export default class ResultsReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const results = { passed: 0, failed: unhandledErrors.length, again: [], skipped: [] }
    for (const module of modules) {
      // A file that breaks before its tests run has failed, and so has a suite whose hooks throw.
      if (module.errors().length > 0) results.failed++
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) results.failed++
      for (const test of module.children.allTests()) count(results, module, test)
    }
    writeFileSync(process.env.PARLEY_TEST_RESULTS, JSON.stringify(results))
  }
}

const count = (results, module, test) => {
  const { state, note } = test.result()
  const name = `${module.relativeModuleId} › ${test.fullName}`
  if (test.diagnostic()?.flaky) results.again.push(name)
  if (state === 'passed') results.passed++
  else if (state === 'failed') results.failed++
  else if (state === 'skipped' && (note !== undefined || test.options.mode !== 'run')) {
    const marked = note === undefined
    results.skipped.push({ name, marked, reason: marked ? `marked ${test.options.mode}` : note })
  }
}
