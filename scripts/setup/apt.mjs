/** apt-get as an ordinary user: packages fetched and unpacked below a folder of ours, the system only read. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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
Acquire::Retries "1";
Acquire::http::Timeout "15";
Acquire::https::Timeout "15";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`

/** Fetches packages into `folder` and resolves to their files, or to what went wrong: `{ files, problem }`. */
export const download = async (folder, names, { limitMs = 180_000 } = {}) => {
  const downloads = join(folder, 'packages')
  for (const name of ['state/lists/partial', 'cache/archives/partial', 'packages']) {
    mkdirSync(join(folder, name), { recursive: true })
  }
  writeFileSync(join(folder, 'apt.conf'), configuration(folder))
  writeFileSync(join(folder, 'state', 'status'), '')
  const apt = (...args) => run('apt-get', ['-c', join(folder, 'apt.conf'), '-qq', ...args], { cwd: downloads, limitMs })
  // A source that does not answer is no trouble while another has the packages.
  const update = await apt('update')
  const fetched = await apt('download', ...names)
  if (fetched.code !== 0)
    return { files: [], problem: lastError(fetched.output) ?? lastError(update.output) ?? 'apt-get failed' }
  return {
    files: readdirSync(downloads)
      .filter((file) => file.endsWith('.deb'))
      .map((file) => join(downloads, file)),
  }
}

/** Unpacks a package into a folder; says whether it worked. */
export const unpack = async (file, folder) => (await run('dpkg-deb', ['-x', file, folder])).code === 0

/** Removes the lists and packages that `download` left; kept only when it is to be gone on with. */
export const forget = (folder) => rmSync(folder, { recursive: true, force: true })

const lastError = (output) =>
  output
    .match(/^E: .*$/gm)
    ?.at(-1)
    ?.slice(3)
