/** Fills the parameters of a tool from what was said. */
import { type Clock, dateIn, timeOfDayIn } from './clock.ts'
import { emptyWords, months, prepositions, weekdays } from './data/language.ts'
import { isDay, isDigits, isOn, isTime, slots } from './data/parameters.ts'
import type { Schema } from './schema.ts'
import { convert, unitAt } from './units.ts'
import { saidOf, stem, type Word, wordsOf, wordsOfName } from './words.ts'

type Values = Readonly<Record<string, unknown>>

/** What was found. `missing`: required parameters without a value. */
export interface Filled {
  readonly values: Values
  readonly missing: readonly string[]
}

const timeWords = new Set([
  ...weekdays,
  ...months,
  'morning',
  'evening',
  'afternoon',
  'noon',
  'midnight',
  'week',
  'month',
  'year',
  'weekend',
])
const isNegation = /^(?:no|not|without|off|disable|disabled|false|never)$/

/** One filling: words are taken from it as they are understood. */
class Sentence {
  readonly words: readonly Word[]
  readonly texts: readonly string[]
  readonly #taken: Set<number>
  /** Stems that name the tool, and so are no values. */
  readonly #topic: ReadonlySet<string>

  constructor(words: readonly Word[], topic: ReadonlySet<string>) {
    this.words = words
    this.texts = words.map(({ text }) => text)
    this.#taken = new Set()
    this.#topic = topic
  }

  take(from: number, to: number): void {
    for (let at = from; at < to; at++) this.#taken.add(at)
  }

  isFree(at: number): boolean {
    return at >= 0 && at < this.words.length && !this.#taken.has(at)
  }

