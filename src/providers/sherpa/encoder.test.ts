/** sherpa-onnx as speaker encoder, in its own process, with a small model of WeSpeaker's form. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSpeakerEncoder } from '../../../test/contracts/speaker-encoder.ts'
import { readClip, sharedClips } from '../../../test/support/clips.ts'
import { needs, shared, sharedUrl } from '../../../test/support/needs.ts'
import { silentLog } from '../../log.ts'
import type { SherpaEncoder } from './encoder.ts'
import provider from './index.ts'

const file = fileURLToPath(new URL('models/speaker-tdnn128/model.onnx', sharedUrl))

let cacheDir: string
beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'parley-encoder-'))
})
afterAll(() => rm(cacheDir, { recursive: true, force: true }))

const open = async (id: string, encoders: object = {}): Promise<SherpaEncoder> => {
  const given = provider.settings.parse({ threads: 1, encoders })
  return (await provider.speakerEncoder!(id, given, { log: silentLog, cacheDir })) as SherpaEncoder
}

const speech = async (name: string): Promise<Float32Array> =>
  (await readClip(sharedClips().find((clip) => clip.file.includes(name))!)).samples.subarray(0, 48_000)

describe('a model of sherpa-onnx that tells speakers apart', () => {
  needs(shared)
  let engine: SherpaEncoder
  beforeAll(async () => {
    if (shared.isThere()) engine = await open('mine', { mine: { file, sameAbove: 0.4 } })
  })
  afterAll(() => engine?.close())

  checkSpeakerEncoder(
    () => engine,
    async () => ({
      one: await speech('1688-142285-0000'),
      oneAgain: await speech('1688-142285-0003'),
      other: await speech('2609-156975-0000'),
    }),
  )

  it('goes on in another process when its own dies', async () => {
    const before = engine.pids
    for (const pid of before) process.kill(pid, 'SIGKILL')
    const frame = { samples: new Float32Array(16_000), sampleRate: 16_000, startMs: 0 }
    const vector = await engine.encode(frame, { signal: new AbortController().signal, log: silentLog })
    expect(vector).toHaveLength(128)
    expect(engine.pids).not.toEqual(before)
  })
})

describe('a speaker encoder', () => {
  it('of the catalogue is told from other models, and names the command that installs it', async () => {
    for (const id of ['titanet-small', 'campplus-zh-en', 'wespeaker-resnet34'])
      await expect(open(id, { [id]: { sameAbove: 0.5 } })).rejects.toThrow(`parley models pull ${id}`)
    for (const id of ['kroko-en', 'ced-tiny', 'pyannote-segmentation-3', 'no-such-model', '../etc', ''])
      await expect(open(id)).rejects.toMatchObject({ code: 'unknown_model' })
  })

  it('that lacks its file says which, and one that cannot be read does no harm', async () => {
    const own = { mine: { file: join(cacheDir, 'no.onnx') } }
    await expect(open('mine', own)).rejects.toThrow('lacks its file no.onnx')
    await writeFile(join(cacheDir, 'no.onnx'), 'no network')
    await expect(open('mine', own)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
