/** Whether two set-ups at once keep out of each other's way, and one that died keeps nobody out. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from '../../scripts/setup/lock.mjs'
import { endAll, run } from '../../scripts/setup/run.mjs'

describe('withLock', () => {
  let folder = ''
  let file = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-lock-'))
    file = join(folder, 'cache', 'lock')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('lets one work at a time, and leaves no file', async () => {
    let working = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++working)
      await run(process.execPath, ['-e', ''])
      working--
    }
    await Promise.all([withLock(file, work), withLock(file, work), withLock(file, work)])
    expect(most).toBe(1)
    expect(existsSync(file)).toBe(false)
  })

  it('is free again when the work throws', async () => {
    const work = async () => {
      throw new Error('no')
    }
    await expect(withLock(file, work)).rejects.toThrow('no')
    expect(await withLock(file, async () => 'done')).toBe('done')
  })

  it('is taken over from a process that has ended', async () => {
    await withLock(file, async () => {})
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    writeFileSync(file, `${hostname()} ${pid}\n`)
    expect(await withLock(file, async () => 'done')).toBe('done')
  })

  it('is taken over from another machine or container that has shown no life for half a minute', async () => {
    await withLock(file, async () => {})
    writeFileSync(file, 'elsewhere 1\n')
    const before = new Date(Date.now() - 31_000)
    utimesSync(file, before, before)
    expect(await withLock(file, async () => 'done')).toBe('done')
  })
})

describe('run', () => {
  it('gives the exit status and all output, and no status for a program that does not exist', async () => {
    expect(await run('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toMatchObject({ code: 3 })
    expect((await run('sh', ['-c', 'echo out; echo err >&2'])).output.split('\n').sort()).toEqual(['', 'err', 'out'])
    expect((await run('no-such-program', [])).code).toBeUndefined()
  })

  it('ends a program and its children when their time is up', async () => {
    expect(await run('sh', ['-c', 'sleep 60 & sleep 60'], { limitMs: 100 })).toMatchObject({ code: 124 })
  })

  it('ends everything that runs when it is told to', async () => {
    const ended = run('sh', ['-c', 'sleep 60 & sleep 60'])
    endAll('SIGTERM')
    expect((await ended).code).not.toBe(0)
  })
})
