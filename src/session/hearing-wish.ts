/** HearingWish: what a session's settings ask of the listener. */
import type { SessionConfig, TurnDetection } from '../conversation/config.ts'
import { voiceUse } from '../conversation/user-voice.ts'
import type { GateSettings, TurnSettings } from '../listening/settings.ts'

/** Who listens. When it changes, another listener takes over. */
export interface ListenerWish {
  /** Recognizer as the client named it; empty: the server's own choice. */
  readonly model: string
  readonly languages: readonly string[]
  readonly voiceProfile: boolean
}

/** How it listens, which may change while it does. What is missing is as the operator set it. */
export interface HearingWish {
  readonly listener: ListenerWish
  readonly gate: Partial<GateSettings>
  readonly turns: Partial<TurnSettings>
  readonly terms: readonly string[]
}

/** A monologue is answered after this long, for recognizers cannot hold back for ever. */
const maxTurnMs = 60_000

/** For each eagerness the likelihood of the end that settles a turn at the least silence, and the most silence (see `turns.ts`). */
export const eagerness = {
  high: { minSilenceMs: 200, maxSilenceMs: 2000, confidence: 0.4 },
  medium: { minSilenceMs: 400, maxSilenceMs: 4000, confidence: 0.6 },
  auto: { minSilenceMs: 400, maxSilenceMs: 4000, confidence: 0.6 },
  low: { minSilenceMs: 700, maxSilenceMs: 8000, confidence: 0.8 },
} as const

const turnWish = (detection: TurnDetection | null): Pick<HearingWish, 'gate' | 'turns'> => {
  if (detection === null) return { gate: {}, turns: { mode: 'manual', maxTurnMs } }
  if (detection.type === 'semantic') {
    return { gate: {}, turns: { mode: 'automatic', maxTurnMs, ...eagerness[detection.eagerness] } }
  }
  const { threshold, prefixMs, silenceMs } = detection
  return {
    gate: { threshold, prefixMs },
    turns: { mode: 'automatic', maxTurnMs, minSilenceMs: silenceMs, maxSilenceMs: silenceMs, confidence: 0 },
  }
}

/** What the listener of a session with these settings must do. */
export const hearingWish = (config: SessionConfig): HearingWish => ({
  listener: {
    model: config.input.transcription?.model ?? '',
    languages: config.input.transcription?.languages ?? [],
    voiceProfile: config.voiceProfile === 'told' || Object.values(voiceUse(config)).includes(true),
  },
  ...turnWish(config.input.turnDetection),
  terms: config.input.transcription?.terms ?? [],
})
