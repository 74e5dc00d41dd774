/** Whether the check of the layer rules sees a breach, and does not see one where there is none. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { projectUrl } from './support/needs.ts'

const script = fileURLToPath(new URL('scripts/check/layers.mjs', projectUrl))
const folders: string[] = []

/** Checks a tree that has these files besides 40 that break no rule. */
const check = (files: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-layers-'))
  folders.push(folder)
  const plain = Array.from({ length: 40 }, (_, i) => [`src/audio/plain-${i}.ts`, `export const plain${i} = ${i}\n`])
  for (const [path, content] of Object.entries({ ...Object.fromEntries(plain), ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content as string)
  }
  const { status, stdout } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
  return { status, lines: stdout.trim().split('\n') }
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const server = { 'src/server/server.ts': 'export const server = 1\nexport type Server = typeof server\n' }
const provider = { 'src/providers/acme/index.ts': 'export default 1\n' }

describe('the check of the layer rules', () => {
  it('passes a tree in which rooms import only what they may', () => {
    const { status, lines } = check({
      ...server,
      ...provider,
      'src/cli/main.ts': "import { server } from '../server/server.ts'\nexport const main = server\n",
      'src/server/catalog.ts': "export const catalog = () => import('../providers/acme/index.ts')\n",
      'src/listening/listen.ts': "import { plain1 } from '../audio/plain-1.ts'\nexport const listen = plain1\n",
      'src/audio/plain.test.ts': "import { readFileSync } from 'node:fs'\nreadFileSync('.')\n",
    })
    expect(lines).toEqual(['46 modules, 0 breaches of the layer rules'])
    expect(status).toBe(0)
  })

  it.each([
    [
      'a room below importing one above',
      'audio-knows-its-place',
      {
        ...server,
        'src/audio/frame.ts': "import { server } from '../server/server.ts'\nexport const frame = server\n",
      },
    ],
    [
      'the same for a type alone',
      'audio-knows-its-place',
      {
        ...server,
        'src/audio/frame.ts': "import type { Server } from '../server/server.ts'\nexport type Frame = Server\n",
      },
    ],
    [
      'the same by an export',
      'audio-knows-its-place',
      {
        ...server,
        'src/audio/frame.ts': "export { server } from '../server/server.ts'\n",
      },
    ],
    [
      'a pure room using Node',
      'pure-rooms-do-no-io',
      {
        'src/listening/listen.ts': "import { readFileSync } from 'node:fs'\nexport const listen = readFileSync\n",
      },
    ],
    [
      'the server loading a provider at once',
      'providers-are-loaded-lazily',
      {
        ...provider,
        'src/server/catalog.ts': "import acme from '../providers/acme/index.ts'\nexport const catalog = acme\n",
      },
    ],
    [
      'a provider knowing another',
      'providers-stand-alone',
      {
        ...provider,
        'src/providers/other/index.ts': "import acme from '../acme/index.ts'\nexport default acme\n",
      },
    ],
    [
      'two modules importing each other',
      'no-cycles',
      {
        'src/audio/one.ts': "import { two } from './two.ts'\nexport const one = () => two\n",
        'src/audio/two.ts': "import { one } from './one.ts'\nexport const two = () => one\n",
      },
    ],
    ['a room that no rule knows', 'unknown-room', { 'src/attic/box.ts': 'export const box = 1\n' }],
  ])('fails on %s', (_, rule, files) => {
    const { status, lines } = check(files as Readonly<Record<string, string>>)
    expect(lines[0]).toContain(`${rule}: src/`)
    expect(status).toBe(1)
  })

  it('fails when it sees too few modules to have looked at the code', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-layers-'))
    folders.push(folder)
    mkdirSync(join(folder, 'src'))
    writeFileSync(join(folder, 'src', 'one.ts'), 'export const one = 1\n')
    const { status, stdout } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
    expect(stdout).toContain('too few')
    expect(status).toBe(1)
  })
})
