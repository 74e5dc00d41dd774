/** What goes into a conversation: what a client asks, how a reply is going, and what the session tells of time (Command, Progress, Tick). */
import type { AudioFrame } from '../audio/frame.ts'
import type { Sampling, Tool } from '../engines/language-model.ts'
import type { RemoteTool, ToolResult } from '../engines/remote-tools.ts'
import type { Word } from '../engines/speech-to-text.ts'
import type { Phone } from '../engines/text-to-speech.ts'
import type { Heard } from '../listening/heard.ts'
import type { PlacedTag } from '../speaking/spoken.ts'
import type { ConfigPatch, SessionToolChoice, WireFormat } from './config.ts'
import type { Item } from './item.ts'
import type { MemoryUpdate } from './memory.ts'
import type { Refusal } from './refusal.ts'
import type { ServerTool } from './server-tool.ts'

/** What a `reply.create` may set for this one reply. What is missing is as in the session. */
export interface ReplyWishes {
  /** Said as it stands, and no model is asked. */
  readonly say?: string
  /** Beside the conversation: makes no items, is not stopped by speech, may run beside others. */
  readonly outOfBand?: boolean
  readonly model?: string
  readonly modalities?: { readonly audio: boolean; readonly text: boolean }
  readonly instructions?: string
  readonly voice?: string
  readonly format?: WireFormat
  readonly tools?: readonly Tool[]
  readonly serverTools?: readonly ServerTool[]
  readonly toolChoice?: SessionToolChoice
  readonly parallelTools?: boolean
  /** Null: no limit. */
  readonly maxTokens?: number | null
  readonly sampling?: Sampling
  /** In place of the conversation: items, or ids of items that are in it. */
  readonly input?: readonly (Item | { readonly reference: string })[]
  /** Given back with the reply. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** `id` is the client's own id for what it sent, given back in a refusal. */
interface Sent {
  readonly id?: string
}

/** What a client asks of a session. */
export type Command = Sent &
  /** `unused`: settings in it that made no sense, by their names on the wire. */
  (
    | { readonly type: 'session.update'; readonly patch: ConfigPatch; readonly unused?: readonly string[] }
    /** Bytes of any length: in the input format of the moment, or whole samples in a format of their own. */
    | { readonly type: 'audio.append'; readonly bytes: Uint8Array; readonly format?: WireFormat }
    | { readonly type: 'audio.commit' | 'audio.clear' }
    /**
     * An item with an empty id gets one. `afterId`: an item's id, or null for the beginning; missing: at the end.
     * `audio`: what was said, by part, in the input format of the moment, where the client sends it instead of words.
     */
    | {
        readonly type: 'item.create'
        readonly item: Item
        readonly afterId?: string | null
        readonly audio?: readonly (Uint8Array | undefined)[]
      }
    | { readonly type: 'item.retrieve' | 'item.delete'; readonly itemId: string }
    | { readonly type: 'item.truncate'; readonly itemId: string; readonly partIndex: number; readonly heardMs: number }
    | { readonly type: 'reply.create'; readonly wishes: ReplyWishes }
    /** Without `replyId`: the reply of the conversation. */
    | { readonly type: 'reply.cancel'; readonly replyId?: string }
    /** Where the server paces playout: drop what has not been heard. */
    | { readonly type: 'playback.clear' }
    /** What the client sent makes no sense; comes through the one line so that the refusal keeps its place. */
    | { readonly type: 'nonsense'; readonly reason: Refusal; readonly message: string; readonly param?: string }
  )

/** Where a word of a reply stands in its text, and when it is heard. */
export interface WordPlace {
  readonly from: number
  readonly to: number
  readonly startMs: number
  readonly endMs: number
  readonly phones?: readonly Phone[]
}

/** How a reply is going. Each names its reply; what comes after the reply has ended is passed over. */
export type Progress = {
  readonly replyId: string
} /** The model has begun to answer: the first text or call is here. */ & (
  | { readonly type: 'reply.generating' }
  /** Text of a written answer; of a spoken one the text whose audio follows, and the tags that told how to say it. */
  | {
      readonly type: 'reply.text'
      readonly delta: string
      readonly tags?: readonly PlacedTag[]
      /** Said until the model began: it is heard and read, but models are never given it. */
      readonly filler?: true
    }
  /** In the output's sample rate; times count from the start of the reply's audio. */
  | { readonly type: 'reply.audio'; readonly frame: AudioFrame }
  /** When a word of the spoken text is heard; `from` and `to` count characters of all `reply.text` so far. */
  | ({ readonly type: 'reply.word' } & WordPlace)
  | { readonly type: 'reply.call'; readonly callId: string; readonly name: string; readonly arguments: string }
  | {
      readonly type: 'reply.usage'
      readonly inputTokens: number
      readonly outputTokens: number
      readonly cachedTokens?: number
    }
  /** The last of a reply that was not stopped. */
  | { readonly type: 'reply.ended'; readonly reason: 'finished' | 'length' | 'filtered' }
  | { readonly type: 'reply.failed'; readonly code: string; readonly message: string }
)

/** Why a listener says nothing after all. */
export interface BackchannelSkipped {
  readonly type: 'backchannel.skipped'
  readonly backchannelId: string
  readonly reason: 'no-phrase' | 'deadline-missed' | 'turn-ended' | 'failed'
}

/** What the session tells of time and audio, since a conversation has no clock. */
export type Tick =
  /** All audio up to here, on the input's audio clock, has been given to the listener. */
  | { readonly type: 'audio.received'; readonly endMs: number }
  /** The words of audio that came inside an item. */
  | {
      readonly type: 'item.transcribed'
      readonly itemId: string
      readonly partIndex: number
      readonly text: string
      readonly words: readonly Word[]
      readonly audioMs: number
    }
  | {
      readonly type: 'item.not-transcribed'
      readonly itemId: string
      readonly partIndex: number
      readonly code: string
      readonly message: string
    }
  /** The silence of `idleMs` has passed. */
  | { readonly type: 'idle.elapsed' }
  /** A listener's short word is to be said, its audio, and its end; or it will not be said. */
  | { readonly type: 'backchannel.started'; readonly backchannelId: string; readonly phrase: string }
  | { readonly type: 'backchannel.audio'; readonly backchannelId: string; readonly frame: AudioFrame }
  | { readonly type: 'backchannel.ended'; readonly backchannelId: string }
  | BackchannelSkipped
  /** Where the server paces playout: the first audio of a reply is heard. */
  | { readonly type: 'playback.started'; readonly replyId: string }
  /** The last of it has been heard. */
  | { readonly type: 'playback.stopped'; readonly replyId: string }
  /** The same, of a reply that was dropped: so much of its audio has been heard. */
  | { readonly type: 'playback.cleared'; readonly replyId: string; readonly heardMs: number }
  /** A model has summed the conversation up. */
  | ({ readonly type: 'memory.updated' } & MemoryUpdate)
  /** What a server has, for the item that asked; empty with a `problem` when it could not be asked. */
  | {
      readonly type: 'tools.listed'
      readonly itemId: string
      readonly tools: readonly RemoteTool[]
      readonly problem?: string
    }
  /** What came of `run-tool` or `search`. */
  | { readonly type: 'tool.ended'; readonly itemId: string; readonly result: ToolResult }
  /** The listener broke; the words of open turns are lost. */
  | { readonly type: 'listening.failed'; readonly code: string; readonly message: string }

/** Everything that can be applied to a conversation. Audio goes to the listener instead. */
export type Input = Exclude<Command, { type: 'audio.append' }> | Heard | Progress | Tick
