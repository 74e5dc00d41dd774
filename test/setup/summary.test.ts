/** Whether the last line of `npm test` tells the truth. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectUrl } from '../support/needs.ts'

describe('the summary of the tests', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-summary-'))
    symlinkSync(fileURLToPath(new URL('node_modules', projectUrl)), join(folder, 'node_modules'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const head = `
    import { beforeAll, describe, expect, it } from 'vitest'
    import { needs } from ${JSON.stringify(new URL('test/support/needs.ts', projectUrl).href)}
    const lack = (what) => needs({ what, command: 'npm run thing', isThere: () => false })
  `
  const run = (files: Readonly<Record<string, string>>, { all = false, args = [] as string[] } = {}) => {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), head + content)
    const { stdout } = spawnSync(
      process.execPath,
      [
        '-e',
        `import(${JSON.stringify(new URL('scripts/test/vitest.mjs', projectUrl).href)}).then(async ({ runTests }) => {
          const { exitCode, summary } = await runTests(process.argv.slice(1))
          console.log(exitCode + ': ' + summary)
        })`,
        '--',
        '--root',
        folder,
        ...args,
      ],
      { encoding: 'utf8', env: { ...process.env, PARLEY_TEST_ALL: all ? '1' : '0' } },
    )
    return { last: stdout.trim().split('\n').at(-1), stdout }
  }

  it('counts what passed', () => {
    expect(run({ 'a.test.mjs': "it('one', () => {}); it('two', () => {})" }).last).toBe('0: 2 passed, 0 failed')
  })

  it('counts tests that fail, files that cannot be read and hooks that throw', () => {
    const files = {
      'a.test.mjs': "it('one', () => {}); it('two', () => expect(1).toBe(2))",
      'b.test.mjs': "throw new Error('no')",
      'c.test.mjs': "describe('c', () => { beforeAll(() => { throw new Error('no') }); it('one', () => {}) })",
    }
    expect(run(files).last).toBe('1: 1 passed, 3 failed')
  })

  it('names what passed only at the second try', () => {
    const files = { 'a.test.mjs': "let tries = 0; it('one', { retry: 1 }, () => expect(++tries).toBe(2))" }
    const { last, stdout } = run(files)
    expect(last).toBe('0: 1 passed, 0 failed')
    expect(stdout).toContain('passed at the second try: a.test.mjs › one')
  })

  it('never calls a run without tests a success', () => {
    expect(run({}).last).toBe('1: 0 passed, 1 failed')
  })

  const skipping = {
    'a.test.mjs': `
      it('one', () => {})
      describe('two', () => { lack('a thing'); it('lacks', () => {}) })
      describe('three', () => { lack('../shared (clips)'); it('lacks', () => {}) })
    `,
  }

  it('tells of each skip with its reason and the command that brings what it lacks', () => {
    const { last, stdout } = run(skipping)
    expect(last).toBe('0: 1 passed, 0 failed, 2 skipped')
    expect(stdout).toContain('skipped: a.test.mjs › two > lacks: needs a thing — npm run thing')
  })

  it('is a failure where all must run and one did not, but for what lies in ../shared', () => {
    expect(run(skipping, { all: true }).last).toBe('1: 1 passed, 1 failed, 1 skipped')
    const marked = { 'a.test.mjs': "it('one', () => {}); it.skip('two', () => {})" }
    expect(run(marked).last).toBe('0: 1 passed, 0 failed, 1 skipped')
    expect(run(marked, { all: true }).last).toBe('1: 1 passed, 1 failed')
  })

  it('leaves out what a name filter leaves out', () => {
    const files = { 'a.test.mjs': "it('one', () => {}); it('two', () => {})" }
    expect(run(files, { all: true, args: ['-t', 'one'] }).last).toBe('0: 1 passed, 0 failed')
  })
})
