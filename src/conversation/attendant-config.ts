/** What a client may set of the attendants: memory, backchannels, fillers. Each does nothing unless `enabled`. */

/** What is remembered of a conversation beyond its items. Made by the server, given back by clients of a later session. */
export interface MemoryState {
  /** Counts the updates. */
  readonly version: number
  readonly facts: readonly string[]
  readonly summary: string
  /** What a model is told of it. */
  readonly contextText: string
  /** Turns of the user since the last update, and in all. */
  readonly turnsSinceUpdate: number
  readonly totalTurns: number
  /** Items that models are no longer given. */
  readonly itemsTrimmed: number
}

export interface MemoryConfig {
  readonly enabled: boolean
  /** Turns of the user between two updates. */
  readonly turnInterval: number
  /** Characters of `contextText` at most. */
  readonly maxLength: number
  readonly maxFacts: number
  /** Whether models are no longer given what has been summarised, but for the last `maxTranscriptItems` items. */
  readonly trims: boolean
  readonly maxTranscriptItems: number
  readonly state: MemoryState
}

/** What a small model is asked with. */
export interface SmallModelConfig {
  /** As the client named it; empty: the model of the session. */
  readonly model: string
  /** Items of the conversation that it is given. */
  readonly tailItems: number
  readonly temperature: number
  readonly maxTokens: number
  /** Its instructions; empty: the server's own. */
  readonly prompt: string
}

/** Short words of the listener while the user speaks. */
export interface BackchannelConfig extends SmallModelConfig {
  readonly enabled: boolean
  readonly decider: 'llm' | 'rule'
  /** Likelihood, 0…1, that the rule says something where it may. */
  readonly fireProbability: number
  /** How often it is considered while words come in. */
  readonly evalIntervalMs: number
  /** Speech before the first one. */
  readonly minSpeechMs: number
  /** Between two of them in one turn. */
  readonly minGapMs: number
  readonly maxPerTurn: number
  /** From the decision to the audio; what takes longer is dropped. */
  readonly deadlineMs: number
  /** Linear; 0: synthesised but not sent. */
  readonly gain: number
  /** Only in a short pause. */
  readonly requirePause: boolean
  /** Empty: the server's own, and whatever short words a model comes up with. */
  readonly allowedPhrases: readonly string[]
}

/** Short words at the head of a reply that is long in coming. */
export interface ResponsivenessConfig extends SmallModelConfig {
  readonly enabled: boolean
  /** How long the model of the session may think before it is filled. `model` empty: the phrase comes from a list. */
  readonly waitMs: number
  /** From there to the audio; what takes longer is dropped. */
  readonly deadlineMs: number
  /** Between two of them. */
  readonly minGapMs: number
  /** In the replies to one turn of the user. */
  readonly maxPerTurn: number
  /** Pieces of the model's text that may wait for the voice. */
  readonly maxBuffered: number
  readonly onFirstReply: boolean
  /** Spoken after the filler, such as a pause. */
  readonly pauseText: string
}
