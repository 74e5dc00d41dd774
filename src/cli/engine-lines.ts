/** Engines as lines for people. */
import type { Readiness } from '../server/server.ts'
import { columns, type Terminal } from './terminal.ts'

/** How people call the kinds of engine. */
const kindNames: Readonly<Record<string, string>> = {
  speechToText: 'speech to text',
  voiceActivity: 'voice activity',
  voiceProfiler: 'voice profile',
  turnDetector: 'end of turn',
}

/** One line per engine that serves or is missing, and one each on how accurate it is and on what is better. */
export const describeEngines = (engines: Readiness['engines'], { paint }: Terminal): string =>
  columns(
    engines.flatMap(({ kind, id, card, problem }) => {
      const name = kindNames[kind] ?? kind
      if (problem !== undefined) return [[name, id, paint('red', `missing: ${problem}`)]]
      const notes = [card?.accuracy, card?.better].filter((line) => line !== undefined)
      return [[name, id, card?.name ?? ''], ...notes.map((line) => ['', '', paint('dim', line)])]
    }),
  )
