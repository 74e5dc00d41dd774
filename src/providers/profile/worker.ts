/** The thread that measures voices: one for all streams. */
import { answerQuestions } from '../shared/inference-thread.ts'
import type { Speech, Traits } from './messages.ts'
import { readModels } from './models.ts'
import { Voice } from './voice.ts'

answerQuestions<null, Speech, Traits>(async () => {
  const models = readModels()
  const voices = new Map<number, Voice>()
  return async ({ stream, samples, ended }) => {
    const voice = voices.get(stream) ?? new Voice(models)
    voices.set(stream, voice)
    if (ended) voices.delete(stream)
    voice.hear(samples)
    return { answer: voice.traits(ended) }
  }
})
