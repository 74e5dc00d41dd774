/** `npm run check`: everything that the sources are held against; with `--static`, without the tests. */
import { foreground } from './foreground.mjs'
import { root } from './setup/paths.mjs'
import { setUpOrExit } from './setup/setup.mjs'
import { runTests } from './test/vitest.mjs'

const bin = (...path) => ['node_modules', ...path].join('/')

const staticChecks = [
  ['Biome', bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings'],
  ['tsc', bin('typescript', 'bin', 'tsc'), '--noEmit'],
  ['tsc of the playground', bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'playground'],
  ['layers', 'scripts/check/layers.mjs'],
  ['knip', bin('knip', 'bin', 'knip.js')],
]
const packageCheck = ['publint', bin('publint', 'src', 'cli.js'), '--strict']

const failed = []
const check = async ([name, ...command]) => {
  console.log(`\n— ${name}`)
  if ((await foreground(process.execPath, command, { cwd: root })) !== 0) failed.push(name)
}

await setUpOrExit({ builds: 'never' })
for (const one of staticChecks) await check(one)
// What follows looks at the build, and a build of sources with faults would only say again what tsc said.
if (!failed.includes('tsc')) {
  await setUpOrExit()
  await check(packageCheck)
}
if (!process.argv.includes('--static')) {
  console.log('\n— tests')
  const { exitCode, summary } = await runTests([])
  if (exitCode !== 0) failed.push('tests')
  console.log(summary)
}
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}.`)
if (failed.length > 0) process.exitCode = 1
