/** apt-get as an ordinary user: packages fetched and unpacked below a folder of ours, the system only read. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isProgram, run } from './run.mjs'

/** Whether this system has what it takes. */
export const hasApt = async () =>
  process.platform === 'linux' && (await isProgram('apt-get')) && (await isProgram('dpkg-deb'))

/**
 * The system's own settings and sources, with every place that apt writes to moved below `folder`, and without the
 * hooks that the system's administrator may have set for installations.
 */
const configuration = (folder) => `
Dir::State "${folder}/state";
Dir::State::lists "${folder}/state/lists";
Dir::State::status "${folder}/state/status";
Dir::Cache "${folder}/cache";
Dir::Log "${folder}/log";
Debug::NoLocking "1";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Acquire::Retries "0";
Acquire::http::Timeout "8";
Acquire::https::Timeout "8";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`

/**
 * Fetches packages into a folder. Resolves to the files that are there then, and to what went wrong if something did:
 * `{ files, problem }`.
 */
export const download = async (folder, names) => {
  const downloads = join(folder, 'packages')
  mkdirSync(downloads, { recursive: true })
  // Of its own for each run: an apt-get whose starter was killed may still be at work.
  const own = mkdtempSync(join(folder, 'run-'))
  for (const name of ['state/lists/partial', 'cache/archives/partial']) mkdirSync(join(own, name), { recursive: true })
  writeFileSync(join(own, 'apt.conf'), configuration(own))
  writeFileSync(join(own, 'state', 'status'), '')
  const apt = (limitMs, ...args) =>
    run('apt-get', ['-c', join(own, 'apt.conf'), '-qq', ...args], { cwd: downloads, limitMs })
  // A source that does not answer is no trouble while another has the packages.
  const update = await apt(30_000, 'update')
  let fetched = await apt(180_000, 'download', ...names)
  // One name that this system's sources do not know must not cost the others.
  const known = names.filter((name) => !unknownNames(fetched.output).has(name))
  if (known.length > 0 && known.length < names.length) {
    const others = await apt(180_000, 'download', ...known)
    fetched = { code: fetched.code, output: others.code === 0 ? fetched.output : others.output }
  }
  rmSync(own, { recursive: true, force: true })
  const files = readdirSync(downloads).filter((file) => file.endsWith('.deb'))
  return {
    files: files.map((file) => join(downloads, file)),
    problem:
      fetched.code === 0 ? undefined : (firstError(update.output) ?? firstError(fetched.output) ?? 'apt-get failed'),
  }
}

/** Unpacks a package into a folder; says whether it worked. */
export const unpack = async (file, folder) => (await run('dpkg-deb', ['-x', file, folder])).code === 0

/** Removes the lists and packages that `download` left; kept only when it is to be gone on with. */
export const forget = (folder) => rmSync(folder, { recursive: true, force: true })

const unknownNames = (output) =>
  new Set([...output.matchAll(/^E: (?:Unable to locate package |Package ')([^\s']+)/gm)].map(([, name]) => name))

/** The first line that apt-get calls an error, or else a warning: without a network it only warns when it updates. */
const firstError = (output) => (output.match(/^E: .*$/m) ?? output.match(/^W: .*$/m))?.[0].slice(3)
