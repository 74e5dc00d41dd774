/** Fills the parameters of a tool from what was said. */
import { type Clock, dateIn, type Found, timeOfDayIn, today } from './clock.ts'
import { emptyWords, prepositions, timeWords } from './data/language.ts'
import * as kinds from './data/parameters.ts'
import type { Schema } from './schema.ts'
import { convert, unitAt } from './units.ts'
import { asName, saidOf, stem, type Word, wordsOf, wordsOfName } from './words.ts'

/** Parameters that were found. */
export type Values = Readonly<Record<string, unknown>>

/** What is known besides the words. */
export interface Filling {
  readonly clock: Clock
  /** Stems of words that are no values, such as those that name the tool. */
  readonly topic: ReadonlySet<string>
  /** Whether the words answer a question about just these parameters. */
  readonly isAnswer?: boolean
}

/** An utterance from which words are taken as they are understood: a word that is taken is undefined. */
interface Sentence extends Filling {
  readonly words: (Word | undefined)[]
}

/** One parameter that is looked for. */
interface Wanted {
  readonly about: string
  readonly schema: Schema
  readonly isRequired: boolean
  /** Whether a number may belong to no other. */
  readonly isOnlyNumber: boolean
}

type Attempt = (wanted: Wanted, sentence: Sentence) => unknown

const slotOf = (about: string): kinds.Slot => kinds.slots.find(({ named }) => named.test(about))!
const aboutOf = (name: string): string => wordsOfName(name).join(' ')

/** Whether a parameter is text that takes the rest of the sentence. */
export const takesText = (name: string, { type, options, format }: Schema): boolean =>
  type === 'string' && options.length === 0 && format === '' && slotOf(aboutOf(name)).takesAll === true

/** The parameters that the words give. */
export const fill = (schema: Schema, words: readonly Word[], filling: Filling): Values => {
  const names = schema.properties.flatMap(([name]) => wordsOfName(name).map(stem))
  const topic = new Set([...filling.topic, ...names])
  return filled(schema, { ...filling, topic, words: [...words] })
}

const filled = (schema: Schema, sentence: Sentence): Values => {
  const known = new Map<string, unknown>()
  const isRequired = (name: string): boolean => schema.required.includes(name)
  const ordered = [...schema.properties].sort(([a], [b]) => Number(isRequired(b)) - Number(isRequired(a)))
  const numbers = ordered.filter(([, { type }]) => type === 'number' || type === 'integer')
  for (const [index, attempt] of attempts.entries())
    for (const [name, property] of ordered) {
      if (known.has(name)) continue
      // At the end, a number that stands near no name goes to the first that must be there.
      const isOnlyNumber = numbers.length === 1 || (index === attempts.length - 1 && isRequired(name))
      const wanted = { about: aboutOf(name), schema: property, isRequired: isRequired(name), isOnlyNumber }
      const value = attempt(wanted, sentence)
      if (value !== undefined) known.set(name, value)
    }
  return Object.fromEntries([...known].sort(([a], [b]) => placeOf(schema, a) - placeOf(schema, b)))
}

const placeOf = ({ properties }: Schema, name: string): number => properties.findIndex(([own]) => own === name)

const take = ({ words }: Sentence, from: number, count: number): string =>
  saidOf(
    words.splice(from, count, ...Array.from({ length: count }, () => undefined)).filter((word) => word !== undefined),
  )

const textsOf = ({ words }: Sentence): readonly string[] => words.map((word) => word?.text ?? '_')

const takeFirst = (sentence: Sentence, phrase: readonly string[]): boolean => {
  const stems = textsOf(sentence).map(stem)
  const at = stems.findIndex((_, from) => phrase.every((word, index) => stems[from + index] === stem(word)))
  if (at >= 0) take(sentence, at, phrase.length)
  return at >= 0
}

