/** YAMNet: with a model of the same shape that is made here, and with the real one where it lies beside the project. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkVoiceProfiler, profilesOf, topOf } from '../../../test/contracts/voice-profiler.ts'
import { readClip, sharedClips } from '../../../test/support/clips.ts'
import { needs, shared, sharedUrl } from '../../../test/support/needs.ts'
import { joined } from '../../audio/joined.ts'
import { resampled } from '../../audio/resample.ts'
import type { VoiceProfiler } from '../../engines/voice-profiler.ts'
import { silentLog } from '../../log.ts'
import { writeModel } from '../shared/onnx.ts'
import provider from './index.ts'
import { readLabels } from './labels.ts'
import { windowSamples } from './messages.ts'

const surroundings = { log: silentLog, cacheDir: '' }
let dir: string
let made: VoiceProfiler

/** Speech is heard in everything, whispering where the sound lies above zero, laughter where it lies below. */
const bySign = (): Uint8Array => {
  const values = new Float32Array(windowSamples * 3)
  for (let i = 0; i < windowSamples; i += 1) values.set([0, 25 / windowSamples, -25 / windowSamples], i * 3)
  return writeModel({
    inputs: { waveform: [-1, windowSamples] },
    outputs: { scores: [-1, 3] },
    weights: [
      { name: 'weights', shape: [windowSamples, 3], values },
      { name: 'bias', shape: [3], values: Float32Array.of(0, -7, -7) },
    ],
    numbers: {},
    steps: [
      { operator: 'MatMul', inputs: ['waveform', 'weights'], outputs: ['sums'] },
      { operator: 'Add', inputs: ['sums', 'bias'], outputs: ['logits'] },
      { operator: 'Sigmoid', inputs: ['logits'], outputs: ['scores'] },
    ],
  })
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yamnet-'))
  await writeFile(join(dir, 'model.onnx'), bySign())
  await writeFile(join(dir, 'labels.txt'), 'Speech\nWhispering\nLaughter\n')
  made = await provider.voiceProfiler!('', { modelFile: join(dir, 'model.onnx') }, surroundings)
})
afterAll(async () => {
  await made?.close?.()
  await rm(dir, { recursive: true, force: true })
})

const sound = (level: number, seconds = 3.5): Float32Array => new Float32Array(seconds * 16_000).fill(level)

describe('a tagger of sounds', () => {
  checkVoiceProfiler(
    () => made,
    () => sound(0.4),
  )

  it('tells the manner of speaking by the sounds that it hears beside the speech', async () => {
    const style = async (level: number) => topOf((await profilesOf(made, sound(level))).at(-1), 'vocalStyle')
    expect(await Promise.all([0, 0.4, -0.4].map(style))).toEqual(['normal', 'whispering', 'laughing'])
  })

  it('follows a voice that changes, within seconds', async () => {
    const both = joined(Float32Array, [sound(0, 2), sound(0.4, 6)])
    const styles = (await profilesOf(made, both)).map((profile) => topOf(profile, 'vocalStyle'))
    expect(styles[0]).toBe('normal')
    expect(styles.at(-1)).toBe('whispering')
  })

  it('that has no file, or another than it says, is unavailable', async () => {
    expect(() => provider.voiceProfiler!('', {}, surroundings)).toThrow('providers.yamnet.modelFile')
    expect(() => provider.voiceProfiler!('v2', {}, surroundings)).toThrow('no model v2')
    const labelsFile = join(dir, 'two.txt')
    await writeFile(labelsFile, 'Speech\nMusic\n')
    const open = async (files: object) =>
      provider.voiceProfiler!('', { modelFile: join(dir, 'model.onnx'), ...files }, surroundings)
    await expect(open({ labelsFile })).rejects.toMatchObject({ code: 'unavailable' })
  })
})

it('reads the names of its sounds from lines and from the table that Google has', () => {
  expect(readLabels('Speech\r\nChild speech, kid speaking\n\n')).toEqual(['Speech', 'Child speech, kid speaking'])
  const table = 'index,mid,display_name\n0,/m/09x0r,Speech\n1,/m/0ytgt,"Child speech, kid speaking"\n2,/m/1,"A ""b"""\n'
  expect(readLabels(table)).toEqual(['Speech', 'Child speech, kid speaking', 'A "b"'])
})

describe('YAMNet itself', () => {
  needs(shared)
  let real: VoiceProfiler
  beforeAll(async () => {
    const modelFile = fileURLToPath(new URL('models/yamnet/yamnet-int8.onnx', sharedUrl))
    if (shared.isThere()) real = await provider.voiceProfiler!('', { modelFile }, surroundings)
  })
  afterAll(() => real?.close?.())

  it.each([
    ['style/singing.flac', 'vocalStyle', 'singing'],
    ['accent/vctk-p286_011.flac', 'vocalStyle', 'normal'],
    ['noisy/2609-156975-0005-cafe-0dB.flac', 'environment', 'crowd'],
    ['environment/music.flac', 'environment', 'music'],
    ['environment/thunder.flac', 'environment', 'outdoors'],
  ])('hears %s', async (name, trait, label) => {
    const { samples, sampleRate } = await readClip(sharedClips(({ file }) => file === name)[0]!)
    const sound = resampled(samples, sampleRate, 16_000)
    expect(topOf((await profilesOf(real, sound)).at(-1), trait)).toBe(label)
  })
})
