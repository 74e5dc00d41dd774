import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noise } from '../../../test/contracts/voice-activity.ts'
import { readWeights, writeModel } from '../shared/onnx.ts'
import { batchedModel } from './batched-model.ts'
import { inputSamples, openModel, stateSize } from './model.ts'

const fileOf = (version: string): string =>
  createRequire(import.meta.url).resolve(`@ricky0123/vad-web/dist/silero_vad_${version}.onnx`)

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'silero-'))
})
afterAll(() => rm(dir, { recursive: true }))

describe.each(['v6', 'v5'])('the rewritten silero/%s', (version) => {
  it('says what the shipped file says, whatever the batch', async () => {
    const original = await InferenceSession.create(fileOf(version))
    const rewritten = await InferenceSession.create(batchedModel(await readFile(fileOf(version))) as Uint8Array)
    for (const count of [1, 2, 7, 33]) {
      const sr = new Tensor('int64', BigInt64Array.of(16_000n), [])
      let states = [0, 1].map(() => new Float32Array(2 * count * stateSize))
      for (let window = 0; window < 4; window++) {
        const samples = noise(count * inputSamples, 0.3 / (1 + window))
        const input = new Tensor('float32', samples, [count, inputSamples])
        const state = (index: number) => new Tensor('float32', states[index]!, [2, count, stateSize])
        const a = await original.run({ input, state: state(0), sr })
        const b = await rewritten.run({ input, state: state(1) })
        for (const name of ['output', 'stateN']) {
          const wanted = [...(a[name]!.data as Float32Array)]
          expect([...(b[name]!.data as Float32Array)]).toEqual(wanted.map((value) => expect.closeTo(value, 3)))
        }
        states = [a, b].map(({ stateN }) => stateN!.data as Float32Array<ArrayBuffer>)
      }
    }
  })
})

it('does not rewrite a file with other weights', async () => {
  expect(batchedModel(await readFile(fileOf('legacy')))).toBeUndefined()
})

it('runs a file as it is when the rewritten model would say something else', async () => {
  const file = join(dir, 'other.onnx')
  // Those for 16 kHz come last.
  const weights = readWeights(await readFile(fileOf('v6')))
  const other = writeModel({
    inputs: { input: [-1, inputSamples], state: [2, -1, stateSize] },
    outputs: { output: [-1, 1], stateN: [2, -1, stateSize] },
    weights: [...new Map(weights.map((one) => [one.name, one])).values()],
    numbers: { zero: [0], one: [1] },
    steps: [
      { operator: 'Slice', inputs: ['input', 'zero', 'one', 'one'], outputs: ['output'] },
      { operator: 'Relu', inputs: ['state'], outputs: ['stateN'] },
    ],
  })
  expect(batchedModel(other)).toBeDefined()
  await writeFile(file, other)
  const model = await openModel(file)
  const input = new Float32Array(2 * inputSamples)
  input[0] = 0.25
  input[inputSamples] = 0.75
  const { likelihoods } = await model(2, input, new Float32Array(4 * stateSize))
  expect([...likelihoods]).toEqual([0.25, 0.75])
})

it('reads the weights that it writes', () => {
  const weights = [
    { name: 'a', shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 0, 1e-9, 6) },
    { name: 'b.c', shape: [300], values: new Float32Array(300).fill(0.5) },
  ]
  const bytes = writeModel({ inputs: {}, outputs: {}, weights, numbers: { 'some size': [-1, 5] }, steps: [] })
  expect(readWeights(bytes)).toEqual(weights)
})

it('takes no file of another kind for a model', async () => {
  expect(() => readWeights(Buffer.from('This is not a model.'))).toThrow(RangeError)
  const file = join(dir, 'text.onnx')
  await writeFile(file, 'This is not a model.')
  await expect(openModel(file)).rejects.toThrow()
})
