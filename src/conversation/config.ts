/** SessionConfig: what a client may set, and how a change is merged into it. */
import type { Caching, Sampling, Tool, ToolChoice } from '../engines/language-model.ts'
import type { Rendering } from '../speaking/rendering.ts'
import type { BackchannelConfig, MemoryConfig, ResponsivenessConfig } from './attendant-config.ts'
import type { ServerTool } from './server-tool.ts'

/** Raw audio on the wire, mono. */
export interface WireFormat {
  readonly encoding: 'pcm16' | 'float32' | 'mulaw' | 'alaw'
  /** Hz. */
  readonly sampleRate: number
}

export type Eagerness = 'low' | 'medium' | 'high' | 'auto'

interface TurnReaction {
  /** Whether the end of a turn is answered. */
  readonly createReply: boolean
  /** Whether speech stops a running reply. */
  readonly interruptReply: boolean
}

/** How the server finds the end of a turn. */
export type TurnDetection = TurnReaction &
  (
    | {
        readonly type: 'silence'
        /** Likelihood of speech, 0…1, that counts as speech. */
        readonly threshold: number
        readonly prefixMs: number
        /** Silence that ends a turn. */
        readonly silenceMs: number
        /** Silence after a reply was heard until the user is spoken to unasked; null: never. */
        readonly idleMs: number | null
      }
    | { readonly type: 'semantic'; readonly eagerness: Eagerness }
  )

/** What is null is as it is by default. */
export type OrDefault<T> = { readonly [Key in keyof T]?: T[Key] | null }

/** What counts in place of what the turn detection says of it; null: as that says. */
export interface TurnOverrides {
  /** Likelihood of speech, 0…1, that counts as speech; 0: the client says when a turn is over. */
  readonly threshold: number | null
  /** Likelihood of the end, 0…1, that settles a turn at the least silence. */
  readonly confidence: number | null
  readonly minSilenceMs: number | null
  readonly maxSilenceMs: number | null
}

/** How much must be said before it counts: less is told to nobody, and stops no reply. */
export interface Interruption {
  /** Speech without a pause. 0: the gate's opening is enough. */
  readonly minSpeechMs: number
  /** Words that are more than a backchannel, while a reply is being heard. 0: none are waited for. */
  readonly minWords: number
}

/** What is left out when the conversation grows beyond what a model can take. */
export type Truncation =
  | { readonly type: 'auto' }
  | { readonly type: 'disabled' }
  /** Drops the oldest until this share, 0…1, of the limit is used. `maxTokens`: limit after instructions and tools. */
  | { readonly type: 'ratio'; readonly ratio: number; readonly maxTokens?: number }

export interface TranscriptionConfig {
  /** As the client named it. */
  readonly model: string
  readonly languages: readonly string[]
  readonly terms: readonly string[]
}

/** Which tools must be used, those of a server among them. */
export type SessionToolChoice = ToolChoice | { readonly server: string; readonly tool?: string }

