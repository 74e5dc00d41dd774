/** How many people can talk here at the same time. */
import type { EngineState } from './engines.ts'

/** Cores shared out among people who talk: each costs what the recognizer and the engines beside it cost. An estimate. */
export const countTalkers = (engines: readonly EngineState[], cores: number): number | undefined => {
  const recognizer = engines.find(({ kind }) => kind === 'speechToText')?.card?.cost
  if (!recognizer) return undefined
  const rest = engines.filter(({ kind }) => kind !== 'speechToText').map(({ card }) => card?.cost ?? 0)
  return Math.max(1, Math.floor(cores / rest.reduce((sum, cost) => sum + cost, recognizer)))
}
