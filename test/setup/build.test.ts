/** When the set-up builds, and what an interrupted or failed build leaves. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { build, isBuilt } from '../../scripts/setup/build.mjs'
import { projectUrl } from '../support/needs.ts'

describe('the build', () => {
  let root = ''
  const write = (file: string, content: string) => {
    mkdirSync(join(root, file, '..'), { recursive: true })
    writeFileSync(join(root, file), content)
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'parley-build-'))
    symlinkSync(fileURLToPath(new URL('node_modules', projectUrl)), join(root, 'node_modules'))
    for (const file of ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'package.json']) {
      writeFileSync(join(root, file), readFileSync(new URL(file, projectUrl)))
    }
    write('src/one.ts', "import { two } from './room/two.ts'\nexport const one = two\n")
    write('src/room/two.ts', 'export const two = 2\n')
    write('src/room/table.bin', 'data')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('is made once, and again when a source has changed', async () => {
    expect(isBuilt(root)).toBe(false)
    await build(root)
    expect(isBuilt(root)).toBe(true)
    expect(readFileSync(join(root, 'dist/one.js'), 'utf8')).toContain("from './room/two.js'")
    expect(readFileSync(join(root, 'dist/room/table.bin'), 'utf8')).toBe('data')
    for (const file of ['src/room/two.ts', 'src/room/table.bin', 'src/three.ts', 'package-lock.json']) {
      write(file, 'export const two = 22\n')
      expect(isBuilt(root), file).toBe(false)
      await build(root)
      expect(isBuilt(root), file).toBe(true)
    }
  })

  it('is not made again for tests', async () => {
    await build(root)
    write('src/one.test.ts', 'export const one = 1\n')
    expect(isBuilt(root)).toBe(true)
  })

  it('holds nothing of a source that is gone', async () => {
    write('src/three.ts', 'export const three = 3\n')
    await build(root)
    expect(existsSync(join(root, 'dist/three.js'))).toBe(true)
    rmSync(join(root, 'src/three.ts'))
    await build(root)
    expect(existsSync(join(root, 'dist/three.js'))).toBe(false)
  })

  it('says what is wrong when it fails, and leaves the last one that worked', async () => {
    await build(root)
    write('src/room/two.ts', "export const two: number = 'two'\n")
    await expect(build(root)).rejects.toThrow(/src\/room\/two\.ts.*TS2322/)
    expect(readFileSync(join(root, 'dist/room/two.js'), 'utf8')).toContain('two = 2')
    expect(isBuilt(root)).toBe(false)
  })

  it('is done again after one that was broken off', async () => {
    await build(root)
    rmSync(join(root, 'dist/.made-from'))
    write('dist.new/left.js', 'left')
    expect(isBuilt(root)).toBe(false)
    await build(root)
    expect(isBuilt(root)).toBe(true)
    expect(existsSync(join(root, 'dist/left.js'))).toBe(false)
  })
})
