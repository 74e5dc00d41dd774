/** The thread that runs a smart-turn model: sound → spectrogram → the likelihood that the turn is over. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { logMel, melBands, melHop } from '../../signal/log-mel.ts'
import { answerQuestions } from '../shared/inference-thread.ts'
import type { Ending, ThreadData } from './messages.ts'
import { inputOf, inputSamples } from './sound.ts'

answerQuestions<ThreadData, Ending, number>(async ({ modelFile }) => {
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
    const features = logMel(inputOf(samples))
    const told = await session.run({
      [input]: new Tensor('float32', features, [1, melBands, inputSamples / melHop]),
    })
    const likelihood = Number(told[output]?.data[0])
    if (!(likelihood >= 0 && likelihood <= 1)) throw new Error('The model gives something else than a likelihood.')
    return { answer: likelihood }
  }
})
