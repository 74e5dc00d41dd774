/** What is heard → captions in a terminal, or plain lines in a pipe. */
import type { Heard } from '../listening/heard.ts'
import { runLine, speakerRuns } from '../protocols/speaker-runs.ts'
import type { Terminal } from './terminal.ts'

const clearLine = '\r\u001b[K'

/** The end of a text, in at most `width` characters. */
const tail = (text: string, width: number): string => {
  const characters = [...text]
  return characters.length <= width ? text : `…${characters.slice(characters.length - width + 1).join('')}`
}

/** Takes events in order. On a terminal the open turn is rewritten in place; elsewhere only finished turns appear. */
export const captions = (
  terminal: Pick<Terminal, 'out' | 'outIsTty' | 'columns' | 'paint'>,
): ((heard: Heard) => void) => {
  const { out, outIsTty, paint } = terminal
  return (heard) => {
    switch (heard.type) {
      case 'transcript.partial':
        if (outIsTty) out(`${clearLine}${paint('dim', tail(heard.text, terminal.columns() - 1))}`)
        return
      case 'transcript.final':
        if (outIsTty) out(clearLine)
        if (heard.text !== '') for (const run of speakerRuns(heard)) out(`${runLine(run)}\n`)
        return
      case 'speech.started':
        if (outIsTty) out(`${clearLine}${paint('dim', '…')}`)
        return
      case 'speech.lasted':
      case 'speech.stopped':
      case 'speech.resumed':
      case 'turn.likely':
      case 'turn.unlikely':
      case 'turn.ended':
      case 'voice.profiled':
      case 'marked':
        return
      default:
        heard satisfies never
    }
  }
}
