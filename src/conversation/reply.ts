/** Reply: the assistant's turn as clients see it. */
import type { WireFormat } from './config.ts'
import type { Item } from './item.ts'

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
