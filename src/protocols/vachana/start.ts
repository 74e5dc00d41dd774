/** Vachana speech-to-text: the upgrade request → what is to be heard. All settings travel there. */
import { VoiceError } from '../../errors.ts'
import type { ListenStart } from '../../listening/commands.ts'
import type { Headers } from '../answer.ts'
import { isTrue } from '../answer.ts'
import { clamp } from '../wire-json.ts'
import { languagesOf } from './languages.ts'

/** What an upgrade request asks for. */
export interface VachanaStart {
  readonly start: ListenStart
  /** The client's own id for the connection, if it has one. */
  readonly requestId?: string
  /** Whether the client understands partial results. */
  readonly partials: boolean
}

/** Models have no name on this wire; this one stands for whatever the operator gives it. */
export const vachanaModel = 'vachana/prisma-v2.5'

const sampleRates = [8000, 16_000, 44_100, 48_000]

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined

/** What the operator says where the client is silent, in milliseconds. */
export interface VachanaDefaults {
  readonly minSilenceMs: number
  readonly gapMs: number
  readonly maxSegmentMs: number
}

const usual: VachanaDefaults = { minSilenceMs: 440, gapMs: 500, maxSegmentMs: 30_000 }

/** Reads the upgrade request; query parameters of the same names serve browsers. A bad sample rate is `invalid_request`. */
export const vachanaStart = (headers: Headers, query: URLSearchParams, defaults = usual): VachanaStart => {
  const setting = (name: string): string | undefined => headers[name]?.trim() || query.get(name)?.trim() || undefined
  const rate = setting('x-sample-rate')
  const sampleRate = rate === undefined ? 16_000 : numberOf(rate)
  if (sampleRate === undefined || !sampleRates.includes(sampleRate))
    throw new VoiceError('invalid_request', `x-sample-rate must be one of ${sampleRates.join(', ')}.`, {
      param: 'x-sample-rate',
    })
  const minSilenceMs = clamp(Math.round(numberOf(setting('x-min-silence-ms')) ?? defaults.minSilenceMs), 100, 10_000)
  const threshold = clamp(numberOf(setting('x-vad-threshold')) ?? 0.5, 0.05, 0.95)
  const requestId = setting('x-api-request-id')?.slice(0, 200)
  const partials = isTrue(setting('x-partials'))
  return {
    start: {
      model: vachanaModel,
      // `auto` because a WAV header at the start is to be passed over.
      format: { encoding: 'auto', sampleRate, channels: 1 },
      settings: {
        languages: languagesOf(setting('lang_code'), setting('preferred_language')),
        terms: [],
        partials,
        // Clients hang up 1.0 s after their last audio, of which `gapMs` is gone by then.
        finalBudgetMs: 300,
        alternatives: 0,
        gate: { threshold, pauseMs: Math.min(150, minSilenceMs) },
        turns: {
          mode: 'automatic',
          minSilenceMs,
          confidence: 0,
          maxSilenceMs: Math.max(2000, minSilenceMs),
          maxTurnMs: defaults.maxSegmentMs,
        },
      },
      voiceProfile: false,
      gapMs: defaults.gapMs,
      inactivityMs: 0,
    },
    ...(requestId !== undefined && { requestId }),
    partials,
  }
}
