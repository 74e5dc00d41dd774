/** Where the time of a turn went, from session events with the times at which they happened. */
import type { SessionEvent } from './events.ts'

/** Where the time between the end of what the user said and the answer went, in milliseconds. */
export interface TurnTimes {
  /** Silence that was waited for before the turn counted as over. */
  readonly gateMs: number
  /** From that decision to the words. */
  readonly recognizerMs: number
  /** From the words to the start of the reply. */
  readonly decisionMs: number
  /** From there to the model's first text or call. */
  readonly modelMs: number
  /** From there to the first audio; 0 for a written answer. */
  readonly voiceMs: number
  /** Answers that were prepared before the turn was over, since the last turn that was answered. */
  readonly prepared: number
  /** By how much the one that was given came sooner for that; undefined where none of them was. */
  readonly savedMs?: number
}

interface Turn {
  readonly itemId: string
  readonly gateMs: number
  readonly committedAt: number
  finalAt?: number
  replyId?: string
  startedAt?: number
  generatingAt?: number
  /** What is heard now only fills the silence until the answer. */
  filled?: boolean
}

/**
 * Watches one session; `tell` is called once for each spoken turn, at the first audio (or text, or call) of its answer. `at`
 * is when an event happened, in milliseconds on any clock.
 */
export const turnTimes = (
  tell: (times: TurnTimes, replyId: string) => void,
): ((event: SessionEvent, at: number) => void) => {
  let turn: Turn | undefined
  let prepared = 0
  let savedMs: number | undefined
  const answered = (at: number, spoken: boolean): void => {
    if (turn?.startedAt === undefined || turn.replyId === undefined) return
    const { gateMs, committedAt, startedAt, replyId } = turn
    const finalAt = Math.min(turn.finalAt ?? startedAt, startedAt)
    const generatingAt = turn.generatingAt ?? at
    turn = undefined
    const times = {
      gateMs: Math.round(gateMs),
      recognizerMs: Math.round(finalAt - committedAt),
      decisionMs: Math.round(startedAt - finalAt),
      modelMs: Math.round(generatingAt - startedAt),
      voiceMs: spoken ? Math.round(at - generatingAt) : 0,
      prepared,
      ...(savedMs !== undefined && { savedMs: Math.round(savedMs) }),
    }
    tell(times, replyId)
    prepared = 0
    savedMs = undefined
  }
  return (event, at) => {
    switch (event.type) {
      case 'audio.committed':
        savedMs = undefined
        turn = { itemId: event.itemId, gateMs: event.silenceMs, committedAt: at }
        break
      case 'transcript.final':
        if (turn?.itemId === event.itemId) turn.finalAt ??= at
        break
      case 'reply.prepared':
        prepared += 1
        savedMs = event.savedMs ?? savedMs
        break
      case 'reply.started':
        if (!turn || event.reply.outOfBand || turn.replyId !== undefined) break
        turn.replyId = event.reply.id
        turn.startedAt = at
        break
      case 'reply.generating':
        if (turn?.replyId === event.replyId) turn.generatingAt ??= at
        break
      case 'reply.audio':
      // Whoever is not told the audio is told this.
      case 'playback.started':
        if (turn?.replyId === event.replyId && !turn.filled) answered(at, true)
        break
      case 'reply.text':
        if (turn?.replyId !== event.replyId) break
        turn.filled = event.filler ?? false
        if (!event.spoken) answered(at, false)
        break
      case 'reply.call-done':
        if (turn?.replyId === event.replyId) answered(at, false)
        break
      case 'reply.finished':
        if (turn?.replyId === event.reply.id) turn = undefined
        break
      default:
    }
  }
}
