/** The thread that makes voiceprints: one for all streams. */
import { answerQuestions } from '../shared/inference-thread.ts'
import type { Speech, Voiceprint } from './messages.ts'
import { Voiceprints } from './voiceprint.ts'
import { readWeights } from './weights.ts'

answerQuestions<{ readonly file: string }, Speech, Voiceprint>(async ({ file }) => {
  const prints = new Voiceprints(await readWeights(file))
  return async ({ samples }) => ({ answer: prints.of(samples) })
})
