/** Logistic models over named features. */

/** Feature → weight; features that are not listed weigh nothing. */
export type Weights = Readonly<Record<string, number>>

/** Logarithm of the odds: the sum of the weights of what is there. */
export const logOdds = (features: readonly string[], weights: Weights): number =>
  features.reduce((sum, name) => sum + (Object.hasOwn(weights, name) ? weights[name]! : 0), 0)

/** Odds in logarithms → likelihood, 0…1. */
export const likelihood = (odds: number): number => 1 / (1 + Math.exp(-odds))
