/**
 * `npm run lock`: lists in package-lock.json the packages for other platforms that its packages name as optional. npm
 * leaves out those that a registry mirror does not hold, and `npm ci` then refuses the lock file, on every machine.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setup/paths.mjs'

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']

/** What the name of a platform's package says about where it can run. */
const platformOf = (name) => {
  const words = name.split(/[-/]/)
  const os = systems.filter((system) => words.includes(system))
  const cpu = processors.filter((processor) => words.includes(processor))
  const libc =
    words.includes('musl') || words.includes('musleabihf') ? ['musl'] : words.includes('gnu') ? ['glibc'] : []
  return { ...(os.length > 0 && { os }), ...(cpu.length > 0 && { cpu }), ...(libc.length > 0 && { libc }) }
}

/** The optional packages that the lock file does not list, as its entries. */
export const missingFrom = ({ packages }) => {
  const missing = {}
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const top = `node_modules/${name}`
      if (packages[`${path}/${top}`] !== undefined || packages[top] !== undefined || !/^\d/.test(version)) continue
      missing[top] = { version, ...platformOf(name), ...(dev && { dev }), optional: true }
    }
  }
  return missing
}

/** The lock file with them, in npm's order. */
export const complete = (lock) => ({
  ...lock,
  packages: Object.fromEntries(
    Object.entries({ ...lock.packages, ...missingFrom(lock) }).sort(([one], [other]) => one.localeCompare(other, 'en')),
  ),
})

if (process.argv[1] === import.meta.filename) {
  const file = join(root, 'package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const missing = Object.keys(missingFrom(lock))
  writeFileSync(file, `${JSON.stringify(complete(lock), null, 2)}\n`)
  console.log(
    missing.length === 0 ? 'package-lock.json is complete.' : `Added to package-lock.json:\n  ${missing.join('\n  ')}`,
  )
}
