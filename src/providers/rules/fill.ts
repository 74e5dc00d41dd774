/** Parameters of tools: what their JSON Schema says of them, and what the words give. */
import { emptyWords, prepositions } from './data/language.ts'
import { denies, relativeDays, type Slot, slots } from './data/parameters.ts'
import { converted } from './units.ts'
import { asName, stem, type Word, wordsOfName } from './words.ts'

/** Parameters that were found. */
export type Values = Readonly<Record<string, unknown>>

const most = 64

/** An object, of whatever JSON it was. */
export const asRecord = (value: unknown): Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : {}
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, most) : [])

/** A parameter, read leniently: whatever is strange in its schema makes it a string. */
export type Parameter = ReturnType<typeof readParameter>

const readParameter = (name: string, schema: Values, isRequired: boolean) => {
  const kinds = [schema, ...asList(schema.anyOf).map(asRecord)]
  const own = kinds.find(({ type }) => type !== undefined && type !== 'null') ?? schema
  const types = kinds.flatMap(({ type }) => type)
  const type = [own.type].flat().find((one) => one !== 'null') ?? 'string'
  const options = 'const' in own ? [own.const] : asList(own.enum)
  const isText = type === 'string' && options.length === 0 && own.format === undefined
  const empty = type === 'array' ? [] : type === 'object' ? {} : types.includes('null') ? null : undefined
  return {
    name,
    isRequired,
    type,
    isDate: own.format === 'date',
    options,
    least: Number(own.minimum ?? 0) || 0,
    /** What stands for it where it is not said. */
    preset: schema.default ?? empty,
    /** How it takes text; undefined when it takes none. */
    slot: isText ? slots.find(({ named }) => named.test(wordsOfName(name).join(' '))) : undefined,
  }
}

/** The parameters of a schema, those that are required first. Objects and lists in it stay empty. */
export const readParameters = (schema: unknown): readonly Parameter[] => {
  const { properties, required } = asRecord(schema)
  const all = Object.entries(asRecord(properties)).slice(0, most)
  const read = all.map(([name, value]) => readParameter(name, asRecord(value), asList(required).includes(name)))
  return read.sort((a, b) => Number(b.isRequired) - Number(a.isRequired))
}

/** Values of what is required, for want of known ones; `text` is what strings say. */
export const guesses = (parameters: readonly Parameter[], text: string): Values => {
  const guess = ({ preset, options, type, least }: Parameter): unknown => {
    if (preset !== undefined || options.length > 0) return preset ?? options[0] ?? null
    if (type === 'boolean') return false
    return type === 'number' || type === 'integer' ? least : text
  }
  const required = parameters.filter(({ isRequired }) => isRequired)
  return Object.fromEntries(required.map((parameter) => [parameter.name, guess(parameter)]))
}

/** What of an utterance has not been understood yet: a word that is taken is undefined. */
interface Sentence {
  readonly words: (Word | undefined)[]
  readonly now: Date
  /** Stems that are no text: names of the tool, of its parameters and of its choices. */
  readonly topic: ReadonlySet<string>
}

/** The parameters that the words give: each way to find one is tried on all of them, the surest way first. */
export const fill = (parameters: readonly Parameter[], words: readonly Word[], tool: string, now: Date): Values => {
  const names = [tool, ...parameters.flatMap(({ name, options }) => [name, ...options.map(String)])]
  const sentence: Sentence = { words: [...words], now, topic: new Set(names.flatMap(stemsOf)) }
  const known = new Map<string, unknown>()
  for (const find of [choice, day, number, yesOrNo, textAfterCue, textLeft])
    for (const parameter of parameters) {
      const value = known.has(parameter.name) ? undefined : find(parameter, sentence)
      if (value !== undefined) known.set(parameter.name, value)
    }
  return Object.fromEntries(known)
}

const stemsOf = (name: string): readonly string[] => wordsOfName(name).map(stem)