/** Everything is always there: a codec fills in its dialect's defaults when the session opens. */
export interface SessionConfig {
  /** `transcription`: nobody answers. Fixed when the session opens. */
  readonly kind: 'conversation' | 'transcription'
  /** Language model as the client named it; empty: the server's own choice. */
  readonly model: string
  readonly modalities: { readonly audio: boolean; readonly text: boolean }
  readonly instructions: string
  readonly input: {
    readonly format: WireFormat
    readonly noiseReduction: 'near' | 'far' | null
    /** Null: the user's words are not told to the client; they are heard all the same. */
    readonly transcription: TranscriptionConfig | null
    /** Null: the client says when a turn is over. */
    readonly turnDetection: TurnDetection | null
    readonly turnOverrides: TurnOverrides
    readonly interruption: Interruption
  }
  readonly output: {
    readonly format: WireFormat
    /** As the client named it; empty: the server's own choice. */
    readonly voice: string
    /** Model of the voice as the client named it; empty: the server's own choice. */
    readonly model: string
    /** 1 is the voice's own speed. */
    readonly speed: number
    /** BCP-47; empty: the voice's own. */
    readonly language: string
    readonly rendering: Rendering
  }
  /** Those that the client runs. */
  readonly tools: readonly Tool[]
  readonly serverTools: readonly ServerTool[]
  readonly toolChoice: SessionToolChoice
  readonly parallelTools: boolean
  /** Null: no limit. */
  readonly maxTokens: number | null
  readonly sampling: Sampling
  /** What counts in place of `sampling` and `maxTokens`. */
  readonly samplingOverrides: OrDefault<Sampling & { readonly maxTokens?: number }>
  /** Whether providers are asked to keep what comes again with each request; null: not. */
  readonly caching: OrDefault<Caching> | null
  readonly truncation: Truncation
  /** The result of a tool is answered without being asked (Inworld's dialect). */
  readonly answerToolResults: boolean
  /** What the user's voice is like: told to the client with the words, only used here (`voiceUse`), or not looked at. */
  readonly voiceProfile: 'told' | 'used' | 'off'
  readonly voiceUse: {
    /** The language model is told of it, with the user's words. */
    readonly notes: boolean
    /** Replies follow its manner; until a client names a voice. */
    readonly manner: boolean
    /** Replies follow its pace; until a client names a speed. */
    readonly pace: boolean
  }
  /** Null: none of it was asked for. */
  readonly memory: MemoryConfig | null
  readonly backchannel: BackchannelConfig | null
  readonly responsiveness: ResponsivenessConfig | null
  /** What the client said of itself and the session, for routers; null takes away. */
  readonly metadata: Readonly<Record<string, string | null>> | null
  /** Who speaks, as the client calls them; for routers. */
  readonly user: string
  /** Whether an answer is prepared at a likely end of a turn; null: as the operator set it. */
  readonly earlyStart: boolean | null
  /** What the dialect must give back but nothing acts on, by its wire name. Kept and merged, never read. */
  readonly extras: Readonly<Record<string, unknown>>
  /** The same, but the first value stays. */
  readonly fixed: Readonly<Record<string, unknown>>
}

/** All as the turn detection says. */
export const noTurnOverrides: TurnOverrides = {
  threshold: null,
  confidence: null,
  minSilenceMs: null,
  maxSilenceMs: null,
}

/** How the end of a turn is found; null: the client says when it is over. */
export const turnDetectionOf = ({ input }: Pick<SessionConfig, 'input'>): TurnDetection | null =>
  input.turnOverrides.threshold === 0 ? null : input.turnDetection

/** The fields that are set. */
export const given = <T extends object>(
  fields: T | null,
): { readonly [Key in keyof T]?: Exclude<T[Key], null | undefined> } =>
  Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value != null)) as {
    readonly [Key in keyof T]?: Exclude<T[Key], null | undefined>
  }

/** Key of a patch under which lies what it is merged into where there is nothing of its type yet. */
export const otherwise: unique symbol = Symbol('otherwise')

/** Key of a patch that says that it replaces what is there. */
export const whole: unique symbol = Symbol('whole')

/** A change: what is missing stays; arrays, null and plain values replace; objects are merged. */
export type Patch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Patch<T[K]> } & { readonly [otherwise]?: T; readonly [whole]?: true }
    : T
export type ConfigPatch = Patch<Omit<SessionConfig, 'kind'>>

/** The patch without what is fixed already, and the names of that. */
export const withoutFixed = (
  patch: ConfigPatch,
  { fixed }: SessionConfig,
): { readonly patch: ConfigPatch; readonly ignored: readonly string[] } => {
  const entries = Object.entries(patch.fixed ?? {})
  const ignored = entries.filter(([name, value]) => Object.hasOwn(fixed, name) && fixed[name] !== value)
  const news = entries.filter(([name]) => !Object.hasOwn(fixed, name))
  return { patch: { ...patch, fixed: Object.fromEntries(news) }, ignored: ignored.map(([name]) => name) }
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `value` with `patch` merged in. An object of another `type` replaces the old one whole. */
export const merge = <T>(value: T, patch: unknown): T => {
  if (patch === undefined) return value
  if (!isPlain(patch)) return patch as T
  let base: unknown = (patch as { readonly [whole]?: true })[whole] ? undefined : value
  if (!isPlain(base) || (patch.type !== undefined && base.type !== undefined && patch.type !== base.type))
    base = (patch as { readonly [otherwise]?: unknown })[otherwise]
  const merged: Record<string, unknown> = isPlain(base) ? { ...base } : {}
  for (const [key, part] of Object.entries(patch)) merged[key] = merge(merged[key], part)
  return merged as T
}
