/** The thread that makes voiceprints: one for all streams. */
import { answerQuestions } from '../shared/inference-thread.ts'
import type { Speech, Voiceprint, WeightFiles } from './messages.ts'
import { readNetwork } from './network.ts'
import { Voiceprints } from './voiceprint.ts'
import { readWeights } from './weights.ts'

answerQuestions<WeightFiles, Speech, Voiceprint>(async ({ mixture, network }) => {
  const prints = new Voiceprints(await readWeights(mixture), await readNetwork(network))
  return async ({ samples }) => ({ answer: prints.of(samples) })
})
