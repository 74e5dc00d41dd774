/** Effect: what the session must do after an input, and all that it takes to answer. */
import type { Caching, Message, Sampling, Tool, ToolChoice } from '../engines/language-model.ts'
import type { ToolServer } from '../engines/remote-tools.ts'
import type { Rendering } from '../speaking/rendering.ts'
import type { SessionConfig, WireFormat } from './config.ts'
import type { SessionEvent } from './events.ts'

/** All that it takes to answer, worked out when the reply starts. */
export interface ReplyRequest {
  readonly replyId: string
  /** Said as it stands, and no model is asked. */
  readonly say?: string
  readonly model: string
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice
  readonly parallelTools: boolean
  readonly maxTokens: number | null
  readonly sampling: Sampling
  /** Undefined: not asked for. */
  readonly caching?: Caching
  /** Undefined: the answer is written. */
  readonly speech?: {
    readonly voice: string
    readonly model: string
    readonly speed: number
    readonly language: string
    readonly rendering: Rendering
    /** How to begin, in words; a tag in the text takes its place. */
    readonly instruction?: string
    /** Hz in which `reply.audio` must come. */
    readonly sampleRate: number
  }
  readonly metadata: Readonly<Record<string, string>>
}

/** What the session must now do. */
export type Effect =
  /** End the open turn of the listener here; it answers `marked` with this number. */
  | { readonly type: 'mark'; readonly mark: number }
  | { readonly type: 'reconfigure'; readonly config: SessionConfig }
  /** Answered by `item.transcribed` or `item.not-transcribed`. */
  | {
      readonly type: 'transcribe'
      readonly itemId: string
      readonly partIndex: number
      readonly bytes: Uint8Array
      readonly format: WireFormat
    }
  /** `adopts`: the prepared reply of this id is the answer; what it has said so far is the beginning of it. */
  | { readonly type: 'start-reply'; readonly request: ReplyRequest; readonly adopts?: string }
  /** Begin to answer, but keep it back: the turn is likely over and not yet ended. At most one at a time. */
  | { readonly type: 'prepare-reply'; readonly request: ReplyRequest }
  | { readonly type: 'drop-prepared'; readonly replyId: string }
  | { readonly type: 'stop-reply'; readonly replyId: string }
  /** Answered by `tools.listed`. */
  | { readonly type: 'list-tools'; readonly itemId: string; readonly server: ToolServer }
  /** Answered by `tool.ended`. */
  | {
      readonly type: 'run-tool'
      readonly itemId: string
      readonly server: ToolServer
      readonly name: string
      readonly arguments: string
    }
  /** Answered by `tool.ended`. */
  | { readonly type: 'search'; readonly itemId: string; readonly arguments: string; readonly maxResults: number }
  /** Where the server paces playout: stop here until told to go on from the very sample. */
  | { readonly type: 'hold-playback' | 'resume-playback' }
  /** The same: drop what has not been heard, held or not; answered by a `playback.cleared` for each reply that had a rest. */
  | { readonly type: 'clear-playback' }

/** What comes of one input: the events are sent first, then the effects performed. */
export interface Outcome {
  readonly events: readonly SessionEvent[]
  readonly effects: readonly Effect[]
}
