/** Words and melody → the likelihood that the turn is over. */
import type { Word } from '../../engines/speech-to-text.ts'
import { likelihood, logOdds } from './logistic.ts'
import type { Melody } from './messages.ts'
import { textFeatures, wordsOf } from './text.ts'
import type { TurnWeights } from './weights.ts'

/** What is said weighs more than how: the voice was learnt from read sentences. */
const prosodyShare = 0.5
/** Where no words tell, the voice alone is believed less than it would like to be. */
const aloneShare = 0.7
/** Words in another script than the one that was learnt tell nothing. */
const latin = /^[\p{Script=Latin}\p{N}']+$/u
/** Of the words, so many must be known ones: text in other languages is not judged by English. */
const leastKnown = 0.3
/** Shorter text may be names, in any language. */
const fewWords = 3

const readable = (words: readonly string[], { text }: TurnWeights): boolean => {
  if (words.length === 0 || !words.every((word) => latin.test(word))) return false
  if (words.length < fewWords) return true
  const known = words.filter((word) => Object.hasOwn(text, `last=${word}`) || Object.hasOwn(text, `before=${word}`))
  return known.length >= leastKnown * words.length
}

/** How sure a recognizer has to be of the last words for them to be believed wholly, and to be believed at all. */
const surely = 0.9
const hardly = 0.3
const lastWords = 3
/** What the voice counts where the words are not to be believed. */
const unsureShare = 0.9

/** How far the text can be believed, 0…1, by how sure the recognizer is of its last words: those decide most. */
const beliefIn = (words: readonly Pick<Word, 'confidence'>[]): number => {
  const last = words.slice(-lastWords).flatMap(({ confidence }) => confidence ?? [])
  if (last.length === 0) return 1
  const mean = last.reduce((sum, confidence) => sum + confidence, 0) / last.length
  return Math.min(1, Math.max(0, (mean - hardly) / (surely - hardly)))
}

/**
 * The likelihood, 0…1. Without words and without a voice nothing is known: one half. `heard`: the words of the transcript,
 * where it is known how sure the recognizer is of them.
 */
export const judge = (
  transcript: string,
  melody: Melody,
  weights: TurnWeights,
  heard: readonly Pick<Word, 'confidence'>[] = [],
): number => {
  const words = wordsOf(transcript)
  const { prosody } = weights
  const sound = melody && prosody.bias + melody.reduce((sum, value, at) => sum + value * prosody.weights[at]!, 0)
  if (!readable(words, weights)) return likelihood(aloneShare * (sound ?? 0))
  const belief = beliefIn(heard)
  const voice = prosodyShare * belief + unsureShare * (1 - belief)
  return likelihood(belief * logOdds(textFeatures(words), weights.text) + voice * (sound ?? 0))
}