const choice: Attempt = ({ schema: { type, options } }, sentence) => {
  if (type === 'array' || type === 'object') return undefined
  const phraseOf = (option: unknown): readonly string[] =>
    wordsOf(String(option).replace(/[_-]/g, ' ')).map(({ text }) => text)
  return options.find((option) => phraseOf(option).length > 0 && takeFirst(sentence, phraseOf(option)))
}

const dayOrHour: Attempt = ({ about, schema: { type, format, options } }, sentence) => {
  if (type !== 'string' || options.length > 0) return undefined
  const wants = (own: string, named: RegExp): boolean =>
    format === own || format === 'date-time' || (format === '' && named.test(about))
  const found = (find: (line: string) => Found | undefined): string | undefined => {
    const result = find(textsOf(sentence).join(' '))
    if (result) takeFirst(sentence, result.phrase.split(' '))
    return result?.value
  }
  const day = wants('date', kinds.namesDay) ? found((line) => dateIn(line, sentence.clock)) : undefined
  const hour = wants('time', kinds.namesHour) ? found(timeOfDayIn) : undefined
  if (format === 'date-time' && (day ?? hour)) return `${day ?? today(sentence.clock)}T${hour ?? '00:00'}:00`
  return day && hour ? `${day} ${hour}` : (day ?? hour)
}

const anyNumber: Attempt = ({ about, schema, isOnlyNumber }, sentence) => {
  const { type, minimum, maximum, description } = schema
  if (type !== 'number' && type !== 'integer') return undefined
  const texts = textsOf(sentence)
  const stems = wordsOfName(about).map(stem)
  const unitName = kinds.namesDuration.exec(`${about} ${description}`)?.[0]
  const target = unitName === undefined ? undefined : unitAt([unitName], 0)
  const found = sentence.words.flatMap((word, at) => {
    if (word?.number === undefined) return []
    const unit = unitAt(texts, at + 1)
    const isTime = unit?.kind === 'time' && target !== undefined
    const signed = texts[at - 1] === 'minus' || texts[at - 1] === '-' ? -word.number : word.number
    const value = isTime ? convert(signed, unit.unit, target.unit) : signed
    if (value < minimum || value > maximum || (type === 'integer' && !Number.isInteger(value))) return []
    const isNear = isTime || [-2, -1, 1, 2].some((step) => stems.includes(stem(texts[at + step] ?? '')))
    return [{ at, value, isNear }]
  })
  const best = found.find(({ isNear }) => isNear) ?? (isOnlyNumber ? found[0] : undefined)
  if (best) take(sentence, best.at, 1)
  return best?.value
}

const yesOrNo: Attempt = ({ about, schema }, sentence) => {
  if (schema.type !== 'boolean') return undefined
  const texts = textsOf(sentence)
  if (sentence.isAnswer && kinds.agrees.test(texts[0] ?? '')) return true
  if (sentence.isAnswer && kinds.denies.test(texts[0] ?? '')) return false
  const turned = kinds.namesSwitch.test(about) ? texts.findIndex((text) => kinds.switches.test(text)) : -1
  const stems = wordsOfName(about)
    .map(stem)
    .filter((word) => !/^(?:is|us|includ|with|has)$/.test(word))
  const at = turned >= 0 ? turned : texts.findIndex((text) => stems.includes(stem(text)))
  if (at < 0) return undefined
  take(sentence, at, 1)
  return turned >= 0
    ? kinds.isOn.test(texts[at]!)
    : !texts.slice(Math.max(0, at - 3), at).some((text) => kinds.denies.test(text))
}

const listOf: Attempt = (wanted, sentence) => {
  const { items, type } = wanted.schema
  if (type !== 'array' || items?.type === 'object' || items?.type === 'array') return undefined
  const found: unknown[] = []
  if (items && (items.type !== 'string' || items.options.length > 0)) {
    const one = { ...wanted, schema: items, isOnlyNumber: true }
    const next = (): unknown => choice(one, sentence) ?? anyNumber(one, sentence)
    for (let value = next(); value !== undefined; value = next()) found.push(value)
  } else for (const at of sentence.words.keys()) if (isTelling(sentence, at)) found.push(take(sentence, at, 1))
  return found.length > 0 ? found : undefined
}

