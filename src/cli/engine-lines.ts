/** Engines as lines for people. */
import type { Readiness } from '../server/house.ts'
import { columns, type Terminal, wrap } from './terminal.ts'
import { traitName } from './voice-table.ts'

/** How people call the kinds of engine. */
const kindNames: Readonly<Record<string, string>> = {
  speechToText: 'speech to text',
  voiceActivity: 'voice activity',
  voiceProfiler: 'voice profile',
  speakerEncoder: 'who speaks',
  turnDetector: 'end of turn',
  languageModel: 'language model',
  textToSpeech: 'voice',
}

/** Each engine that serves or is missing, with how accurate it is and what is better. */
export const describeEngines = (engines: Readiness['engines'], { paint, columns: width }: Terminal): string => {
  const heads = engines.map(({ kind, id }) => `  ${kindNames[kind] ?? kind}  ${id}  `.length)
  const room = Math.max(40, width() - Math.max(...heads) - 4)
  return columns(
    engines.flatMap(({ kind, id, card, problem, traits = [] }) => {
      const name = kindNames[kind] ?? kind
      const tells = traits.length > 0 ? `Tells ${traits.map(traitName).join(', ')}.` : undefined
      const notes = [tells, card?.accuracy, card?.better].flatMap((note) =>
        note === undefined ? [] : wrap(note, room),
      )
      const lines =
        problem === undefined
          ? [card?.name ?? '', ...notes.map((note) => paint('dim', note))]
          : [paint('red', `missing: ${problem}`)]
      return lines.map((line, index) => (index === 0 ? [name, id, line] : ['', '', line]))
    }),
  )
}
