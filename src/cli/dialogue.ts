/** Both sides of a conversation in a terminal, or as plain lines in a pipe. */
import type { SessionEvent } from '../conversation/events.ts'
import type { TurnTimes } from '../conversation/turn-times.ts'
import type { Terminal } from './terminal.ts'

const clearLine = '\r\u001b[K'

const lineOf = ({ gateMs, recognizerMs, decisionMs, modelMs, voiceMs }: TurnTimes): string =>
  `silence ${gateMs} ms · recognizer ${recognizerMs} ms · decision ${decisionMs} ms · model ${modelMs} ms · voice ${voiceMs} ms`

/** Takes events in order, and the times of a turn when they are known. On a terminal the open turn is rewritten in place. */
export const dialogue = ({
  out,
  outIsTty,
  columns,
  paint,
}: Pick<Terminal, 'out' | 'outIsTty' | 'columns' | 'paint'>): {
  readonly event: (event: SessionEvent) => void
  readonly times: (times: TurnTimes) => void
} => {
  let said = ''
  let pending: TurnTimes | undefined
  const times = (turn: TurnTimes): void => {
    out(`${paint('dim', `  (${lineOf(turn)})`)}\n`)
  }
  const finish = (mark = ''): void => {
    if (said.trim() !== '') out(`${paint('cyan', 'Parley:')} ${said.trim()}${mark}\n`)
    said = ''
    if (pending) times(pending)
    pending = undefined
  }
  return {
    times: (turn) => {
      pending = turn
    },
    event: (event) => {
      switch (event.type) {
        case 'transcript.partial':
          if (outIsTty) out(`${clearLine}${paint('dim', event.text.slice(-(columns() - 1)))}`)
          break
        case 'transcript.final':
          if (outIsTty) out(clearLine)
          if (event.text !== '') out(`${paint('green', 'You:')} ${event.text}\n`)
          break
        case 'reply.text':
          said += event.delta
          break
        case 'reply.finished': {
          const { status, error } = event.reply
          if (status === 'failed') out(`${paint('red', 'No answer:')} ${error?.message ?? ''}\n`)
          finish(status === 'cancelled' ? ' …' : '')
          break
        }
        default:
      }
    },
  }
}
