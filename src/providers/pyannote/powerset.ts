/**
 * Classes of sets of voices → likelihoods of voices (A. Plaquet and H. Bredin, “Powerset multi-class cross entropy loss
 * for neural speaker diarization”, Interspeech 2023): nobody, each of three alone, each pair of them.
 */

export const sampleRate = 16_000
export const windowSamples = 10 * sampleRate
/** Audio of one step, and how far the middle of the first lies behind that. */
export const stepSamples = 270
const middleSamples = 495

const sets: readonly (readonly number[])[] = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2]]
export const classCount = sets.length
const voiceCount = 3
/** Steps from the start of the window, not from the middle of what the model looked at. */
const lateSteps = Math.round((middleSamples - stepSamples / 2) / stepSamples)

/** `scores` are logarithms of likelihoods, one row of classes for each step. */
export const voicesOf = (scores: Float32Array): readonly Float32Array[] => {
  const steps = scores.length / classCount
  return Array.from({ length: voiceCount }, (_, voice) =>
    Float32Array.from({ length: steps }, (_, step) => {
      const row = Math.max(0, step - lateSteps) * classCount
      let sum = 0
      for (const [index, set] of sets.entries()) if (set.includes(voice)) sum += Math.exp(scores[row + index]!)
      return Math.min(1, sum)
    }),
  )
}
