/** What listening is given: engines, how the gate and turns behave, and what may change while it runs. */
import type { AudioFrame } from '../audio/frame.ts'
import type { SpeakerEncoder } from '../engines/speaker-encoder.ts'
import type { SpeakerSegmentation } from '../engines/speaker-segmentation.ts'
import type { SpeechToText } from '../engines/speech-to-text.ts'
import type { TurnDetector } from '../engines/turn-detector.ts'
import type { VoiceActivity } from '../engines/voice-activity.ts'
import type { VoiceProfiler } from '../engines/voice-profiler.ts'
import type { KnownSpeaker } from './known-speakers.ts'

/** When speech counts as started and stopped. */
export interface GateSettings {
  /** Likelihood of speech, 0…1, that opens the gate; it closes 0.15 below. */
  readonly threshold: number
  /** Audio before the start of speech that the recognizer is given too. */
  readonly prefixMs: number
  /** Speech shorter than this opens nothing. */
  readonly minSpeechMs: number
  /** Silence after which speech counts as stopped: a pause, not yet the end of a turn. */
  readonly pauseMs: number
  /** Lengths of speech that are told of when it reaches them, by `speech.lasted`; the shortest first. */
  readonly lastingMs: readonly number[]
}

/** When a pause is the end of a turn. Without a turn detector the likelihood grows with the silence alone (see `turns.ts`). */
export interface TurnSettings {
  /** `manual`: only marks and `maxTurnMs` end a turn, and no `speech.*` or silence does. */
  readonly mode: 'automatic' | 'manual'
  /** Least silence that can end a turn. */
  readonly minSilenceMs: number
  /** Likelihood of the end, 0…1, that is needed at `minSilenceMs` and later. 0: `minSilenceMs` alone decides. */
  readonly confidence: number
  /** Silence that ends any turn. */
  readonly maxSilenceMs: number
  /** A turn of this length is ended at its quietest recent place, and the next begins there. */
  readonly maxTurnMs: number
}

/** What may change while a stream runs. */
export interface ListenChange {
  readonly gate?: Partial<GateSettings>
  readonly turns?: Partial<TurnSettings>
  /** Replaces the custom vocabulary, from the next utterance on. */
  readonly terms?: readonly string[]
}

export interface ListenSettings {
  readonly engines: {
    readonly speechToText: SpeechToText
    readonly voiceActivity: VoiceActivity
    readonly turnDetector?: TurnDetector
    readonly voiceProfiler?: VoiceProfiler
    /** Where nobody is to be told of the voice: a profiler of which the language alone counts. */
    readonly languageIdentifier?: VoiceProfiler
    /** Notices, beside a profiler, that another voice goes on: its profile begins anew. */
    readonly voiceComparison?: SpeakerEncoder
    /** Tells speakers apart; without it words have no speakers. */
    readonly speakerEncoder?: SpeakerEncoder
    /** Finds who speaks when in a recording, two at once included; beside the encoder, where a final has all the time it takes. */
    readonly speakerSegmentation?: SpeakerSegmentation
  }
  readonly gate: GateSettings
  readonly turns: TurnSettings
  /** Languages that may be spoken, best guess first. Empty: the recognizer's own choice. */
  readonly languages: readonly string[]
  readonly terms: readonly string[]
  readonly partials: boolean
  /** How long a final may take after the decision, in wall time. Infinity for files: always the best hearing. */
  readonly finalBudgetMs: number
  readonly alternatives: number
  /** Most speakers that are told apart; missing: as many as there are. */
  readonly maxSpeakers?: number
  /** Who is to be called by name where speakers are told apart; their voiceprints live as long as this listening. */
  readonly knownSpeakers?: readonly KnownSpeaker[]
}

/** Rides along with the audio: end the open turn here, and answer `marked` once its final has been given. */
export interface Mark {
  readonly mark: number
}

/** Rides along with the audio: from here on it is, or no longer is, nothing but what was played to the speaker. That is no speech. */
export interface EchoMark {
  readonly echo: boolean
}

export type ListenInput = AudioFrame | Mark | EchoMark | { readonly change: ListenChange }

export const defaultGate: GateSettings = {
  threshold: 0.5,
  prefixMs: 300,
  minSpeechMs: 100,
  pauseMs: 200,
  lastingMs: [],
}

export const defaultTurns: TurnSettings = {
  mode: 'automatic',
  minSilenceMs: 400,
  confidence: 0.5,
  maxSilenceMs: 2000,
  maxTurnMs: 30_000,
}
