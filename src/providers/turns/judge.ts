/** Words and melody → the likelihood that the turn is over. */
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

/** The likelihood, 0…1. Without words and without a voice nothing is known: one half. */
export const judge = (transcript: string, melody: Melody, weights: TurnWeights): number => {
  const words = wordsOf(transcript)
  const { prosody } = weights
  const sound = melody && prosody.bias + melody.reduce((sum, value, at) => sum + value * prosody.weights[at]!, 0)
  if (!readable(words, weights)) return likelihood(aloneShare * (sound ?? 0))
  return likelihood(logOdds(textFeatures(words), weights.text) + prosodyShare * (sound ?? 0))
}
