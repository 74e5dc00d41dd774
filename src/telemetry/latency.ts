/** Latency: where the time of a turn went, by the clock of this process. */
import type { SessionEvent } from '../conversation/events.ts'
import { type TurnTimes, turnTimes as timesOf } from '../conversation/turn-times.ts'

/** Watches one session as it goes; `tell` is called once for each spoken turn, at the first audio (or text, or call) of its answer. */
export const turnTimes = (tell: (times: TurnTimes) => void): ((event: SessionEvent) => void) => {
  const see = timesOf(tell)
  return (event) => see(event, performance.now())
}
