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
// finds many in which it has no trust. Measured over 148 pieces of noise (14 recordings of places, machines and music,
// whole and in pieces of 1 and 2 s; silence, noise, tones, hums, chords and clicks at four levels), in half of which
// one pass or the other hears words, and over real speech (LibriVox, LibriSpeech, LJSpeech, Harvard sentences and
// others: 64 clean clips, 12 noisy ones, 48 of children and of acted emotion).
//
// The thresholds were chosen where both passes together left words in 0 of the 148 and took them from 0 of the 64, 0 of
// the 12 and 4 of the 48 (in which no word was right); the streaming pass alone left them in about 10. With the passes
// as they are now 4 of the 148 keep words (a car horn, typing, an office hum). The price is paid by single words: of 30
// cut out of sentences 3 are lost, of 42 short answers by a synthesizer 9, most of them misheard.
const streaming: Measure = { minConfidence: 0, maxPace: 13, minShare: 0.25 }
const whole: Measure = { minConfidence: 0.2, maxPace: 18, minShare: 0.15 }
// Nobody says a word in less.
const minPace = 3

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

/** Judges by the words of the streaming pass, and by those of the pass over the whole segment where there was one. */
export const isSound = (streamed: readonly HeardWord[], again?: readonly HeardWord[]): boolean =>
  !isSpeech(streamed, streaming) || (again !== undefined && !isSpeech(again, whole))
