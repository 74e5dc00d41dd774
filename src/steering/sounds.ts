/** A word for a sound, in any form → the sound. */
import { otherForms, soundGroups } from './sound-names.ts'

/** The name of a sound that is no word. */
export type SoundName = (typeof soundGroups)[keyof typeof soundGroups][number]

/** All names of sounds. */
export const soundNames: readonly SoundName[] = Object.values(soundGroups).flat()

/** English forms of a verb. */
const formsOf = (verb: string): string[] => {
  if (/e$/.test(verb)) return [verb, `${verb}s`, `${verb}d`, `${verb.slice(0, -1)}ing`]
  const s = /(s|sh|ch|x|z)$/.test(verb) ? 'es' : 's'
  const doubled = /^[^aeiou]*[aeiou][^aeiouwxy]$/.test(verb) ? verb + verb.at(-1) : verb
  return [verb, verb + s, `${doubled}ed`, `${doubled}ing`]
}

/** Without spaces: those do not count. */
const compact = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase()

const known = new Map<string, SoundName>(
  soundNames.flatMap((name): [string, SoundName][] => {
    const [first = '', ...rest] = name.split(' ')
    // The verb is the first word of “clear throat”, the last of “lip smack”.
    const forms =
      name === 'clear throat' || rest.length === 0
        ? formsOf(first).map((form) => [form, ...rest].join(' '))
        : formsOf(rest.join(' ')).map((form) => `${first} ${form}`)
    return [...forms, ...(otherForms[name] ?? [])].map((form) => [compact(form), name])
  }),
)

/** Words that change nothing about which sound it is. */
const filler = /\b(?:a|an|the|his|her|their|its|my|your)\b/gi

/** The sound that a text names in whatever form; undefined when it is something else. */
export const soundOf = (text: string): SoundName | undefined =>
  known.get(compact(text)) ?? known.get(compact(text.replace(/[_-]/g, ' ').replace(filler, '')))
