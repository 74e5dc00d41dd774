/** A pause → has the speaker finished? */
import type { TurnSettings } from './settings.ts'

/**
 * Silence that ends a turn. `predicted` is the turn detector's likelihood of the end: where that is enough, the least
 * silence ends the turn; the further it is from enough, the longer the turn waits, up to the most silence. Without it
 * nothing but silence tells. Pauses inside turns have roughly exponential lengths, so after s milliseconds the turn is
 * over with likelihood 1 − exp(−s / 1000): one second leaves a third of a chance that it goes on.
 */
export const silenceNeededMs = (turns: TurnSettings, predicted?: number): number => {
  const { minSilenceMs, maxSilenceMs, confidence } = turns
  if (predicted === undefined)
    return Math.min(
      maxSilenceMs,
      Math.max(minSilenceMs, confidence < 1 ? -1000 * Math.log(1 - confidence) : maxSilenceMs),
    )
  const lacking = predicted >= confidence ? 0 : 1 - predicted / confidence
  return Math.min(maxSilenceMs, minSilenceMs + lacking * Math.max(0, maxSilenceMs - minSilenceMs))
}

/** Least silence at which a turn can end: a pause has to be noticed by then. */
export const leastSilenceMs = (turns: TurnSettings): number => Math.min(turns.minSilenceMs, turns.maxSilenceMs)

/** A mark can end a manual turn at any time; in most pauses it does not. */
const manualMs = 500

/** Silence that is still to come before the turn is likely to end. */
export const silenceLeftMs = (silenceMs: number, turns: TurnSettings): number =>
  turns.mode === 'manual' ? manualMs : Math.max(0, silenceNeededMs(turns) - silenceMs)

/** Whether this much silence ends the turn. `predicted` is the turn detector's likelihood of the end, if there is one. */
export const turnIsOver = async (
  silenceMs: number,
  turns: TurnSettings,
  predicted: Promise<number | undefined> | undefined,
): Promise<boolean> => {
  if (turns.mode === 'manual' || silenceMs < leastSilenceMs(turns)) return false
  if (silenceMs >= turns.maxSilenceMs || turns.confidence === 0) return true
  return silenceMs >= silenceNeededMs(turns, await predicted)
}
