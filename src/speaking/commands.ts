/** What a client of a speaking wire can ask, and what it can be told: the two sides that a speaking codec converts. */
import type { VoiceError } from '../errors.ts'
import type { Spoken } from './spoken.ts'
import type { BufferRules } from './text-buffer.ts'

/** How a context is spoken. */
export interface ContextSettings {
  /** As the client named them; empty: the server's own choice. */
  readonly voice: { readonly voice: string; readonly model: string; readonly language: string }
  /** 1 is the voice's own speed. */
  readonly speed: number
  /** How strongly instructions are followed: 1 as they ask. */
  readonly expression: number
  readonly format: 'pcm' | 'mulaw' | 'alaw' | 'opus' | 'flac' | 'mp3'
  /** Hz. */
  readonly sampleRate: number
  /** Bits in a second, for formats that lose something. */
  readonly bitRate: number
  readonly buffer: BufferRules
  /** Longest time that text waits for more of it. */
  readonly mostWaitMs: number
}

/** A context is one text that is being written, spoken in its order; others are spoken at the same time. */
export type SpeakCommand =
  | { readonly type: 'context.open'; readonly context: string; readonly settings: ContextSettings }
  /** Any part of the text, half words too. */
  | { readonly type: 'text.append'; readonly context: string; readonly text: string }
  /** What waits is to be spoken now. */
  | { readonly type: 'text.flush'; readonly context: string }
  /** What waits is spoken as before. */
  | { readonly type: 'context.change'; readonly context: string; readonly settings: ContextSettings }
  /** No more text: what waits is spoken. Where nothing waits and no flush was asked for, or at the second time: silence. */
  | { readonly type: 'context.close'; readonly context: string }
  /** The client is still there. */
  | { readonly type: 'session.keep' }
  /** What makes no sense comes through the one line, so that its refusal keeps its place. */
  | { readonly type: 'nonsense'; readonly context?: string; readonly refusal: Refusal; readonly message: string }

/** Why something was not done. */
export type Refusal = 'malformed' | 'unknown-context' | 'duplicate-context' | 'too-many-contexts' | 'too-much'

/** Per context: `context.opened`, then speech and `text.flushed` in turn, then `context.closed` as its last. */
export type SpeakEvent =
  | { readonly type: 'context.opened' | 'context.changed' | 'context.closed'; readonly context: string }
  /** A run of bytes, and what began to be said since the run before. Times and places in the text begin anew after each flush. */
  | {
      readonly type: 'speech.spoken'
      readonly context: string
      readonly bytes: Uint8Array
      readonly said: readonly Exclude<Spoken, { type: 'audio' }>[]
      /** Of the text that is being spoken. */
      readonly characters: number
    }
  /** All that was to be spoken before it has been told. */
  | { readonly type: 'text.flushed'; readonly context: string }
  /** It is closed next. */
  | {
      readonly type: 'context.failed'
      readonly context: string
      readonly code: VoiceError['code']
      readonly message: string
    }
  | {
      readonly type: 'command.refused'
      readonly context?: string
      readonly refusal: Refusal
      readonly message: string
    }
