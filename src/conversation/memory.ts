/** Memory: what is remembered beyond the items, and what a model is told of it. */
import type { MemoryConfig, MemoryState } from './attendant-config.ts'
import type { SessionConfig } from './config.ts'
import type { Item } from './item.ts'

/** What a model has made of the conversation so far. */
export interface MemoryUpdate {
  readonly facts: readonly string[]
  readonly summary: string
  /** Turns of the user that it covers since the last update. */
  readonly turns: number
  /** Ids of the items that it covers and that models need not be given again. */
  readonly trim: readonly string[]
}

export const emptyMemory: MemoryState = {
  version: 0,
  facts: [],
  summary: '',
  contextText: '',
  turnsSinceUpdate: 0,
  totalTurns: 0,
  itemsTrimmed: 0,
}

/** Heads of the two parts; a rule-based model looks for the first. */
const factsHead = 'What is known of the user:'
const summaryHead = 'What was said before:'

/** Facts and summary as a model is told them; empty when there is nothing to tell. */
export const contextText = (facts: readonly string[], summary: string): string =>
  [
    ...(facts.length > 0 ? [[factsHead, ...facts.map((fact) => `- ${fact}`)].join('\n')] : []),
    ...(summary === '' ? [] : [`${summaryHead} ${summary}`]),
  ].join('\n')

/** A text up to its last whole sentence, or word, within so many characters. */
const shortened = (text: string, characters: number): string => {
  if (text.length <= characters) return text
  const head = text.slice(0, Math.max(0, characters + 1))
  return (/^.*[.!?](?=\s)/s.exec(head) ?? /^.*(?=\s)/s.exec(head))?.[0] ?? ''
}

/** What fits: the summary gives way first, then the oldest facts. */
const fitted = ({ facts, summary }: MemoryUpdate, { maxFacts, maxLength }: MemoryConfig) => {
  let kept = maxFacts > 0 ? facts.slice(-maxFacts) : []
  while (kept.length > 0 && contextText(kept, '').length > maxLength) kept = kept.slice(1)
  const room = maxLength - (contextText(kept, ' ').length - 1)
  return { facts: kept, summary: shortened(summary, room) }
}

/** The memory after an update; `trimmed` items went. */
export const updated = (memory: MemoryConfig, update: MemoryUpdate, trimmed: number): MemoryConfig => {
  const { state } = memory
  const { facts, summary } = fitted(update, memory)
  return {
    ...memory,
    state: {
      version: state.version + 1,
      facts,
      summary,
      contextText: contextText(facts, summary),
      turnsSinceUpdate: Math.max(0, state.turnsSinceUpdate - update.turns),
      totalTurns: state.totalTurns,
      itemsTrimmed: state.itemsTrimmed + trimmed,
    },
  }
}

const isTurn = (item: Item): boolean => item.type === 'message' && item.role === 'user'

/** The session after an item has come: a turn of the user counts. */
export const counted = (config: SessionConfig, item: Item): SessionConfig => {
  const { memory } = config
  if (!memory?.enabled || !isTurn(item)) return config
  const { turnsSinceUpdate, totalTurns } = memory.state
  const state = { ...memory.state, turnsSinceUpdate: turnsSinceUpdate + 1, totalTurns: totalTurns + 1 }
  return { ...config, memory: { ...memory, state } }
}

/** The session after a change by the client: a state that is not newer than the session's own is passed over, save the empty one. */
export const restored = (before: SessionConfig, after: SessionConfig): SessionConfig => {
  const own = before.memory?.state
  if (!own || !after.memory || after.memory.state === own) return after
  const { version, contextText: context } = after.memory.state
  const counts = version > own.version || (version === 0 && (own.version === 0 || context === ''))
  return counts ? after : { ...after, memory: { ...after.memory, state: own } }
}
