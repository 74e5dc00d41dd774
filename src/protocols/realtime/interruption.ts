/** Realtime: how much must be said before it counts as an interruption; ours, under `providerData.interruption`. */
import type { Interruption } from '../../conversation/config.ts'
import { clamp, isObject } from '../wire-json.ts'
import type { Dialect } from './dialect.ts'

/** OpenAI's clients expect to hear at once; Inworld's, that a noise passes. */
export const usualInterruption: Readonly<Record<Dialect, Interruption>> = {
  openai: { minSpeechMs: 0, minWords: 0 },
  beta: { minSpeechMs: 0, minWords: 0 },
  inworld: { minSpeechMs: 200, minWords: 0 },
}

const mostSpeechMs = 5_000
const mostWords = 20

/** The change that `providerData.interruption` means: `min_speech_ms` and `min_words`; null is Inworld's usual. What makes no sense does nothing. */
export const readInterruption = (data: unknown): Partial<Interruption> => {
  if (!isObject(data) || !('interruption' in data)) return {}
  const { interruption } = data
  const usual = usualInterruption.inworld
  if (interruption === null) return usual
  if (!isObject(interruption)) return {}
  const read = (value: unknown, most: number, otherwise: number): number | undefined => {
    if (value === null) return otherwise
    return typeof value === 'number' && Number.isFinite(value) ? clamp(Math.round(value), 0, most) : undefined
  }
  const minSpeechMs = read(interruption.min_speech_ms, mostSpeechMs, usual.minSpeechMs)
  const minWords = read(interruption.min_words, mostWords, usual.minWords)
  return { ...(minSpeechMs !== undefined && { minSpeechMs }), ...(minWords !== undefined && { minWords }) }
}
