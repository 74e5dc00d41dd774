/** Language model: messages → text and tool calls. */
import type { EngineCard, Work } from './engine.ts'

/** A stretch of what someone said or showed. `url` is a data URL or an address that the model can fetch. */
export type MessagePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly url: string }

/** One entry of what a model is given. Every call is followed by its result before anyone speaks again. */
export type Message =
  | { readonly role: 'system' | 'user' | 'assistant'; readonly parts: readonly MessagePart[] }
  | { readonly role: 'tool-call'; readonly callId: string; readonly name: string; readonly arguments: string }
  | {
      readonly role: 'tool-result'
      readonly callId: string
      readonly name: string
      readonly output: string
      /** The call is still at work, and `output` says so. */
      readonly isPending?: true
    }

/** Something that a model may call. `parameters` is a JSON Schema. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly parameters: object
}

/** Which tools a model may or must use; a name demands that one. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string }

/** How words are chosen. What a model does not know it leaves alone. */
export interface Sampling {
  readonly temperature?: number
  readonly topP?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  readonly seed?: number
  readonly stop?: readonly string[]
  /** Above 1: what was said already is said less. */
  readonly repetitionPenalty?: number
  /** Tokens, by the model's own ids, and how much likelier each is made, −100…100. */
  readonly logitBias?: readonly { readonly token: string; readonly bias: number }[]
  readonly reasoningEffort?: string
  /** Most tokens of thinking. */
  readonly reasoningTokens?: number
  /** Thoughts are not sent here, where a provider can leave them out; they are never given on. */
  readonly reasoningHidden?: boolean
}

/** What a provider is asked to keep for the next request, where it does that only when asked. */
export interface Caching {
  readonly enabled: boolean
  /** Default true. */
  readonly instructions?: boolean
  /** Default true. */
  readonly tools?: boolean
  readonly seconds?: number
}

export type GenerationEvent =
  | { readonly type: 'text'; readonly delta: string }
  /** A whole call; `arguments` is JSON text. */
  | { readonly type: 'tool-call'; readonly callId: string; readonly name: string; readonly arguments: string }
  /** At most one, before `finish`. */
  | {
      readonly type: 'usage'
      readonly inputTokens: number
      readonly outputTokens: number
      readonly cachedTokens?: number
    }
  /** The last event. `length`: cut short at `maxTokens`. */
  | { readonly type: 'finish'; readonly reason: 'stop' | 'length' | 'tool-calls' | 'filtered' }

export interface GenerateOptions extends Work {
  readonly tools?: readonly Tool[]
  /** Default `auto`. */
  readonly toolChoice?: ToolChoice
  /** False: at most one call at a time. */
  readonly parallelTools?: boolean
  readonly sampling?: Sampling
  readonly caching?: Caching
  readonly maxTokens?: number
  /**
   * `json`: the text is one JSON value, of `schema` where one is given. `strict`: of exactly that; not every provider
   * takes every schema so.
   */
  readonly format?: {
    readonly type: 'json'
    readonly name?: string
    readonly schema?: object
    readonly strict?: boolean
  }
  /** What the client said of the request; for routers. */
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * A model. Ends after `finish`; an aborted signal just ends it within 100 ms and drops the request. Throws
 * `provider_failed`, `overloaded` (429), `timeout`, `unavailable` (no or a wrong key) with a message fit for a client.
 */
export interface LanguageModel {
  readonly card: EngineCard
  generate(messages: readonly Message[], options: GenerateOptions): AsyncIterable<GenerationEvent>
  close?(): Promise<void>
}
