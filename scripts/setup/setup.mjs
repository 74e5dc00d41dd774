/** The whole set-up: each step done only when what it makes is missing. */
import { join } from 'node:path'
import { hasApt } from './apt.mjs'
import { build, isBuilt } from './build.mjs'
import { bringParts, missingParts, namesOf } from './debian.mjs'
import { SetupFailure } from './failure.mjs'
import { withLock } from './lock.mjs'
import { checkNode } from './node-version.mjs'
import { hasPackages, installPackages } from './packages.mjs'
import { cacheDir, root } from './paths.mjs'
import { endAll } from './run.mjs'

const numberOf = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }

/**
 * Makes what is missing: npm packages, the build, files of Debian packages. `say` gets one line for each step that is
 * done and none when all is there. Throws when the server could not start; a missing Debian part is said and survived.
 *
 * `builds` is `'always'`, `'when-changed'` or `'never'`; `debian` is `'all'` with what only the tests use, `'server'`
 * or `'none'`.
 */
export const setUp = async ({ say = (line) => console.log(line), builds = 'when-changed', debian = 'server' } = {}) => {
  checkNode()
  const quit = (signal) => {
    endAll(signal)
    process.exit(128 + numberOf[signal])
  }
  const signals = Object.keys(numberOf)
  for (const signal of signals) process.on(signal, quit)
  const onWait = () => say('Another set-up is at work here; waiting for it…')
  try {
    const toBuild = () => builds === 'always' || (builds === 'when-changed' && !isBuilt(root))
    if (!hasPackages(root) || toBuild()) {
      await withLock(join(root, '.cache', 'setup.lock'), () => bringProject(say, toBuild), { onWait })
    }
    const missing = () => (debian === 'none' ? [] : missingParts({ forTests: debian === 'all' }))
    if (missing().length > 0) {
      await withLock(join(cacheDir, 'debian.lock'), () => bringDebian(say, missing()), { onWait })
    }
  } finally {
    for (const signal of signals) process.off(signal, quit)
  }
}

/** Everything is asked again under the lock: whoever held it before may have done the work. */
const bringProject = async (say, toBuild) => {
  if (!hasPackages(root)) {
    say('Installing the npm packages…')
    await installPackages(root)
  }
  if (toBuild()) {
    say('Building…')
    const begun = performance.now()
    await build(root)
    say(`Built in ${((performance.now() - begun) / 1000).toFixed(1)} s.`)
  }
}

const bringDebian = async (say, missing) => {
  if (missing.length === 0) return
  const names = namesOf(missing)
  if (!(await hasApt())) {
    say(
      `Missing: ${names}. They come from Debian's packages, which this system cannot unpack; ` +
        '`parley models pull` brings a recognizer that runs here.',
    )
    return
  }
  say(`Fetching ${names}…`)
  const problem = await bringParts(missing)
  if (problem !== undefined) say(problem)
}

/** Sets up, or prints why it cannot be done and ends the process. */
export const setUpOrExit = async (options) => {
  try {
    await setUp(options)
  } catch (error) {
    console.error(error instanceof SetupFailure || error.code !== undefined ? error.message : error)
    process.exit(1)
  }
}
