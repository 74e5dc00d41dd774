/** Opens a Silero model file in the form that costs least, and runs it. */
import { readFile } from 'node:fs/promises'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { batchedModel } from './batched-model.ts'
import { contextSamples, windowSamples } from './messages.ts'

/** Samples of one row of input: the context, then the window. */
export const inputSamples = contextSamples + windowSamples
/** Floats of state per row in each of the model's two layers. */
export const stateSize = 128

export interface Outcome {
  /** One for each row. */
  readonly likelihoods: Float32Array
  /** Both layers, one after the other, a row for each row of input. */
  readonly state: Float32Array
}

/** Judges `count` rows as one batch. */
export type Model = (count: number, input: Float32Array, state: Float32Array) => Promise<Outcome>

const rate = new Tensor('int64', BigInt64Array.of(16_000n), [])

const open = async (file: Uint8Array): Promise<{ readonly run: Model; readonly release: () => Promise<void> }> => {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Errors are thrown; warnings are about how a file was made.
    logSeverityLevel: 3,
  })
  const sr = session.inputNames.includes('sr') ? { sr: rate } : {}
  const run: Model = async (count, input, state) => {
    const { output, stateN } = await session.run({
      input: new Tensor('float32', input.subarray(0, count * inputSamples), [count, inputSamples]),
      state: new Tensor('float32', state.subarray(0, count * 2 * stateSize), [2, count, stateSize]),
      ...sr,
    })
    return { likelihoods: output!.data as Float32Array, state: stateN!.data as Float32Array }
  }
  return { run, release: () => session.release() }
}

const checkedWindows = 8
const tolerance = 1e-3

/** Whether two models say the same of a hum with a little hiss that swells and ends. */
const agree = async (one: Model, other: Model): Promise<boolean> => {
  const input = new Float32Array(inputSamples)
  let states = [new Float32Array(2 * stateSize), new Float32Array(2 * stateSize)]
  for (let window = 0, at = 0; window < checkedWindows; window++) {
    for (let i = 0; i < inputSamples; i++, at++) {
      const loudness = 0.3 * Math.sin((Math.PI * at) / (checkedWindows * inputSamples))
      input[i] = loudness * (Math.sin(at * 0.05) ** 5 + 0.5 * Math.sin(at * 0.21) + 0.1 * Math.sin(at * at))
    }
    const [a, b] = [await one(1, input, states[0]!), await other(1, input, states[1]!)]
    states = [a.state, b.state] as Float32Array<ArrayBuffer>[]
    const near = (x: number, y: number): boolean => Math.abs(x - y) <= tolerance * (1 + Math.abs(x))
    if (!near(a.likelihoods[0]!, b.likelihoods[0]!) || !a.state.every((x, i) => near(x, b.state[i]!))) return false
  }
  return true
}

/** The file's model, rewritten for batches where that gives a model which says the same. */
export const openModel = async (modelFile: string): Promise<Model> => {
  const file = await readFile(modelFile)
  const original = await open(file)
  try {
    const batched = batchedModel(file)
    const rewritten = batched && (await open(batched))
    if (rewritten && (await agree(original.run, rewritten.run))) {
      await original.release()
      return rewritten.run
    }
    await rewritten?.release()
  } catch {
    // A file of another make: as it is, it may run.
  }
  return original.run
}
