/** Inworld speech-to-text: `transcribeConfig` → what is to be heard and what is to be told. */
import { VoiceError } from '../../errors.ts'
import type { AudioFormat, ListenStart } from '../../listening/commands.ts'
import type { GateSettings, TurnSettings } from '../../listening/settings.ts'
import { camelKeys, clamp, cleanTerms, isObject } from '../wire-json.ts'
import { type TranscribeConfig, transcribeConfigSchema } from './messages.ts'

/** A client's settings, read and checked. */
export interface InworldConfig {
  /** As the client wrote it, to be given back verbatim. */
  readonly modelId: string
  readonly start: ListenStart
  readonly wordTimestamps: boolean
  readonly speakers: boolean
  /** Absent when not asked for. */
  readonly voiceProfile?: { readonly topN: number; readonly leastConfidence: number }
}

const encodings: Readonly<Record<string, AudioFormat['encoding']>> = {
  // Clients put this name on WAV files too, so the first bytes decide.
  LINEAR16: 'auto',
  AUTO_DETECT: 'auto',
  WAV: 'wav',
  MP3: 'mp3',
  OGG_OPUS: 'ogg',
  FLAC: 'flac',
  MULAW: 'mulaw',
  ALAW: 'alaw',
}

const encodingOf = (name: unknown): AudioFormat['encoding'] => {
  if (name === undefined || name === null || name === '') return 'auto'
  const encoding = typeof name === 'string' ? encodings[name.toUpperCase()] : undefined
  if (encoding) return encoding
  throw new VoiceError('invalid_request', `audioEncoding must be one of ${Object.keys(encodings).join(', ')}.`, {
    param: 'audioEncoding',
  })
}

const providers = ['inworld', 'assemblyai', 'soniox'] as const

/** The turn settings of whichever provider block is there; clients send blocks that do not belong to their model. */
const blockOf = (config: TranscribeConfig) => {
  const blocks = {
    inworld: config.inworldSttV1Config,
    assemblyai: config.assemblyaiConfig,
    soniox: config.sonioxConfig,
  }
  const own = providers.find((provider) => config.modelId.startsWith(`${provider}/`))
  return (own && blocks[own]) ?? blocks.inworld ?? blocks.assemblyai ?? blocks.soniox ?? {}
}

const listening = (config: TranscribeConfig): { gate?: Partial<GateSettings>; turns?: Partial<TurnSettings> } => {
  const block = blockOf(config)
  const confidence = config.endOfTurnConfidenceThreshold ?? block.endOfTurnConfidenceThreshold
  const least = block.minEndOfTurnSilenceWhenConfident
  const most = block.maxTurnSilence ?? block.maxEndpointDelayMs
  const minSilenceMs = least === undefined ? undefined : clamp(Math.round(least), 0, 10_000)
  const maxSilenceMs =
    most === undefined && (minSilenceMs ?? 0) <= 2000
      ? undefined
      : clamp(Math.round(most ?? 0), Math.max(100, minSilenceMs ?? 0), 30_000)
  const threshold = block.vadThreshold === undefined ? undefined : clamp(block.vadThreshold, 0, 1)
  const manual = threshold === 0
  const gate: Partial<GateSettings> = {
    ...(threshold !== undefined && !manual && { threshold }),
    ...(minSilenceMs !== undefined && minSilenceMs < 200 && { pauseMs: Math.max(50, minSilenceMs) }),
  }
  const turns: Partial<TurnSettings> = {
    ...(manual && { mode: 'manual', maxTurnMs: 30_000 }),
    ...(confidence !== undefined && { confidence: clamp(confidence, 0, 1) }),
    ...(minSilenceMs !== undefined && { minSilenceMs }),
    ...(maxSilenceMs !== undefined && { maxSilenceMs }),
  }
  return { ...(Object.keys(gate).length > 0 && { gate }), ...(Object.keys(turns).length > 0 && { turns }) }
}

const plausible = (language: unknown): language is string =>
  typeof language === 'string' && /^[a-z]{2,3}([-_][a-z0-9]+)*$/i.test(language)

const languagesOf = (config: TranscribeConfig): readonly string[] => {
  const hints = config.language?.trim() ? [config.language.trim()] : (config.sonioxConfig?.languageHints ?? [])
  return hints.filter(plausible).slice(0, 20)
}

/** Reads a raw `transcribeConfig`. Throws `invalid_request` when it names no model or an encoding nobody knows. */
export const readConfig = (raw: unknown): InworldConfig => {
  if (!isObject(raw)) throw new VoiceError('invalid_request', 'transcribeConfig must be an object.')
  const parsed = transcribeConfigSchema.safeParse(camelKeys(raw))
  if (!parsed.success)
    throw new VoiceError('invalid_request', 'transcribeConfig.modelId is required.', { param: 'modelId' })
  const config = parsed.data
  // Trimming was for the check only: clients compare what comes back with what they sent.
  const modelId = String(raw.modelId ?? raw.model_id)
  const profile = config.voiceProfileConfig
  return {
    modelId,
    start: {
      model: config.modelId,
      format: {
        encoding: encodingOf(config.audioEncoding),
        sampleRate: clamp(Math.round(config.sampleRateHertz || 16_000), 4000, 192_000),
        channels: clamp(Math.round(config.numberOfChannels || 1), 1, 8),
      },
      settings: {
        languages: languagesOf(config),
        terms: cleanTerms([...(config.prompts ?? []), ...(config.sonioxConfig?.context?.terms ?? [])]),
        partials: true,
        finalBudgetMs: 500,
        alternatives: 0,
        ...listening(config),
      },
      voiceProfile: profile?.enableVoiceProfile === true,
      diarize: config.enableSpeakerDiarization === true,
      gapMs: 0,
      languageHint: true,
      inactivityMs: Math.round(clamp(config.inactivityTimeoutSeconds ?? 0, 0, 86_400) * 1000),
    },
    wordTimestamps: config.includeWordTimestamps === true,
    speakers: config.enableSpeakerDiarization === true,
    ...(profile?.enableVoiceProfile === true && {
      voiceProfile: {
        topN: clamp(Math.round(profile.topN ?? 10), 1, 20),
        leastConfidence: clamp(config.inworldConfig?.voiceProfileThreshold ?? 0, 0, 1),
      },
    }),
  }
}
