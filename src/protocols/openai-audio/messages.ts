/** OpenAI's audio routes: what goes over the wire, both ways. */
import { z } from 'zod'

/** How a transcription may be written. */
export const responseFormats = ['json', 'text', 'verbose_json', 'srt', 'vtt', 'diarized_json'] as const

export type ResponseFormat = (typeof responseFormats)[number]

/** `chunking_strategy`, where it is more than `auto`. */
export const serverVadSchema = z.object({
  type: z.literal('server_vad'),
  threshold: z.number().min(0).max(1).optional(),
  prefix_padding_ms: z.number().min(0).max(10_000).optional(),
  silence_duration_ms: z.number().min(0).max(30_000).optional(),
})

export interface DurationUsage {
  readonly type: 'duration'
  readonly seconds: number
}

export interface JsonBody {
  readonly text: string
  readonly usage: DurationUsage
}

/** Times in seconds. */
export interface Segment {
  readonly id: number
  readonly seek: number
  readonly start: number
  readonly end: number
  readonly text: string
  readonly tokens: readonly number[]
  readonly temperature: number
  readonly avg_logprob: number
  readonly compression_ratio: number
  readonly no_speech_prob: number
  /** Where speakers are told apart. */
  readonly speaker?: string
}

/** What one speaker said. Times in seconds. */
export interface DiarizedSegment {
  readonly type: 'transcript.text.segment'
  readonly id: string
  readonly start: number
  readonly end: number
  readonly text: string
  readonly speaker: string
}

export interface DiarizedBody extends JsonBody {
  readonly task: 'transcribe'
  readonly duration: number
  readonly segments: readonly DiarizedSegment[]
}

export interface VerboseBody extends JsonBody {
  readonly task: 'transcribe'
  readonly language: string
  readonly duration: number
  readonly segments?: readonly Segment[]
  readonly words?: readonly {
    readonly word: string
    readonly start: number
    readonly end: number
    readonly speaker?: string
  }[]
}

export type StreamEvent =
  | DiarizedSegment
  | { readonly type: 'transcript.text.delta'; readonly delta: string }
  | { readonly type: 'transcript.text.done'; readonly text: string; readonly usage: DurationUsage }

export interface ErrorBody {
  readonly error: {
    readonly message: string
    readonly type: string
    readonly param: string | null
    readonly code: string | null
  }
}

/** OpenAI's fields, then what this server adds: the task, and the engine's card. */
export interface ModelBody {
  readonly id: string
  readonly object: 'model'
  readonly created: number
  readonly owned_by: string
  readonly task: string
  readonly name?: string
  readonly languages?: readonly string[]
  readonly detects_language?: boolean
  readonly accuracy?: string
  readonly cost?: number
  readonly better?: string
}
