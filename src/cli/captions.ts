/** What is heard → captions in a terminal, or plain lines in a pipe. */
import type { Trait } from '../engines/voice-profiler.ts'
import type { Heard } from '../listening/heard.ts'
import { runLine, speakerRuns } from '../protocols/speaker-runs.ts'
import type { Terminal } from './terminal.ts'
import { briefVoice, voiceLine } from './voice-table.ts'

const clearLine = '\r\u001b[K'

/** The end of a text, in at most `width` characters. */
const tail = (text: string, width: number): string => {
  const characters = [...text]
  return characters.length <= width ? text : `…${characters.slice(characters.length - width + 1).join('')}`
}

/** Its beginning. */
const head = (text: string, width: number): string => {
  const characters = [...text]
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`
}

/** A turn without a final. */
interface Turn {
  text: string
  traits: readonly Trait[]
}

/** The least of a line that is left to the words beside the voice. */
const leastWords = 20

/**
 * Takes events in order. On a terminal the open turn is rewritten in place, with what the voice is like behind the words;
 * elsewhere finished turns appear, and each new profile on a line of its own.
 */
export const captions = (
  terminal: Pick<Terminal, 'out' | 'outIsTty' | 'columns' | 'paint'>,
): ((heard: Heard) => void) => {
  const { out, outIsTty, paint } = terminal
  /** Turns without a final, in their order: the next may begin before the last one is through. */
  const turns = new Map<number, Turn>()
  const turn = (utterance: number): Turn => {
    const known = turns.get(utterance) ?? { text: '', traits: [] }
    turns.set(utterance, known)
    return known
  }
  const draw = (): void => {
    const open = [...turns.values()].at(-1)
    if (!outIsTty || !open) return
    const width = terminal.columns() - 1
    const brief = briefVoice(open.traits)
    const voice = brief === '' ? '' : `  [${head(brief, width - leastWords - 4)}]`
    out(`${clearLine}${paint('dim', tail(open.text, width - voice.length) + voice)}`)
  }
  return (heard) => {
    switch (heard.type) {
      case 'speech.started':
        turn(heard.utterance).text = '…'
        draw()
        return
      case 'transcript.partial':
        turn(heard.utterance).text = heard.text
        draw()
        return
      case 'voice.profiled':
        turn(heard.utterance).traits = heard.traits
        if (outIsTty) draw()
        else out(`${(heard.endMs / 1000).toFixed(1)} s  ${voiceLine(heard.traits)}\n`)
        return
      case 'transcript.final': {
        const voice = voiceLine(turn(heard.utterance).traits)
        turns.delete(heard.utterance)
        if (outIsTty) out(clearLine)
        if (heard.text !== '') for (const run of speakerRuns(heard)) out(`${runLine(run)}\n`)
        if (outIsTty && voice !== '') out(`${paint('dim', `  [${voice}]`)}\n`)
        draw()
        return
      }
      case 'speech.lasted':
      case 'speech.stopped':
      case 'speech.resumed':
      case 'turn.likely':
      case 'turn.unlikely':
      case 'turn.ended':
      case 'marked':
      case 'speakers.settled':
        return
      default:
        heard satisfies never
    }
  }
}
