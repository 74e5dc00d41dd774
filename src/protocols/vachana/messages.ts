/** Vachana speech-to-text: what goes over the wire, both ways. */
import { z } from 'zod'

/** The one text message that clients send. */
export const updateSettingsSchema = z.object({
  type: z.literal('update_settings'),
  bias: z.object({ list: z.array(z.unknown()) }),
})

interface Stamped {
  /** ISO 8601 in UTC with milliseconds. */
  readonly timestamp: string
}

/** What both kinds of final carry. */
export interface Segment extends Stamped {
  readonly text: string
  readonly audio_duration_ms: number
  readonly segment_id: string
  /** A decimal number; a string, as the reference client types it. */
  readonly segment_index: string
  /** Milliseconds from the end of speech to this message. */
  readonly latency: number
  readonly is_final: true
  readonly language?: string
  readonly detected_language?: string
}

/** `partial_transcript`, `final_transcript` and `utterance_id` only for clients that asked for partials. */
export type ServerEvent =
  | (Stamped & {
      readonly type: 'connected'
      readonly message: string
      readonly request_id: string
      readonly config: { readonly sample_rate: number; readonly chunk_size: number }
    })
  | (Stamped & { readonly type: 'speech_start'; readonly utterance_id?: string })
  | (Stamped & { readonly type: 'speech_end'; readonly utterance_id?: string })
  | (Stamped & { readonly type: 'processing' })
  | (Stamped & { readonly type: 'partial_transcript'; readonly utterance_id: string; readonly text: string })
  | (Segment & { readonly type: 'transcript' })
  | (Segment & { readonly type: 'final_transcript'; readonly utterance_id: string })
  | (Stamped & { readonly type: 'error'; readonly message: string; readonly error_code: string })

/** Error types of the REST documentation. */
export type ErrorType = 'INVALID_REQUEST_ERROR' | 'FORBIDDEN' | 'RATE_LIMIT_ERROR' | 'SERVICE_UNAVAILABLE' | 'API_ERROR'

/** Error codes of the gateway. */
export type GatewayCode =
  | 'MISSING_API_KEY'
  | 'UNAUTHORIZED'
  | 'BAD_REQUEST'
  | 'RATE_LIMITED'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_ERROR'

/** Both documented error shapes in one, since clients read either. */
export interface ErrorBody {
  readonly success: false
  readonly error: { readonly type: ErrorType; readonly message: string }
  readonly detail: { readonly error_code: GatewayCode; readonly message: string; readonly status_code: number }
}

export interface TranscriptBody {
  readonly success: true
  readonly request_id: string
  /** `YYYYMMDD_HHMMSS.mmm`. */
  readonly timestamp: string
  readonly transcript: string
  readonly model: string
  /** Seconds. */
  readonly processing_time: number
  /** Seconds. */
  readonly end_to_end_latency: number
  readonly language?: string
  readonly detected_language?: string
}
