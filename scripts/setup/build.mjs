/** The build: `dist` made from `src` when the sources are others than those it was made from. */
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
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { code, output } = await run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh], {
    cwd: root,
  })
  if (code !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    throw new SetupFailure(`${output.trim()}\nThe build failed.`)
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

const isTest = (file) => file.endsWith('.test.ts') || file.endsWith('.snap')
const isAsset = (file) => !file.endsWith('.ts') && !file.endsWith('.md')

/** Every file of `src` that the build is made from, as paths below it. */
const sources = (root) =>
  readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(join(root, 'src').length + 1))
    .filter((file) => !isTest(file))
    .sort()

const fingerprint = (root) => {
  const hash = createHash('sha256')
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json']
  for (const file of [...settings, ...sources(root).map((source) => join('src', source))]) {
    const content = readFileSync(join(root, file))
    hash.update(`${file} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}
