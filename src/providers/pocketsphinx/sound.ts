/** Whether a hearing is of sound rather than of speech: the decoder finds words in anything. */
import type { HeardWord } from './messages.ts'

/** What makes a word believable: how long it is for its letters, and how sure the decoder is. */
interface Measure {
  readonly minConfidence: number
  /** Frames per letter (one more than are written). */
  readonly maxPace: number
  /** Share of the time with words that believable words must fill. */
  readonly minShare: number
}

// In noise, music and silence the decoder draws few short words out over seconds (`of` for 3.4 s of an office hum), or
// finds many in which it has no trust. But a hum or a horn can look like words in every way, and a short answer that is
// misheard like noise. The voice activity model tells them apart: in noise at most 3 of its windows of 32 ms are beyond
// doubt (the end of some music), in a single word at least 5.
//
// Chosen on half and measured on all of 140 pieces of noise (14 recordings of places, machines and music, whole and in
// pieces of 1 and 2 s; silence, noise, hums, chords and clicks), 200 short utterances (42 answers each by two
// synthesizers, 108 words cut out of sentences, 8 commands) and 175 clips of speech. Where it is known how much was sure, no
// noise keeps words and no speech loses them but 3 shouted clips. By the words alone no noise keeps words either and none
// of 74 clean clips loses them, but 83 of the 200 short utterances do and 5 of 13 clips in noise.
const streaming: Measure = { minConfidence: 0, maxPace: 10, minShare: 0.5 }
const whole: Measure = { minConfidence: 0.2, maxPace: 14, minShare: 0.2 }
// Nobody says a word in less.
const minPace = 3

/** Speech beyond doubt (see `Flush`) that vouches for words of any kind: the least that a single word has. */
const vouchingMs = 150

const frames = (word: HeardWord): number => word.lastFrame - word.firstFrame + 1

const isBelievable = (word: HeardWord, { minConfidence, maxPace }: Measure): boolean => {
  const pace = frames(word) / (word.text.replace(/[^a-z]/g, '').length + 1)
  return word.confidence >= minConfidence && pace >= minPace && pace <= maxPace
}

const isSpeech = (words: readonly HeardWord[], measure: Measure): boolean => {
  const time = words.reduce((sum, word) => sum + frames(word), 0)
  const believed = words.filter((word) => isBelievable(word, measure)).reduce((sum, word) => sum + frames(word), 0)
  return time > 0 && believed >= measure.minShare * time
}

/**
 * Judges by the words of the streaming pass, by those of the pass over the whole segment where there was one, and by how
 * much of the segment was speech beyond doubt where that is known.
 */
export const isSound = (streamed: readonly HeardWord[], again?: readonly HeardWord[], sureSpeechMs = 0): boolean => {
  if (sureSpeechMs >= vouchingMs) return (again ?? streamed).length === 0
  return !isSpeech(streamed, streaming) || (again !== undefined && !isSpeech(again, whole))
}
