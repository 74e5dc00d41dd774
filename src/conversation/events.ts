/** SessionEvent: what happened in a conversation, for those who tell it. */
import type { AudioFrame } from '../audio/frame.ts'
import type { Word } from '../engines/speech-to-text.ts'
import type { Trait } from '../engines/voice-profiler.ts'
import type { PlacedTag } from '../speaking/spoken.ts'
import type { SessionConfig } from './config.ts'
import type { BackchannelSkipped, Command, WordPlace } from './inputs.ts'
import type { Item, Part } from './item.ts'
import type { Refusal } from './refusal.ts'
import type { Reply } from './reply.ts'

interface Place {
  readonly replyId: string
  readonly itemId: string
  /** Of the item in the reply, from 0. */
  readonly index: number
}
interface PartPlace extends Place {
  readonly partIndex: number
}

/** What a transport tells that plays replies among the events of a session: their audio as it is let out, and that what was not heard is dropped. */
export type PlayedEvent =
  | SessionEvent
  | { readonly type: 'playback.audio'; readonly frame: AudioFrame }
  | { readonly type: 'playback.dropped' }

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
  | ({ readonly type: 'reply.word' } & WordPlace & PartPlace)
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
