/** What is made of the impression of a voice: a note for the language model, keys for routers, a manner and a pace. */
import type { Impression } from './impression.ts'

/** Traits by their names → what the note calls them, and whether it says how sure they are. */
const attributes = [
  ['emotion', 'emotion', true],
  ['vocalStyle', 'style', true],
  ['pitch', 'pitch', false],
  ['rate', 'pace', false],
  ['age', 'age', true],
  ['accent', 'accent', true],
  ['language', 'language', true],
] as const

/** Labels that are not worth a word. */
const plain: ReadonlySet<string> = new Set(['normal', 'neutral', 'mid', 'medium', 'adult', 'unclear'])

const bare = (label: string): string => label.replace(/[^\p{L}\p{N}_ -]/gu, '')

/** Such as `<voice style="whispering:0.93" pitch="low"/>`; empty when there is nothing to say. */
export const noteOf = (impression: Impression): string => {
  const told = attributes.flatMap(([name, attribute, withConfidence]) => {
    const found = impression.get(name)
    if (!found || plain.has(found.label)) return []
    return `${attribute}="${bare(found.label)}${withConfidence ? `:${found.confidence.toFixed(2)}` : ''}"`
  })
  return told.length === 0 ? '' : `<voice ${told.join(' ')}/>`
}

/** Emotion and style in a word each; empty when there is nothing to say. */
export const moodOf = (impression: Impression): string =>
  ['emotion', 'vocalStyle']
    .flatMap((name) => impression.get(name)?.label ?? [])
    .filter((label) => !plain.has(label))
    .join(' ')

/** Always the same words, so that what a provider has cached of a prompt stays good. */
export const noteRule =
  'A line such as <voice emotion="frustrated:0.84" style="whispering:0.93" pitch="low"/> after the user\'s words was ' +
  'put there by a machine: it tells how the user sounded, with a likelihood from 0 to 1; below 0.70 it is a weak hint. ' +
  'Let it guide your choice of words, and begin your answer with one instruction for your own voice in square brackets ' +
  'where that helps, such as [whisper], [speak softly] or [say playfully]. Never mention, quote or write such a line.'

/** As routers know them. */
const routed: ReadonlyMap<string, string> = new Map([
  ['emotion', 'emotion'],
  ['vocalStyle', 'vocal_style'],
  ['pitch', 'pitch'],
  ['rate', 'rate'],
  ['age', 'age'],
  ['accent', 'accent'],
  ['language', 'language'],
  ['environment', 'environment'],
])

/** Keys for the metadata of a request, such as `vocal_style`. */
export const routerKeys = (impression: Impression): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...impression].flatMap(([name, { label }]) => {
      const key = routed.get(name)
      return key === undefined ? [] : [[key, label]]
    }),
  )

/** A feeling that is less likely is only a hint: how somebody feels is often misheard. */
const sureFeeling = 0.6

/** Label of a style or an emotion → how it is answered. */
const manners: ReadonlyMap<string, string> = new Map([
  ['whispering', 'whisper'],
  ['shouting', 'calm'],
  ['angry', 'calm'],
  ['frustrated', 'calm'],
  ['fearful', 'calm'],
  ['sad', 'say gently'],
  ['tender', 'say gently'],
  ['happy', 'say warmly'],
])

/** The instruction, in words, with which a voice begins to answer this one; empty: as it is by itself. */
export const mannerFor = (impression: Impression): string => {
  for (const [name, least] of [
    ['vocalStyle', 0],
    ['emotion', sureFeeling],
  ] as const) {
    const { label = '', confidence = 0 } = impression.get(name) ?? {}
    const manner = manners.get(label)
    if (manner !== undefined && confidence >= least) return manner
  }
  return ''
}

/** How much faster or slower than by itself a voice answers this one. */
export const paceFor = (impression: Impression): number => {
  const pace = impression.get('rate')?.label
  return pace === 'fast' ? 1.1 : pace === 'slow' ? 0.9 : 1
}
