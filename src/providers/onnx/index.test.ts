/** Models of an operator's own, of the forms that age and emotion models have, made here: nothing is learnt in them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkVoiceProfiler, profilesOf, topOf } from '../../../test/contracts/voice-profiler.ts'
import type { VoiceProfile, VoiceProfiler } from '../../engines/voice-profiler.ts'
import { silentLog } from '../../log.ts'
import { writeModel } from '../shared/onnx.ts'
import provider from './index.ts'
import { likelihoodsOf } from './likelihoods.ts'

let dir: string
let engine: VoiceProfiler

/**
 * Takes a sound and a mask, as wav2vec2 models do: the louder end of a sound that lies above zero is the older and the happier one.
 */
const byLevel = (): Uint8Array =>
  writeModel({
    inputs: { input_values: [-1, -1], attention_mask: [-1, -1] },
    whole: { attention_mask: 64 },
    outputs: { logits_age: [1, 1], logits_emotion: [1, 3] },
    weights: [{ name: 'weights', shape: [1, 3], values: Float32Array.of(20, -20, 0) }],
    numbers: {},
    steps: [
      { operator: 'ReduceMean', inputs: ['input_values'], outputs: ['logits_age'] },
      { operator: 'MatMul', inputs: ['logits_age', 'weights'], outputs: ['logits_emotion'] },
    ],
  })

const age = {
  trait: 'age',
  output: 'logits_age',
  scale: 100,
  deviation: 6,
  ranges: [{ label: 'kid', below: 13 }, { label: 'young', below: 30 }, { label: 'adult', below: 65 }, { label: 'old' }],
}
const emotion = { trait: 'emotion', output: 'logits_emotion', labels: 'config.json', least: 0.5 }

const open = async (description: unknown): Promise<VoiceProfiler> => {
  const file = join(dir, 'profile.json')
  await writeFile(file, JSON.stringify(description))
  return provider.voiceProfiler!('mine', { models: { mine: file } }, { log: silentLog, cacheDir: '' })
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onnx-'))
  await writeFile(join(dir, 'model.onnx'), byLevel())
  await writeFile(join(dir, 'config.json'), JSON.stringify({ id2label: { 0: 'hap', 1: 'Sadness', 2: 'neu' }, x: 1 }))
  engine = await open({ normalize: false, traits: [age, emotion] })
})
afterAll(async () => {
  await engine?.close?.()
  await rm(dir, { recursive: true, force: true })
})

const sound = (level: number): Float32Array => new Float32Array(56_000).fill(level)
const last = async (level: number): Promise<VoiceProfile | undefined> => (await profilesOf(engine, sound(level))).at(-1)

describe('a model of the operator', () => {
  checkVoiceProfiler(
    () => engine,
    () => sound(0.4),
  )

  it('tells numbers as ranges, and classes by their names here', async () => {
    const told = await Promise.all([0.05, 0.2, 0.45, 0.9].map(last))
    expect(told.map((profile) => topOf(profile, 'age'))).toEqual(['kid', 'young', 'adult', 'old'])
    expect(topOf(told[3], 'emotion')).toBe('happy')
    expect(topOf(await last(-0.9), 'emotion')).toBe('sad')
    expect(topOf(await last(0), 'emotion')).toBe('unclear')
  })

  it('that wants its sound with a mean of 0 gets it so', async () => {
    const normal = await open({ traits: [{ ...emotion, least: 0 }] })
    const [profile] = await profilesOf(normal, sound(0.9))
    for (const { confidence } of profile!.traits[0]!.labels) expect(confidence).toBeCloseTo(1 / 3, 3)
    await normal.close?.()
  })

  it.each([
    [{ traits: [{ ...emotion, labels: ['a', 'b'] }] }, '3 values for 2 labels'],
    [{ traits: [{ ...emotion, labels: 'none.json' }] }, 'none.json'],
    [{ traits: [] }, 'traits'],
    [{ file: 'none.onnx', traits: [age] }, 'none.onnx'],
    ['no description', 'does not describe a model'],
  ])('that is not as described is unavailable, with the reason: %j', async (description, reason) => {
    await expect(open(description)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(reason),
    })
  })

  it('that the settings do not name is unknown', async () => {
    const surroundings = { log: silentLog, cacheDir: '' }
    await expect(provider.voiceProfiler!('x', { models: {} }, surroundings)).rejects.toMatchObject({
      code: 'unknown_model',
    })
  })
})

describe('likelihoods', () => {
  const classes = { type: 'classes', trait: 'gender', activation: 'softmax', temperature: 1, least: 0 } as const

  it('of a class that is nobody’s go to the others', () => {
    const told = likelihoodsOf({ ...classes, labels: ['female', 'male', null] }, [1, 1, 50])
    expect([...told]).toEqual([
      ['female', 0.5],
      ['male', 0.5],
    ])
  })

  it('of several classes of one name are added, and a temperature makes them less sure', () => {
    const labels = ['unclear', 'happy', 'unclear']
    expect(likelihoodsOf({ ...classes, labels, activation: 'none' }, [0.2, 0.5, 0.3]).get('unclear')).toBeCloseTo(0.5)
    const cool = likelihoodsOf({ ...classes, labels: ['a', 'b'], temperature: 10 }, [5, 0]).get('a')!
    expect(cool).toBeLessThan(likelihoodsOf({ ...classes, labels: ['a', 'b'] }, [5, 0]).get('a')!)
  })

  it('are none where a model gives no numbers', () => {
    expect(() => likelihoodsOf({ ...classes, labels: ['a'] }, [Number.NaN])).toThrow('no numbers for gender')
  })
})
