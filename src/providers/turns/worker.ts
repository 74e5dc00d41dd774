/** The thread that measures how voices come to a pause. */
import { answerQuestions } from '../shared/inference-thread.ts'
import type { Ending, Melody } from './messages.ts'
import { prosodyOf } from './prosody.ts'

answerQuestions<null, Ending, Melody>(async () => async ({ samples, sampleRate }) => ({
  answer: prosodyOf(samples, sampleRate),
}))
