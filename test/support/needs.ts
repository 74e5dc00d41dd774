/** What tests need of the machine: they skip where it is missing, saying what it is and which command brings it. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, type TestContext } from 'vitest'

/** Something that a test cannot do without. */
export interface Need {
  readonly what: string
  /** The command that brings it. */
  readonly command: string
  readonly isThere: () => boolean
}

/** The root of the project, with a slash at its end. */
export const projectUrl = new URL('../../', import.meta.url)

/** The folder `shared` beside the project: speech, models and references that are no part of it. */
export const sharedUrl = new URL('../shared/', projectUrl)

/** The cache folder, as the set-up script finds it. */
export const cacheDir = resolve(process.env.PARLEY_CACHE_DIR || fileURLToPath(new URL('.cache', projectUrl)))

/** Where files of Debian packages may be: the system first, then the cache. */
export const debianRoots: readonly string[] = ['/', join(cacheDir, 'debian')]

/** A file of a Debian package, wherever it is; `path` is below the root, such as `usr/bin/espeak-ng`. */
export const debianFile = (path: string): string | undefined =>
  debianRoots.map((root) => join(root, path)).find((file) => existsSync(file))

/** Skip reasons that begin so are allowed even where every test must run; scripts/test.mjs knows these words. */
const allowedBeginning = 'needs ../shared'

/** The folder `shared` beside the project. Missing, its tests always skip. */
export const shared: Need = {
  what: '../shared (speech and models that are not part of the project)',
  command: 'no command: put the folder beside the project',
  isThere: () => existsSync(new URL('audio/manifest.json', sharedUrl)),
}

/** PocketSphinx with its English model. */
export const pocketsphinx: Need = {
  what: 'PocketSphinx and its English model',
  command: 'npm run setup',
  isThere: () => debianFile('usr/share/pocketsphinx/model/en-us/en-us.lm.bin') !== undefined,
}

/** The recorded speech of pocketsphinx-testdata. */
export const recordings: Need = {
  what: 'the recordings of pocketsphinx-testdata',
  command: 'npm run setup',
  isThere: () => debianFile('usr/share/pocketsphinx/test/data/librivox/fileids') !== undefined,
}

/** Chromium, for what people do in a browser. */
export const chromium: Need = {
  what: 'Chromium',
  command: 'apt-get install chromium',
  isThere: () => existsSync('/usr/bin/chromium'),
}

/** The program ffmpeg, which reads what the decoders of the server do not. */
export const ffmpeg: Need = {
  what: 'ffmpeg',
  command: 'apt-get install ffmpeg',
  isThere: () => spawnSync('ffmpeg', ['-version']).status === 0,
}

const distPackages = join(cacheDir, 'debian', 'usr', 'lib', 'python3', 'dist-packages')

/** The environment in which `python3` finds its `websockets` module. */
export const pythonEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PYTHONPATH: [process.env.PYTHONPATH, distPackages].filter(Boolean).join(delimiter),
})

let pythonImports: boolean | undefined

/** Python 3 with its `websockets` module. */
export const pythonWebsockets: Need = {
  what: 'Python 3 with its websockets module',
  command: 'npm run setup -- --tests',
  isThere: () => {
    pythonImports ??= spawnSync('python3', ['-c', 'import websockets'], { env: pythonEnvironment() }).status === 0
    return pythonImports
  },
}

/**
 * At the top of a file or in a `describe`: its tests skip unless all of these are there. With `PARLEY_TEST_ALL=1` they
 * fail instead, except for what lies in `../shared`.
 */
export const needs = (...wanted: readonly Need[]): void => {
  beforeEach((context) => need(context, ...wanted))
}

/** The same for one test, called first in it. */
export const need = (context: TestContext, ...wanted: readonly Need[]): void => {
  const missing = wanted.find((one) => !one.isThere())
  if (missing === undefined) return
  const reason = `needs ${missing.what} — ${missing.command}`
  if (process.env.PARLEY_TEST_ALL === '1' && !reason.startsWith(allowedBeginning)) throw new Error(reason)
  context.skip(reason)
}
