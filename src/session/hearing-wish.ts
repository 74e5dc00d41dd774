/** HearingWish: what a session's settings ask of the listener. */
import { given, type SessionConfig, turnDetectionOf } from '../conversation/config.ts'
import { lengthsThatMatter } from '../conversation/undecided.ts'
import { voiceUse } from '../conversation/user-voice.ts'
import type { Noise } from '../listening/commands.ts'
import { defaultTurns, type GateSettings, type TurnSettings } from '../listening/settings.ts'

/** Who listens. When it changes, another listener takes over. */
export interface ListenerWish {
  /** Recognizer as the client named it; empty: the server's own choice. */
  readonly model: string
  readonly languages: readonly string[]
  readonly voiceProfile: boolean
  readonly noise: Noise
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

const turnWish = (config: SessionConfig): Pick<HearingWish, 'gate' | 'turns'> => {
  const detection = turnDetectionOf(config)
  if (detection === null) return { gate: {}, turns: { mode: 'manual', maxTurnMs } }
  const { threshold, ...overrides } = config.input.turnOverrides
  const gate = threshold === null ? {} : { threshold }
  const automatic = { mode: 'automatic', maxTurnMs } as const
  if (detection.type === 'semantic') {
    const turns = { ...eagerness[detection.eagerness], ...given(overrides) }
    return { gate, turns: { ...automatic, ...turns, ...mostSilence(turns, overrides) } }
  }
  const { threshold: usual, prefixMs, silenceMs } = detection
  const turns = { confidence: 0, minSilenceMs: silenceMs, maxSilenceMs: silenceMs, ...given(overrides) }
  // Who asks for confidence lets an unlikely end wait longer than that silence.
  const waits = overrides.confidence ? Math.max(turns.maxSilenceMs, defaultTurns.maxSilenceMs) : turns.maxSilenceMs
  const most = mostSilence({ ...turns, maxSilenceMs: waits }, overrides)
  return { gate: { threshold: usual, prefixMs, ...gate }, turns: { ...automatic, ...turns, ...most } }
}

/** The most silence where only the least was asked for: never less than that. */
const mostSilence = (
  { minSilenceMs, maxSilenceMs }: Pick<TurnSettings, 'minSilenceMs' | 'maxSilenceMs'>,
  asked: { readonly maxSilenceMs: number | null },
): Pick<TurnSettings, 'maxSilenceMs'> => ({ maxSilenceMs: asked.maxSilenceMs ?? Math.max(minSilenceMs, maxSilenceMs) })

/** What the listener of a session with these settings must do; `paced`: the session plays its replies itself. */
export const hearingWish = (config: SessionConfig, paced = false): HearingWish => {
  const { transcription, interruption } = config.input
  const { gate, turns } = turnWish(config)
  return {
    listener: {
      model: transcription?.model ?? '',
      languages: transcription?.languages ?? [],
      voiceProfile: config.voiceProfile === 'told' || Object.values(voiceUse(config)).includes(true),
      noise: config.input.noiseReduction ?? 'none',
    },
    gate: { ...gate, lastingMs: lengthsThatMatter(interruption.minSpeechMs, paced) },
    turns,
    terms: transcription?.terms ?? [],
  }
}
