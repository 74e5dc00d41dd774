/** The thread that runs a segmentation model: a window of sound → when each voice speaks in it. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { answerQuestions } from '../shared/inference-thread.ts'
import type { ThreadData, Voices, Window } from './messages.ts'
import { classCount, voicesOf, windowSamples } from './powerset.ts'

answerQuestions<ThreadData, Window, Voices>(async ({ modelFile }) => {
  const session = await InferenceSession.create(modelFile, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Errors are thrown; warnings are about how a file was made.
    logSeverityLevel: 3,
  })
  const [input] = session.inputNames
  const [output] = session.outputNames
  if (input === undefined || output === undefined) throw new Error('The model has no input or no output.')
  return async ({ samples }) => {
    const sound = new Float32Array(windowSamples)
    sound.set(samples.subarray(0, windowSamples))
    const told = await session.run({ [input]: new Tensor('float32', sound, [1, 1, windowSamples]) })
    const scores = told[output]
    if (scores?.dims.at(-1) !== classCount || !(scores.data instanceof Float32Array))
      throw new Error('The model gives something else than sets of three voices.')
    return { answer: voicesOf(scores.data) }
  }
})