/** Takes the words at these places for a value. */
const take = ({ words }: Sentence, places: readonly number[], slot?: Slot): string => {
  const text = places.map((at) => words.splice(at, 1, undefined)[0]?.said).join(' ')
  return slot?.isName ? asName(text) : text
}

const choice = ({ options }: Parameter, { words }: Sentence): unknown => {
  const line = ` ${words.map((word) => stem(word?.text ?? '')).join(' ')} `
  return options.find((option) => line.includes(` ${stemsOf(String(option)).join(' ')} `))
}

const day = ({ isDate }: Parameter, { words, now }: Sentence): string | undefined => {
  const said = isDate && words.find((word) => word && Object.hasOwn(relativeDays, word.text))
  if (!said) return undefined
  return new Date(now.getTime() + relativeDays[said.text]! * 86_400_000).toISOString().slice(0, 10)
}

/** A number near the name of the parameter, or in a unit that its name tells; any, where there must be one. */
const number = ({ name, type, isRequired }: Parameter, sentence: Sentence): number | undefined => {
  if (type !== 'number' && type !== 'integer') return undefined
  const textAt = (at: number): string => sentence.words[at]?.text ?? ''
  const found = sentence.words.flatMap((word, at) => {
    if (word?.number === undefined) return []
    const said = /^(?:minus|-)$/.test(textAt(at - 1)) ? -word.number : word.number
    const inUnit = wordsOfName(name).flatMap((unit) => converted(said, textAt(at + 1), unit) ?? [])
    const value = Number((inUnit[0] ?? said).toPrecision(12))
    const near = [-2, -1, 1, 2].map((step) => stem(textAt(at + step)))
    const isNear = inUnit.length > 0 || stemsOf(name).some((own) => near.includes(own))
    return Number.isInteger(value) || (type === 'number' && Number.isFinite(value)) ? [{ at, value, isNear }] : []
  })
  const best = found.find(({ isNear }) => isNear) ?? (isRequired ? found[0] : undefined)
  if (best) take(sentence, [best.at])
  return best?.value
}

const yesOrNo = ({ name, type, isRequired }: Parameter, { words }: Sentence): boolean | undefined => {
  const texts = words.map((word) => word?.text ?? '')
  const isSaid = isRequired || texts.some((text) => stemsOf(name).includes(stem(text)))
  return type === 'boolean' && isSaid ? !texts.some((text) => denies.test(text)) : undefined
}

/** Whether a word can be part of a name. */
const isTelling = (word: Word | undefined, topic: ReadonlySet<string>): boolean =>
  word !== undefined && !emptyWords.has(word.text) && !prepositions.has(word.text) && !topic.has(stem(word.text))

/** Text that stands after a word that leads to it, such as `in`. */
const textAfterCue = ({ slot, isRequired }: Parameter, sentence: Sentence): string | undefined => {
  const { words, topic } = sentence
  if (!slot || !(isRequired || slot.isName || slot.takesAll)) return undefined
  const isPart = (word: Word | undefined): boolean => (slot.takesAll ? word !== undefined : isTelling(word, topic))
  for (const cue of slot.cues)
    for (const at of [...words.keys()].reverse()) {
      if (words[at]?.text !== cue || words[at].ends) continue
      const places: number[] = []
      let next = at + 1
      while (/^(?:an?|the|my|is|to)$/.test(words[next]?.text ?? '')) next++
      while (isPart(words[next]) && (slot.takesAll || !words[places.at(-1) ?? -1]?.ends)) places.push(next++)
      if (places.length > 0) return take(sentence, places, slot)
    }
  return undefined
}

/** Text that is all that is left. */
const textLeft = ({ slot, isRequired }: Parameter, sentence: Sentence): string | undefined => {
  const telling = [...sentence.words.keys()].filter((at) => isTelling(sentence.words[at], sentence.topic))
  if (!slot || !isRequired || telling.length === 0) return undefined
  const all = [...sentence.words.keys()].slice(telling[0], telling.at(-1)! + 1)
  return slot.takesAll || telling.length <= 5 ? take(sentence, slot.takesAll ? all : telling, slot) : undefined
}
