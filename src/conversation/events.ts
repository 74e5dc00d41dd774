/** What goes into a conversation (Command, Heard, Progress, Tick) and what comes out (SessionEvent, Effect). */
import type { AudioFrame } from '../audio/frame.ts'
import type { Caching, Message, Sampling, Tool, ToolChoice } from '../engines/language-model.ts'
import type { RemoteTool, ToolResult, ToolServer } from '../engines/remote-tools.ts'
import type { Word } from '../engines/speech-to-text.ts'
import type { Phone } from '../engines/text-to-speech.ts'
import type { Trait } from '../engines/voice-profiler.ts'
import type { Heard } from '../listening/heard.ts'
import type { Rendering } from '../speaking/rendering.ts'
import type { PlacedTag } from '../speaking/spoken.ts'
import type { ConfigPatch, SessionConfig, SessionToolChoice, WireFormat } from './config.ts'
import type { Item, Part } from './item.ts'
import type { MemoryUpdate } from './memory.ts'
import type { ServerTool } from './server-tool.ts'

/** What a `reply.create` may set for this one reply. What is missing is as in the session. */
export interface ReplyWishes {
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
    /** Bytes in the input format of the moment, of any length. */
    | { readonly type: 'audio.append'; readonly bytes: Uint8Array }
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
  | {
      readonly type: 'reply.word'
      readonly from: number
      readonly to: number
      readonly startMs: number
      readonly endMs: number
      readonly phones?: readonly Phone[]
    }
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
interface BackchannelSkipped {
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

/** Why something was not done. Codecs have a wire code for each. */
export type Refusal =
  | 'malformed'
  | 'unknown-type'
  | 'invalid-value'
  | 'missing-value'
  | 'reply-running'
  | 'no-reply'
  | 'nothing-to-commit'
  | 'unknown-item'
  | 'duplicate-item'
  | 'duplicate-output'
  | 'not-audio'
  | 'voice-locked'
  | 'transcription-only'
  | 'too-much'

/** A refusal and what it says. `param` is the field at fault, as the wire calls it. */
export interface Refused {
  readonly reason: Refusal
  readonly message: string
  readonly param?: string
}

export interface Usage {
  readonly inputTextTokens: number
  readonly inputAudioTokens: number
  readonly cachedTokens: number
  readonly outputTextTokens: number
  readonly outputAudioTokens: number
}

export type ReplyStatus = 'running' | 'completed' | 'cancelled' | 'incomplete' | 'failed'

/** A reply as clients see it. `items` are those that ended; calls that were cut short are not among them. */
export interface Reply {
  readonly id: string
  readonly status: ReplyStatus
  /** Why it was cancelled, incomplete or failed. */
  readonly cause?: 'turn-detected' | 'client' | 'length' | 'filtered' | 'failed'
  readonly error?: { readonly code: string; readonly message: string }
  readonly outOfBand: boolean
  readonly items: readonly Item[]
  readonly modalities: { readonly audio: boolean; readonly text: boolean }
  readonly voice: string
  readonly format: WireFormat
  readonly maxTokens: number | null
  readonly metadata?: Readonly<Record<string, string>>
  /** Once it has ended. */
  readonly usage?: Usage
}

interface Place {
  readonly replyId: string
  readonly itemId: string
  /** Of the item in the reply, from 0. */
  readonly index: number
}
interface PartPlace extends Place {
  readonly partIndex: number
}

/** What happened, for codecs, sidebands and telemetry. `previousId` is null for the first item. */
export type SessionEvent =
  | { readonly type: 'session.created'; readonly config: SessionConfig }
  /** `ignored`: settings that were asked for and not taken, by their names on the wire. */
  | { readonly type: 'session.updated'; readonly config: SessionConfig; readonly ignored?: readonly string[] }
  | {
      readonly type: 'command.refused'
      /** What the client had asked for. */
      readonly command: Command['type']
      readonly id?: string
      readonly reason: Refusal
      readonly message: string
      readonly param?: string
    }
  /** `startMs` includes the padding before speech, `endMs` the silence after it. On the input's audio clock. */
  | { readonly type: 'speech.started'; readonly itemId: string; readonly startMs: number }
  | { readonly type: 'speech.stopped'; readonly itemId: string; readonly endMs: number }
  /** The audio from `startMs` to `endMs` is now the item's. */
  | {
      readonly type: 'audio.committed'
      readonly itemId: string
      readonly previousId: string | null
      readonly startMs: number
      readonly endMs: number
      /** Silence that settled the end of the turn; 0 when the client did. */
      readonly silenceMs: number
    }
  | { readonly type: 'audio.cleared' }
  /** The turn will probably end here: of `audioMs` of it the last `silenceMs` were silent. `utterance` counts the turns that were heard. */
  | {
      readonly type: 'turn.suggested'
      readonly itemId: string
      readonly utterance: number
      readonly likelihood: number
      readonly silenceMs: number
      readonly audioMs: number
      readonly inferenceMs?: number
    }
  /** The user goes on. */
  | { readonly type: 'turn.suggestion-revoked'; readonly itemId: string; readonly utterance: number }
  | { readonly type: 'idle.timed-out'; readonly itemId: string; readonly startMs: number; readonly endMs: number }
  | { readonly type: 'item.added' | 'item.done'; readonly item: Item; readonly previousId: string | null }
  /** The session adds the audio that it still has, per part, in the rate of the format that its side has on the wire. */
  | { readonly type: 'item.retrieved'; readonly item: Item; readonly audio?: readonly (AudioFrame | undefined)[] }
  | {
      readonly type: 'item.truncated'
      readonly itemId: string
      readonly partIndex: number
      readonly heardMs: number
      readonly item: Item
    }
  | { readonly type: 'item.deleted'; readonly itemId: string }
  /** `told`: the client asked for transcripts. The whole turn so far; its first `stable` characters will stay. */
  | {
      readonly type: 'transcript.partial'
      readonly itemId: string
      readonly told: boolean
      readonly text: string
      readonly stable: number
    }
  | {
      readonly type: 'transcript.final'
      readonly itemId: string
      readonly told: boolean
      readonly text: string
      readonly words: readonly Word[]
      /** Length of the item's audio. */
      readonly audioMs: number
      readonly language?: string
      readonly traits?: readonly Trait[]
    }
  | {
      readonly type: 'transcript.failed'
      readonly itemId: string
      readonly told: boolean
      readonly code: string
      readonly message: string
    }
  | { readonly type: 'voice.profiled'; readonly itemId: string; readonly traits: readonly Trait[] }
  | { readonly type: 'reply.started'; readonly reply: Reply }
  /** Told by the session alone, and to no client: how much earlier a reply came because it was prepared; undefined when that was in vain. */
  | { readonly type: 'reply.prepared'; readonly savedMs: number | undefined }
  | { readonly type: 'reply.generating'; readonly replyId: string }
  | ({ readonly type: 'reply.item-added' | 'reply.item-done'; readonly item: Item } & Omit<Place, 'itemId'>)
  | ({ readonly type: 'reply.part-added' | 'reply.part-done'; readonly part: Part } & PartPlace)
  /** `tags` told how to say the text, and may come without any. */
  | ({
      readonly type: 'reply.text'
      readonly delta: string
      readonly tags?: readonly PlacedTag[]
      readonly spoken: boolean
      readonly filler?: true
    } & PartPlace)
  | ({ readonly type: 'reply.audio'; readonly frame: AudioFrame } & PartPlace)
  | ({
      readonly type: 'reply.word'
      readonly from: number
      readonly to: number
      readonly startMs: number
      readonly endMs: number
      readonly phones?: readonly Phone[]
    } & PartPlace)
  /** `byServer`: the server makes this call. */
  | ({
      readonly type: 'reply.call-delta'
      readonly callId: string
      readonly delta: string
      readonly byServer?: true
    } & Place)
  | ({
      readonly type: 'reply.call-done'
      readonly callId: string
      readonly name: string
      readonly arguments: string
      readonly byServer?: true
    } & Place)
  | { readonly type: 'reply.finished'; readonly reply: Reply }
  /** A listener's short word while the user speaks, at 24 kHz and no part of a reply; what was said of it; or that it was not said. */
  | { readonly type: 'backchannel.audio'; readonly backchannelId: string; readonly frame: AudioFrame }
  | { readonly type: 'backchannel.done'; readonly backchannelId: string; readonly phrase: string }
  | BackchannelSkipped
  /** Where the server paces playout: a reply is heard, has been heard to its end, or will be heard no further. */
  | { readonly type: 'playback.started' | 'playback.stopped' | 'playback.cleared'; readonly replyId: string }
  /** A server is asked what it has; the item tells the answer. */
  | { readonly type: 'tools.listing' | 'tools.listed' | 'tools.not-listed'; readonly itemId: string }
  /** The server makes a call; `index` is the item's in the reply that wanted it. */
  | {
      readonly type: 'server-call.started' | 'server-call.completed' | 'server-call.failed'
      readonly itemId: string
      readonly index: number
    }

/** All that it takes to answer, worked out when the reply starts. */
export interface ReplyRequest {
  readonly replyId: string
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
