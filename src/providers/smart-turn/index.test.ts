/** With a model of the same shape that is made here: no real one can be had offline, so what a real one says is not tested. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkTurnDetector, predict } from '../../../test/contracts/turn-detector.ts'
import type { TurnDetector } from '../../engines/turn-detector.ts'
import { silentLog } from '../../log.ts'
import { melBands, melSampleRate } from '../../signal/log-mel.ts'
import { writeModel } from '../shared/onnx.ts'
import provider from './index.ts'
import { inputOf, inputSamples } from './sound.ts'

const frames = 800
const shape = [1, melBands, frames]

/** Says that a turn is over the more, the quieter its last 300 ms are. */
const quietEnds = (): Uint8Array => {
  const values = new Float32Array(melBands * frames)
  for (let band = 0; band < melBands; band++) values.fill(-1000, band * frames + frames - 30, (band + 1) * frames)
  return writeModel({
    inputs: { input_features: shape },
    outputs: { logits: [1, 1, 1] },
    weights: [{ name: 'weights', shape, values }],
    numbers: {},
    steps: [
      { operator: 'Mul', inputs: ['input_features', 'weights'], outputs: ['weighed'] },
      { operator: 'ReduceMean', inputs: ['weighed'], outputs: ['mean'] },
      { operator: 'Sigmoid', inputs: ['mean'], outputs: ['logits'] },
    ],
  })
}

let dir: string
let engine: TurnDetector
const surroundings = () => ({ log: silentLog, cacheDir: dir })

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'smart-turn-'))
  const modelFile = join(dir, 'model.onnx')
  await writeFile(modelFile, quietEnds())
  engine = await provider.turnDetector!('', { modelFile }, surroundings())
})
afterAll(async () => {
  await engine?.close?.()
  await rm(dir, { recursive: true, force: true })
})

/** A hum of a second, then silence. */
const hum = (silentSeconds: number): Float32Array =>
  Float32Array.from({ length: (1 + silentSeconds) * melSampleRate }, (_, at) =>
    at < melSampleRate ? 0.4 * Math.sin(at * 0.05) ** 3 : 0,
  )

describe('a smart-turn model', () => {
  checkTurnDetector(() => engine, {
    speech: () => hum(0.2),
    whole: [() => hum(0.5), () => hum(1)],
    open: [() => hum(0)],
  })

  it('hears the last 8 s, and nothing of the words', async () => {
    const long = new Float32Array(12 * melSampleRate)
    long.set(hum(0.3).subarray(0, melSampleRate), 0)
    expect(await predict(engine, long, 'yes')).toBe(await predict(engine, new Float32Array(inputSamples), 'and'))
    expect(engine.card.languages).toContain('hi')
  })
})

it('is asked for by its version; one that is not installed names the command, one that is none is refused', async () => {
  await expect(provider.turnDetector!('v3.2', {}, surroundings())).rejects.toThrow('parley models pull smart-turn-v3.2')
  await expect(provider.turnDetector!('v9', {}, surroundings())).rejects.toThrow('not v9')
  const broken = join(dir, 'broken.onnx')
  await writeFile(broken, 'no model')
  await expect(provider.turnDetector!('', { modelFile: broken }, surroundings())).rejects.toThrow('failed')
})

describe('the sound that it is given', () => {
  it('ends with the turn, silence in front, and has a mean of 0 and a variance of 1', () => {
    const input = inputOf(hum(0).map((sample) => sample + 0.1))
    expect(input).toHaveLength(inputSamples)
    const mean = input.reduce((sum, sample) => sum + sample, 0) / inputSamples
    const variance = input.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / inputSamples
    expect(mean).toBeCloseTo(0, 4)
    expect(variance).toBeCloseTo(1, 3)
    expect(new Set(input.subarray(0, inputSamples - melSampleRate)).size).toBe(1)
    expect(inputOf(new Float32Array(0)).every((sample) => sample === 0)).toBe(true)
  })
})
