/** The thread that runs an operator's own model: speech → likelihoods of the labels of each trait. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { answerQuestions } from '../shared/inference-thread.ts'
import type { Description } from './description.ts'
import { likelihoodsOf } from './likelihoods.ts'
import type { Judged, Speech } from './messages.ts'

/** With a mean of 0 and a variance of 1. */
const normalized = (samples: Float32Array): Float32Array => {
  let [sum, squares] = [0, 0]
  for (const sample of samples) {
    sum += sample
    squares += sample * sample
  }
  const mean = sum / samples.length
  const deviation = Math.sqrt(Math.max(0, squares / samples.length - mean * mean) + 1e-7)
  return samples.map((sample) => (sample - mean) / deviation)
}

answerQuestions<Description, Speech, Judged>(async ({ file, normalize, traits }) => {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Errors are thrown; warnings are about how a file was made.
    logSeverityLevel: 3,
  })
  const tensorOf = (input: InferenceSession.ValueMetadata, samples: Float32Array): Tensor => {
    if (!input.isTensor) throw new Error(`The input ${input.name} is no tensor.`)
    // Beside the sound some models take a mask that says which samples count: all.
    if (input.type === 'int64')
      return new Tensor('int64', new BigInt64Array(samples.length).fill(1n), [1, samples.length])
    const shape = Array.from({ length: input.shape.length - 1 }, () => 1)
    return new Tensor('float32', samples, [...shape, samples.length])
  }
  return async ({ samples }) => {
    const sound = normalize ? normalized(samples) : samples
    const given = session.inputMetadata.map((input) => [input.name, tensorOf(input, sound)])
    const told = await session.run(Object.fromEntries(given))
    const answer = traits.map((trait) => {
      const output = told[trait.output ?? session.outputNames[0]!]
      if (!output) throw new Error(`The model has no output ${trait.output}.`)
      return likelihoodsOf(trait, [...(output.data as Float32Array)])
    })
    return { answer }
  }
})
