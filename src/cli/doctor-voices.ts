/** `parley doctor --voices`: what each voice here follows of an instruction, and what it does not. */
import type { VoiceAbilities } from '../server/listed-voices.ts'
import { columns, type Terminal, wrap } from './terminal.ts'

/** What people ask voices for and what none of those here can do. */
const beyondAll = 'singing, nasal voices, accents, rising and falling ends'

const list = (words: readonly string[]): string => words.join(', ') || 'nothing'
const lacking = (words: readonly string[]): string => (words.length === 0 ? '' : `not ${list(words)}`)

/** One line for each voice, and the sounds of each engine. */
export const showVoices = (found: readonly VoiceAbilities[], { out, paint, columns: width }: Terminal): void => {
  for (const { engine, problem, voices, sounds } of found) {
    out(`\n${paint('bold', engine)}\n`)
    if (problem !== undefined) {
      out(paint('red', `  missing: ${problem}\n`))
      continue
    }
    out(columns(voices.map(({ id, follows, lacks }) => [id, `follows ${list(follows)}`, lacking(lacks)])))
    const told = [`makes these sounds: ${list(sounds.made)}.`, `Passes over in silence: ${list(sounds.missing)}.`]
    for (const line of told.flatMap((text) => wrap(text, width() - 4))) out(`  ${paint('dim', line)}\n`)
  }
  out(`\nNone of them can do: ${beyondAll}. Whatever a voice cannot follow is left out, never read out.\n`)
}