  /** Whether a word can be part of a name or a text. */
  #tells(at: number): boolean {
    const { text } = this.words[at]!
    return this.isFree(at) && !emptyWords.has(text) && !timeWords.has(text)
  }

  /** Where the words of a phrase stand together. */
  find(phrase: readonly string[]): number {
    return this.texts.findIndex(
      (_, at) =>
        this.isFree(at) &&
        phrase.length > 0 &&
        phrase.every((word, index) => stem(this.texts[at + index] ?? '') === stem(word)),
    )
  }

  /** What follows one of the cues, up to the next part of the sentence. */
  after(cues: readonly string[], takesAll: boolean): string | undefined {
    for (const cue of cues)
      for (let at = this.texts.length - 1; at >= 0; at--) {
        if (this.texts[at] !== cue || !this.isFree(at) || this.words[at]!.ends) continue
        const value = this.#from(at + 1, takesAll)
        if (value !== undefined) {
          this.take(at, at + 1)
          return value
        }
      }
    return undefined
  }

  #from(start: number, takesAll: boolean): string | undefined {
    let from = start
    while (from < this.words.length && /^(?:a|an|the|my|is|to)$/.test(this.texts[from]!) && this.isFree(from)) from++
    let to = from
    while (
      to < this.words.length &&
      (takesAll ? this.isFree(to) : this.#tells(to) && !prepositions.has(this.texts[to]!)) &&
      (to === from || takesAll || !this.words[to - 1]!.ends)
    )
      to++
    if (to === from || this.texts.slice(from, to).every((text) => this.#topic.has(stem(text)))) return undefined
    this.take(from, to)
    return saidOf(this.words.slice(from, to))
  }

  /** What is left when the words that say nothing are gone, if it is short and in one piece. */
  rest(takesAll: boolean): string | undefined {
    const left = this.words
      .map((_, at) => at)
      .filter((at) => this.#tells(at) && !prepositions.has(this.texts[at]!) && !this.#topic.has(stem(this.texts[at]!)))
    const [first] = left
    const last = left.at(-1)
    if (first === undefined || last === undefined || (!takesAll && left.length > 5)) return undefined
    const chosen = takesAll ? this.words.slice(first, last + 1) : left.map((at) => this.words[at]!)
    this.take(first, last + 1)
    return saidOf(chosen)
  }
}

const withCapitals = (name: string): string =>
  /\p{Lu}/u.test(name) ? name : name.replace(/(?<![\p{L}'])\p{L}/gu, (letter) => letter.toUpperCase())

const slotOf = (name: string) => slots.find(({ named }) => named.test(wordsOfName(name).join(' ')))!

/** Whether a parameter is text that takes the rest of the sentence. */
export const takesText = (name: string, { type, options, format }: Schema): boolean =>
  type === 'string' && options.length === 0 && format === '' && slotOf(name).takesAll === true

/** Words about a parameter: its name's, by stems. */
const stemsOf = (name: string): ReadonlySet<string> => new Set(wordsOfName(name).map(stem))

/** Parameters from the words; `isAnswer`: the words answer a question about just these. */
export const fill = (
  schema: Schema,
  words: readonly Word[],
  options: { readonly clock: Clock; readonly topic: ReadonlySet<string>; readonly isAnswer?: boolean },
): Filled => {
  const sentence = new Sentence(
    words,
    new Set([...(options.isAnswer ? [] : options.topic), ...schema.properties.flatMap(([name]) => [...stemsOf(name)])]),
  )
  const values = filledObject(schema, sentence, options)
  return { values, missing: schema.required.filter((name) => !Object.hasOwn(values, name)) }
}

type Options = Parameters<typeof fill>[2]

const filledObject = (schema: Schema, sentence: Sentence, options: Options): Values => {
  const known = new Map<string, unknown>()
  const isRequired = (name: string): boolean => schema.required.includes(name)
  const properties = [...schema.properties].sort(([a], [b]) => Number(isRequired(b)) - Number(isRequired(a)))
  const attempts = [choice, dayOrTime, number, flag, listOf, nested, digits, cued, left]
  for (const attempt of attempts)
    for (const [name, property] of properties) {
      if (known.has(name)) continue
      const numbers = properties.filter(([, { type }]) => type === 'number' || type === 'integer').length
      const value = attempt({
        name,
        schema: property,
        sentence,
        options,
        isRequired: isRequired(name),
        isOnlyNumber: numbers === 1,
      })
      if (value !== undefined) known.set(name, value)
    }
  if (numbersLeft(properties, known))
    for (const [name, property] of properties) {
      if (known.has(name)) continue
      const value = number({
        name,
        schema: property,
        sentence,
        options,
        isRequired: isRequired(name),
        isOnlyNumber: true,
      })
      if (value !== undefined && isRequired(name)) known.set(name, value)
    }
  return Object.fromEntries(schema.properties.flatMap(([name]) => (known.has(name) ? [[name, known.get(name)]] : [])))
}

const numbersLeft = (properties: Schema['properties'], known: ReadonlyMap<string, unknown>): boolean =>
  properties.some(([name, { type }]) => !known.has(name) && (type === 'number' || type === 'integer'))

interface Wanted {
  readonly name: string
  readonly schema: Schema
  readonly sentence: Sentence
  readonly options: Options
  readonly isRequired: boolean
  readonly isOnlyNumber: boolean
}

const choice = ({ schema, sentence }: Wanted): unknown => {
  if (schema.type === 'array' || schema.type === 'object') return undefined
  for (const option of schema.options) {
    const phrase = wordsOf(String(option).replace(/[_-]/g, ' ')).map(({ text }) => text)
    const at = sentence.find(phrase)
    if (at < 0) continue
    sentence.take(at, at + phrase.length)
    return option
  }
  return undefined
}

const dayOrTime = ({ name, schema, sentence, options }: Wanted): unknown => {
  if (schema.type !== 'string' || schema.options.length > 0) return undefined
  const about = wordsOfName(name).join(' ')
  const wantsBoth = schema.format === 'date-time'
  const wantsDay = wantsBoth || schema.format === 'date' || (schema.format === '' && isDay.test(about))
  const wantsTime = wantsBoth || schema.format === 'time' || (schema.format === '' && isTime.test(about))
  if (!wantsDay && !wantsTime) return undefined
  const free = sentence.texts.map((text, at) => (sentence.isFree(at) ? text : ''))
  const day = wantsDay ? dateIn(free, options.clock) : undefined
  const time = wantsTime ? timeOfDayIn(free) : undefined
  if (day) sentence.take(day.from, day.to)
  if (time) sentence.take(time.from, time.to)
  const today = dateIn(['today'], options.clock)!.value
  if (wantsBoth) return day || time ? `${day?.value ?? today}T${time?.value ?? '00:00'}:00` : undefined
  if (day && time) return `${day.value} ${time.value}`
  return day?.value ?? time?.value
}

const number = ({ name, schema, sentence, isOnlyNumber }: Wanted): unknown => {
  if (schema.type !== 'number' && schema.type !== 'integer') return undefined
  const stems = stemsOf(name)
  const about = `${wordsOfName(name).join(' ')} ${schema.description.toLowerCase()}`
  for (const nearOnly of isOnlyNumber ? [true, false] : [true])
    for (const [at, { number: told }] of sentence.words.entries()) {
      if (told === undefined || !sentence.isFree(at)) continue
      const near = [-2, -1, 1, 2].some(
        (step) => sentence.isFree(at + step) && stems.has(stem(sentence.texts[at + step]!)),
      )
      const unit = unitAt(sentence.texts, at + 1)
      const wantedUnit =
        unit?.kind === 'time' ? /\b(?:milliseconds?|seconds?|minutes?|hours?|days?|ms)\b/.exec(about)?.[0] : undefined
      const target =
        wantedUnit === undefined ? undefined : unitAt([wantedUnit === 'ms' ? 'milliseconds' : wantedUnit], 0)
      if (nearOnly && !near && !(target && unit)) continue
      const signed = sentence.texts[at - 1] === 'minus' || sentence.texts[at - 1] === '-' ? -told : told
      const value = target && unit ? convert(signed, unit.unit, target.unit) : signed
      if (value < schema.minimum || value > schema.maximum) continue
      if (schema.type === 'integer' && !Number.isInteger(value)) continue
      sentence.take(at, unit && target ? unit.next : at + 1)
      return value
    }
  return undefined
}

const flag = ({ name, schema, sentence, options }: Wanted): unknown => {
  if (schema.type !== 'boolean') return undefined
  const { texts } = sentence
  if (options.isAnswer) {
    if (/^(?:yes|yeah|yep|sure|true|on|ok|okay|please|correct|right)$/.test(texts[0] ?? '')) return true
    if (isNegation.test(texts[0] ?? '') || texts[0] === 'nope') return false
  }
  if (isOn.test(wordsOfName(name).join(' '))) {
    const at = texts.findIndex(
      (text, index) => sentence.isFree(index) && /^(?:on|off|open|close|enable|disable)$/.test(text),
    )
    if (at >= 0) {
      sentence.take(at, at + 1)
      return /^(?:on|open|enable)$/.test(texts[at]!)
    }
  }
  const stems = [...stemsOf(name)].filter(
    (word) => !emptyWords.has(word) && !/^(?:includ|with|has|is|us|enabl)$/.test(word),
  )
  const at = texts.findIndex((text, index) => sentence.isFree(index) && stems.includes(stem(text)))
  if (at < 0) return undefined
  sentence.take(at, at + 1)
  return !texts.slice(Math.max(0, at - 3), at).some((text) => isNegation.test(text))
}

const listOf = (wanted: Wanted): unknown => {
  const { schema, sentence } = wanted
  if (schema.type !== 'array') return undefined
  const items = schema.items
  const found: unknown[] = []
  if (items?.options.length || items?.type === 'number' || items?.type === 'integer') {
    for (let value = one(items, wanted); value !== undefined; value = one(items, wanted)) found.push(value)
    return found.length > 0 ? found : undefined
  }
  if (items !== undefined && items.type !== 'string') return undefined
  for (const [at, { text }] of sentence.words.entries())
    if (text === 'and' && sentence.isFree(at)) sentence.take(at, at + 1)
  const value = sentence.after(slotOf(wanted.name).cues, false)
  if (value !== undefined) found.push(value)
  const rest = sentence.rest(false)
  if (rest !== undefined) found.push(...rest.split(' '))
  return found.length > 0 ? found : undefined
}

const one = (schema: Schema, wanted: Wanted): unknown =>
  schema.options.length > 0 ? choice({ ...wanted, schema }) : number({ ...wanted, schema, isOnlyNumber: true })

const nested = ({ schema, sentence, options }: Wanted): unknown => {
  if (schema.type !== 'object' || schema.properties.length === 0) return undefined
  const values = filledObject(schema, sentence, options)
  return schema.required.every((name) => Object.hasOwn(values, name)) && Object.keys(values).length > 0
    ? values
    : undefined
}

const digits = ({ name, schema, sentence }: Wanted): unknown => {
  if (schema.type !== 'string' || schema.options.length > 0) return undefined
  const email = sentence.words.findIndex(({ text }, at) => sentence.isFree(at) && text.includes('@'))
  if ((schema.format === 'email' || /mail|recipient|^to$/.test(name)) && email >= 0) {
    sentence.take(email, email + 1)
    return sentence.words[email]!.said
  }
  if (!isDigits.test(wordsOfName(name).join(' '))) return undefined
  const from = sentence.words.findIndex(({ number: told }, at) => told !== undefined && sentence.isFree(at))
  if (from < 0) return undefined
  let to = from
  while (sentence.words[to]?.number !== undefined && sentence.isFree(to)) to++
  sentence.take(from, to)
  return sentence.texts.slice(from, to).join('')
}

const isPlainText = ({ name, schema }: Wanted): boolean =>
  schema.type === 'string' &&
  schema.options.length === 0 &&
  schema.format === '' &&
  !isDay.test(wordsOfName(name).join(' '))

/** Text that stands after a word that leads to it. */
const cued = (wanted: Wanted): unknown => {
  const { name, sentence, options, isRequired } = wanted
  if (!isPlainText(wanted)) return undefined
  const slot = slotOf(name)
  const takesAll = slot.takesAll === true
  const value =
    (isRequired || takesAll || slot.isName || options.isAnswer ? sentence.after(slot.cues, takesAll) : undefined) ??
    sentence.after([wordsOfName(name).at(-1) ?? ''], takesAll)
  return value === undefined ? undefined : slot.isName ? withCapitals(value) : value
}

/** Text that is all that is left. */
const left = (wanted: Wanted): unknown => {
  const { name, sentence, options, isRequired } = wanted
  if (!isPlainText(wanted) || !(isRequired || options.isAnswer)) return undefined
  const slot = slotOf(name)
  const value = sentence.rest(slot.takesAll === true)
  return value === undefined ? undefined : slot.isName ? withCapitals(value) : value
}
