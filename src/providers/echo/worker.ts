/** The thread that looks for echoes: a detector for each stream. */
import { EchoDetector } from '../../signal/echo.ts'
import { answerQuestions } from '../shared/inference-thread.ts'
import type { Next, Verdicts } from './messages.ts'

answerQuestions<undefined, Next, Verdicts>(async () => {
  const detectors = new Map<number, EchoDetector>()
  return async ({ stream, audio }) => {
    if (!audio) {
      detectors.delete(stream)
      return { answer: [] }
    }
    const detector = detectors.get(stream) ?? new EchoDetector()
    detectors.set(stream, detector)
    const verdicts = detector.push(audio.input, audio.played)
    return { answer: verdicts.length > 0 ? verdicts : [detector.isEcho] }
  }
})
