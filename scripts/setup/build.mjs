/** The build: `dist` made from `src` and `playground` when the sources are others than those it was made from. */
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { SetupFailure } from './failure.mjs'
import { run } from './run.mjs'

const stampName = '.made-from'

/** Whether `dist` was made from the sources as they are. An installed package has no sources, only `dist`. */
export const isBuilt = (root) => {
  if (!existsSync(join(root, 'src'))) return true
  try {
    return readFileSync(join(root, 'dist', stampName), 'utf8') === fingerprint(root)
  } catch {
    return false
  }
}

/** Makes `dist`. It is put in place whole: an interrupted build leaves the old one, and is done again. */
export const build = async (root) => {
  const [fresh, old] = [join(root, 'dist.new'), join(root, 'dist.old')]
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true })
  const made = fingerprint(root)
  const results = await Promise.all([compileServer(root, fresh), bundlePlayground(root, join(fresh, 'playground'))])
  const failed = results.find(({ code }) => code !== 0)
  if (failed !== undefined) {
    rmSync(fresh, { recursive: true, force: true })
    throw new SetupFailure(`${failed.output.trim()}\nThe build failed.`)
  }
  for (const file of sources(root).filter(isAsset)) {
    const to = join(fresh, file)
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(join(root, 'src', file), to)
  }
  writeFileSync(join(fresh, stampName), made)
  const dist = join(root, 'dist')
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(fresh, dist)
  rmSync(old, { recursive: true, force: true })
}

const compileServer = (root, to) => {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  return run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', to], { cwd: root })
}

/** The page that the server serves; a tree without one is served without one. */
export const bundlePlayground = async (root, to) => {
  if (!existsSync(join(root, 'playground'))) return { code: 0, output: '' }
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = ['build', 'playground', '--config', 'playground/vite.config.ts', '--outDir', to, '--logLevel', 'warn']
  return run(process.execPath, [vite, ...args], { cwd: root, env: { ...process.env, NODE_ENV: 'production' } })
}

const isTest = (file) => /\.test\.tsx?$/.test(file) || file.endsWith('.snap')
const isAsset = (file) => !file.endsWith('.ts') && !file.endsWith('.md')

/** Every file of `src` that the build is made from, as paths below it. */
const sources = (root) => filesBelow(root, 'src')

const filesBelow = (root, folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(join(root, folder).length + 1))
    .filter((file) => !isTest(file))
    .sort()

const fingerprint = (root) => {
  const hash = createHash('sha256')
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json']
  const folders = ['src', 'playground'].filter((folder) => existsSync(join(root, folder)))
  const files = folders.flatMap((folder) => filesBelow(root, folder).map((file) => join(folder, file)))
  for (const file of [...settings, ...files]) {
    const content = readFileSync(join(root, file))
    hash.update(`${file} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}
