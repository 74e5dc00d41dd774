/** Inworld speech-to-text: what goes over the wire, both ways. Keys are camelCase here; `camelKeys` comes first. */
import { z } from 'zod'

const number = z
  .union([
    z.number(),
    z
      .string()
      .trim()
      .regex(/^[-+]?\d+(\.\d+)?$/)
      .transform(Number),
  ])
  .optional()
  .catch(undefined)
const boolean = z.union([z.boolean(), z.stringbool()]).optional().catch(undefined)
const text = z.string().optional().catch(undefined)
const list = z.array(z.unknown()).optional().catch(undefined)

const providerBlock = z
  .object({
    minEndOfTurnSilenceWhenConfident: number,
    maxTurnSilence: number,
    vadThreshold: number,
    endOfTurnConfidenceThreshold: number,
    maxEndpointDelayMs: number,
    languageHints: list,
    context: z.object({ terms: list }).optional().catch(undefined),
  })
  .optional()
  .catch(undefined)

/** The settings of a session or a file. Fields of a wrong type count as absent; only `modelId` must be right. */
export const transcribeConfigSchema = z.object({
  modelId: z.string().trim().min(1),
  audioEncoding: z.unknown().optional(),
  language: text,
  sampleRateHertz: number,
  numberOfChannels: number,
  inactivityTimeoutSeconds: number,
  endOfTurnConfidenceThreshold: number,
  prompts: list,
  includeWordTimestamps: boolean,
  enableSpeakerDiarization: boolean,
  voiceProfileConfig: z.object({ enableVoiceProfile: boolean, topN: number }).optional().catch(undefined),
  inworldSttV1Config: providerBlock,
  assemblyaiConfig: providerBlock,
  sonioxConfig: providerBlock,
  inworldConfig: z.object({ voiceProfileThreshold: number }).optional().catch(undefined),
})

/** What `transcribeConfigSchema` gives. */
export type TranscribeConfig = z.infer<typeof transcribeConfigSchema>

export interface Label {
  readonly label: string
  readonly confidence: number
}

/** Each list best first; empty when nothing is known. */
export interface VoiceProfileBody {
  readonly age: readonly Label[]
  readonly emotion: readonly Label[]
  readonly pitch: readonly Label[]
  readonly vocalStyle: readonly Label[]
  readonly accent: readonly Label[]
  readonly gender?: readonly Label[]
  readonly environment?: readonly Label[]
}

export interface WordTimestamp {
  readonly word: string
  readonly confidence: number
  readonly startTimeMs: number
  readonly endTimeMs: number
  readonly speaker?: number
}

export interface Transcription {
  readonly transcript: string
  readonly isFinal: boolean
  readonly wordTimestamps: readonly WordTimestamp[]
  readonly voiceProfile?: VoiceProfileBody
  readonly silenceDurationMs?: number
  readonly language?: string
}

export interface Usage {
  readonly transcribedAudioMs: number
  readonly modelId: string
}

/** One server frame's `result`: exactly one key, never null. */
export type Result =
  | { readonly transcription: Transcription }
  | { readonly speechStarted: { readonly startTimeMs: number; readonly confidence: number } }
  | { readonly speechStopped: { readonly silenceDurationMs: number } }
  | { readonly usage: Usage }

/** What goes wrong, in gRPC's way: under `error` on the socket, at top level over HTTP. */
export interface Status {
  readonly code: number
  readonly message: string
  readonly details: readonly unknown[]
}
