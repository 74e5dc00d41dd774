/** How the set-up brings Debian's packages, with programs in the place of apt-get and dpkg-deb. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasApt } from '../../scripts/setup/apt.mjs'
import { bringParts, missingParts, namesOf, places } from '../../scripts/setup/debian.mjs'
import { parts } from '../../scripts/setup/debian-parts.mjs'

/** Fetches a package as an empty file, but for those that it does not know. */
const aptGet = (unknown: string) => `#!/bin/sh
case " $* " in
  *" update "*) exit 0 ;;
  *" ${unknown} "*) echo "E: Unable to locate package ${unknown}"; exit 100 ;;
esac
for name in $(echo "$*" | sed 's/.* download //'); do : > "$name.deb"; done
`

/** Unpacks the file that shows a package, and one beside it. */
const dpkgDeb = `#!/bin/sh
name=$(basename "$2" .deb)
case "$name" in
${parts
  .flatMap(({ packages }) => packages)
  .map(({ name, shows }) => `  ${name}) path=${shows.startsWith('lib') ? `lib/x86_64-linux-gnu/${shows}` : shows} ;;`)
  .join('\n')}
esac
mkdir -p "$3/usr/$(dirname "$path")" "$3/usr/share/doc/$name" || exit 2
echo "$name" > "$3/usr/$path"
echo "$name" > "$3/usr/share/doc/$name/copyright"
`

describe("Debian's packages", () => {
  const path = process.env.PATH
  let folder = ''
  let here = places('', [])

  /** Puts programs in front of all others; with no others behind them if `alone`. */
  const install = (programs: Readonly<Record<string, string>>, alone = false) => {
    const bin = join(folder, 'bin')
    mkdirSync(bin, { recursive: true })
    for (const [name, content] of Object.entries(programs)) writeFileSync(join(bin, name), content, { mode: 0o755 })
    process.env.PATH = alone ? bin : `${bin}:${path}`
  }
  const missing = () => missingParts({ roots: here.roots })

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-debian-'))
    here = places(join(folder, 'cache'), [join(folder, 'system')])
  })
  afterEach(() => {
    process.env.PATH = path
    rmSync(folder, { recursive: true, force: true })
  })

  it('are fetched and unpacked below the cache folder, and are not missing then', async () => {
    install({ 'apt-get': aptGet('none'), 'dpkg-deb': dpkgDeb })
    expect(missing()).toHaveLength(4)
    expect(await bringParts(missing(), here)).toBeUndefined()
    expect(missing()).toEqual([])
    expect(existsSync(join(here.unpacked, 'usr/share/doc/libblas3/copyright'))).toBe(true)
    expect(readdirSync(here.cache)).toEqual(['debian'])
  })

  it('are not fetched where the system has their files', () => {
    const system = (file: string) => {
      mkdirSync(dirname(join(folder, 'system', file)), { recursive: true })
      writeFileSync(join(folder, 'system', file), '')
    }
    system('usr/lib/aarch64-linux-gnu/blas/libblas.so.3')
    system('usr/share/pocketsphinx/model/en-us/en-us.lm.bin')
    system('usr/bin/espeak-ng')
    // Of no use by itself: the recognizer's two libraries are loaded from one folder.
    system('usr/lib/aarch64-linux-gnu/libsphinxbase.so.3')
    const names = missing().flatMap(({ packages }) => packages.map(({ name }) => name))
    expect(names).toHaveLength(19)
    expect(names).toContain('libsphinxbase3')
    for (const name of ['libblas3', 'pocketsphinx-en-us', 'espeak-ng']) expect(names).not.toContain(name)
  })

  it('that one source does not know cost none of the others', async () => {
    install({ 'apt-get': aptGet('libsonic0'), 'dpkg-deb': dpkgDeb })
    const problem = await bringParts(missing(), here)
    expect(problem).toBe(
      'Missing: the espeak-ng voices (Unable to locate package libsonic0). `npm run setup` tries again.',
    )
    expect(namesOf(missing())).toBe('the espeak-ng voices')
    install({ 'apt-get': aptGet('none') })
    expect(await bringParts(missing(), here)).toBeUndefined()
  })

  it('that cannot be had are named in one line, with the command that tries again', async () => {
    install({ 'apt-get': '#!/bin/sh\necho "E: No network"\nexit 100\n', 'dpkg-deb': dpkgDeb })
    const problem = await bringParts(missing(), here)
    expect(problem).toMatch(/^Missing: the PocketSphinx recognizer, .* \(No network\)\. `npm run setup` tries again\.$/)
    expect(missing()).toHaveLength(4)
  })

  it('that were cut short are fetched again the next time', async () => {
    install({ 'apt-get': aptGet('none'), 'dpkg-deb': '#!/bin/sh\nexit 2\n' })
    expect(await bringParts(missing(), here)).toContain('Missing: the PocketSphinx recognizer')
    expect(readdirSync(join(here.cache, 'apt', 'packages'))).toEqual([])
    install({ 'dpkg-deb': dpkgDeb })
    expect(await bringParts(missing(), here)).toBeUndefined()
  })

  it('are not tried for where there is no apt-get', async () => {
    install({}, true)
    expect(await hasApt()).toBe(false)
  })
})
