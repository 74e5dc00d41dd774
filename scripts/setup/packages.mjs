/** The npm packages: installed when they are missing or when package-lock.json asks for others. */
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { SetupFailure } from './failure.mjs'
import { run } from './run.mjs'

/**
 * npm hands its own flags down to the scripts that it runs. Those about what to install and where are not meant for
 * this installation; those about the way to the registry are.
 */
const aboutTheNetwork =
  /^npm_config_(.*registry|ca|cafile|cert|key|.*proxy|cache|userconfig|globalconfig|strict_ssl|fetch_.*|maxsockets|offline|prefer_offline|nodedir|@.*|\/\/.*)$/i

/** The environment for an npm of our own, out of the one that an outer npm made. */
export const npmEnvironment = (env) =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => name !== 'NODE_ENV' && (!/^npm_/i.test(name) || aboutTheNetwork.test(name))),
  )

/** Whether `node_modules` holds what package-lock.json lists. Without a package-lock.json there is nothing to hold. */
export const hasPackages = (root) => {
  const wanted = readJson(join(root, 'package-lock.json'))
  if (wanted === undefined) return true
  // npm's own record, written when an installation is complete.
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages
  if (installed === undefined) return false
  const asked = new Set(
    Object.keys(wanted.packages[''].optionalDependencies ?? {}).map((name) => `node_modules/${name}`),
  )
  const wasInstalled = readText(stampFile(root)) === stamp(root)
  return Object.entries(wanted.packages).every(([path, { version, optional }]) => {
    if (path === '' || !path.includes('node_modules/')) return true
    const there = installed[path]
    if (there !== undefined) return there.version === version
    // Optional packages are left out on platforms that they do not serve.
    return optional === true && (!asked.has(path) || wasInstalled)
  })
}

/** Whether the packages are shared with another tree, as worktrees like to do: npm empties such a folder for both. */
const isLinked = (folder) => lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true

/** Installs what package-lock.json lists. */
export const installPackages = async (root) => {
  if (isLinked(join(root, 'node_modules')))
    throw new SetupFailure('node_modules is a link and lacks packages of package-lock.json. Remove the link first.')
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--global=false',
  ]
  const outer = process.env.npm_execpath
  const [program, first] =
    outer !== undefined && basename(outer) === 'npm-cli.js' && existsSync(outer)
      ? [process.execPath, [outer]]
      : ['npm', []]
  const { code, output } = await run(program, [...first, ...args], { cwd: root, env: npmEnvironment(process.env) })
  if (code === undefined) throw new SetupFailure('npm was not found. It comes with Node; see https://nodejs.org.')
  if (code !== 0)
    throw new SetupFailure(
      `${output.trim()}\nThe npm packages could not be installed. Run \`npm run setup\` to try again.`,
    )
  remember(root)
}

/** Notes down that what this package-lock.json lists was installed as far as it can be here. */
export const remember = (root) => writeFileSync(stampFile(root), stamp(root))

const stampFile = (root) => join(root, 'node_modules', '.parley-setup')

const stamp = (root) =>
  createHash('sha256')
    .update(`${process.platform} ${process.arch}\n`)
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

const readText = (file) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const readJson = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
