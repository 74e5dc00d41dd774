/** Messages of the Realtime wire, as far as this page looks at them. */
import type { TimestampInfo } from '../speech/word-times.ts'

export interface WireItem {
  readonly id: string
  readonly type: string
  readonly role?: string
  readonly status?: string
  readonly content?: readonly { readonly type: string; readonly text?: string; readonly transcript?: string | null }[]
  readonly call_id?: string
  readonly name?: string
  readonly arguments?: string
  readonly output?: string
}

/** Traits with their labels, named as on this wire: `vocal_style`. */
export type WireProfile = Readonly<Record<string, readonly { readonly label: string; readonly confidence: number }[]>>

export interface WireTiming {
  readonly gate_ms: number
  readonly recognizer_ms: number
  readonly decision_ms: number
  readonly model_ms: number
  readonly voice_ms: number
}

interface InItem {
  readonly item_id: string
}

export type ServerMessage =
  | ({ readonly type: 'input_audio_buffer.speech_started'; readonly audio_start_ms: number } & InItem)
  | ({ readonly type: 'input_audio_buffer.speech_stopped'; readonly audio_end_ms: number } & InItem)
  | { readonly type: 'conversation.item.added'; readonly item: WireItem }
  | ({
      readonly type: 'conversation.item.input_audio_transcription.completed'
      readonly transcript: string
      readonly providerData?: { readonly voiceProfile?: WireProfile }
    } & InItem)
  | ({ readonly type: 'conversation.item.input_audio_transcription.failed' } & InItem)
  | ({ readonly type: 'conversation.item.truncated'; readonly audio_end_ms: number } & InItem)
  | { readonly type: 'response.created'; readonly response: { readonly id: string } }
  | { readonly type: 'response.output_item.added'; readonly response_id: string; readonly item: WireItem }
  | ({
      readonly type: 'response.output_audio_transcript.delta' | 'response.output_text.delta'
      readonly delta: string
    } & InItem)
  | ({
      readonly type: 'response.output_audio.delta'
      readonly response_id: string
      readonly delta: string
      readonly timestampInfo?: TimestampInfo
    } & InItem)
  | ({ readonly type: 'response.output_audio.done'; readonly timestampInfo?: TimestampInfo } & InItem)
  | ({ readonly type: 'response.function_call_arguments.done'; readonly arguments: string } & InItem)
  | {
      readonly type: 'response.done'
      readonly response: {
        readonly id: string
        readonly status: string
        readonly status_details: { readonly error?: { readonly message?: string } } | null
        readonly output: readonly WireItem[]
      }
      readonly providerData?: { readonly timing?: WireTiming }
    }
  | { readonly type: 'error'; readonly error: { readonly message: string; readonly code?: string } }
  | { readonly type: 'output_audio_buffer.started' | 'output_audio_buffer.stopped' | 'output_audio_buffer.cleared' }
  | { readonly type: 'session.created' | 'session.updated' }