const nested: Attempt = ({ schema }, sentence) => {
  if (schema.type !== 'object') return undefined
  const values = filled(schema, sentence)
  const isWhole = schema.required.every((name) => Object.hasOwn(values, name)) && Object.keys(values).length > 0
  return isWhole ? values : undefined
}

const digitsOrMail: Attempt = ({ about, schema }, sentence) => {
  if (schema.type !== 'string' || schema.options.length > 0) return undefined
  const mail = sentence.words.findIndex((word) => word?.text.includes('@'))
  if (mail >= 0 && (schema.format === 'email' || kinds.namesMail.test(about))) return take(sentence, mail, 1)
  const from = sentence.words.findIndex((word) => word?.number !== undefined)
  if (from < 0 || !kinds.namesDigits.test(about)) return undefined
  const count = sentence.words.slice(from).findIndex((word) => word?.number === undefined)
  const digits = textsOf(sentence).slice(from, count < 0 ? undefined : from + count)
  take(sentence, from, digits.length)
  return digits.join('')
}

/** Whether a word can be part of a name or a text. */
const isTelling = ({ words, topic }: Sentence, at: number): boolean => {
  const text = words[at]?.text
  return (
    text !== undefined && ![emptyWords, timeWords, prepositions].some((set) => set.has(text)) && !topic.has(stem(text))
  )
}

const isPlainText = (about: string, { type, options, format }: Schema): boolean =>
  type === 'string' && options.length === 0 && format === '' && !kinds.namesDay.test(about)

/** Text that stands after a word that leads to it. */
const cued: Attempt = ({ about, schema, isRequired }, sentence) => {
  if (!isPlainText(about, schema)) return undefined
  const slot = slotOf(about)
  const isLoose = isRequired || slot.takesAll || slot.isName || sentence.isAnswer
  for (const cue of [...(isLoose ? slot.cues : []), about.split(' ').at(-1) ?? ''])
    for (let at = sentence.words.length - 2; at >= 0; at--) {
      if (sentence.words[at]?.text !== cue || sentence.words[at]?.ends) continue
      const from = freeFrom(sentence, at + 1)
      let to = from
      const goesOn = (): boolean => (slot.takesAll ? sentence.words[to] !== undefined : isTelling(sentence, to))
      while (goesOn() && (to === from || slot.takesAll || !sentence.words[to - 1]?.ends)) to++
      if (to === from) continue
      take(sentence, at, from - at)
      const value = take(sentence, from, to - from)
      return slot.isName ? asName(value) : value
    }
  return undefined
}

/** Text that is all that is left. */
const left: Attempt = ({ about, schema, isRequired }, sentence) => {
  if (!isPlainText(about, schema) || !(isRequired || sentence.isAnswer)) return undefined
  const slot = slotOf(about)
  const telling = [...sentence.words.keys()].filter((at) => isTelling(sentence, at))
  const [first] = telling
  if (first === undefined || (!slot.takesAll && telling.length > 5)) return undefined
  const value = slot.takesAll
    ? take(sentence, first, telling.at(-1)! - first + 1)
    : telling.map((at) => take(sentence, at, 1)).join(' ')
  return slot.isName ? asName(value) : value
}

/** The first word from a place on that is no article. */
const freeFrom = ({ words }: Sentence, start: number): number => {
  let at = start
  while (/^(?:a|an|the|my|is|to)$/.test(words[at]?.text ?? '')) at++
  return at
}

const attempts: readonly Attempt[] = [
  choice,
  dayOrHour,
  anyNumber,
  yesOrNo,
  listOf,
  nested,
  digitsOrMail,
  cued,
  left,
  anyNumber,
]
