import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findRecorder, record } from './microphone.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-microphone-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** A program of the given name that does what the script says. */
const program = async (name: string, script: string): Promise<string> => {
  const file = join(folder, name)
  await writeFile(file, `#!/bin/sh\n${script}\n`)
  await chmod(file, 0o755)
  return file
}

it('finds the first recording program on the path, and none where there is none', async () => {
  expect(await findRecorder(folder)).toBeUndefined()
  await program('ffmpeg', 'exit 0')
  await program('arecord', 'exit 0')
  expect((await findRecorder(`/nowhere::${folder}`))?.program).toBe('arecord')
})

it('takes a pw-record only if it can write plain samples', async () => {
  await program('sox', 'exit 0')
  await program('pw-record', 'echo "--rate --channels"')
  expect((await findRecorder(folder))?.program).toBe('sox')
  await program('pw-record', 'echo "--rate --raw"')
  expect((await findRecorder(folder))?.program).toBe('pw-record')
})

it('gives what the program records until it is stopped', async () => {
  const file = await program('endless', 'exec cat /dev/zero')
  const stop = new AbortController()
  let bytes = 0
  for await (const chunk of record({ program: 'test', file, arguments: [] }, stop.signal)) {
    bytes += chunk.byteLength
    if (bytes > 100_000) stop.abort()
  }
  expect(bytes).toBeGreaterThan(100_000)
})

it('says in the words of the program why it cannot record', async () => {
  const file = await program('broken', 'echo "no device" >&2; exit 3')
  const reading = async (): Promise<void> => {
    for await (const _ of record({ program: 'test', file, arguments: [] }, new AbortController().signal));
  }
  await expect(reading()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('no device') })
  const missing = record({ program: 'test', file: join(folder, 'absent'), arguments: [] }, new AbortController().signal)
  await expect(missing.next()).rejects.toMatchObject({ code: 'unavailable' })
})
