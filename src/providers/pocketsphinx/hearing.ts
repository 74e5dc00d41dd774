/** From what a decoder heard to what a transcript says: frames to times, dictionary words to written ones. */
import type { Word } from '../../engines/speech-to-text.ts'
import { confidencesOf } from './confidence.ts'
import type { HeardWord, Hearing } from './messages.ts'
import { written } from './text.ts'

const frameMs = 10

/** Words as written, at their places on the audio clock. */
export const wordsOf = (heard: readonly HeardWord[], startMs: number, pass: 'streaming' | 'whole'): Word[] => {
  const confidences = confidencesOf(heard, pass)
  return heard.map(({ text, firstFrame, lastFrame }, index) => ({
    text: written(text),
    startMs: startMs + firstFrame * frameMs,
    endMs: startMs + (lastFrame + 1) * frameMs,
    confidence: confidences[index]!,
  }))
}

/** Other readings, with the share that each has of the likelihood of all that were found. */
export const alternativesOf = (hearing: Hearing): { text: string; confidence: number }[] =>
  hearing.alternatives.map(({ text, confidence }) => ({ text: text.split(' ').map(written).join(' '), confidence }))
