/** Results of tools as sentences. */
import type { Message } from '../../engines/language-model.ts'
import { topicOf } from './tools.ts'
import { listed, spokenNumber, wordsOfName } from './words.ts'

const longest = 20_000
const longestSpoken = 600
const mostFields = 8
const mostItems = 5

type Result = Extract<Message, { role: 'tool-result' }>
type Call = Extract<Message, { role: 'tool-call' }>

/** Parsed where it is JSON, else the text itself. */
export const parsed = (text: string): unknown => {
  if (text.length > longest) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const unitNames: Readonly<Record<string, string>> = {
  c: 'degrees Celsius',
  celsius: 'degrees Celsius',
  f: 'degrees Fahrenheit',
  fahrenheit: 'degrees Fahrenheit',
  km: 'kilometers',
  mi: 'miles',
  kg: 'kilograms',
  eur: 'euros',
  usd: 'dollars',
  '%': 'percent',
}

const readableText = (text: string): string => {
  const plain = text
    .replace(/[*_#`|<>{}[\]]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return plain.length > longestSpoken ? `${plain.slice(0, longestSpoken).replace(/ \S*$/, '')} and more` : plain
}

/** A value in words, without its name. */
const told = (value: unknown, depth = 0): string => {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return spokenNumber(value)
  if (typeof value === 'string') return readableText(value) || 'nothing'
  if (depth > 3) return 'more'
  if (Array.isArray(value)) {
    if (value.length === 0) return 'nothing'
    const items = value.slice(0, mostItems).map((item) => told(item, depth + 1))
    return listed(value.length > mostItems ? [...items, `${value.length - mostItems} more`] : items)
  }
  return isRecord(value) ? fieldsTold(value, depth) : 'nothing'
}

const fieldsTold = (record: Readonly<Record<string, unknown>>, depth: number): string => {
  const all = Object.entries(record)
  const fields = all.filter(([key]) => !/^units?$/.test(key) || !all.some(([, value]) => typeof value === 'number'))
  const unit = all.find(([key, value]) => /^units?$/.test(key) && typeof value === 'string')?.[1]
  let isUnitTold = false
  const parts = fields.slice(0, mostFields).map(([key, value]) => {
    const name = wordsOfName(key).join(' ')
    const own =
      typeof value === 'number' && unit !== undefined && !isUnitTold
        ? ` ${unitNames[String(unit).toLowerCase()] ?? String(unit)}`
        : ''
    if (own !== '') isUnitTold = true
    return `${name} ${told(value, depth + 1)}${own}`
  })
  return listed(fields.length > mostFields ? [...parts, `${fields.length - mostFields} more`] : parts)
}

const telling = ['message', 'text', 'summary', 'answer', 'result', 'output', 'response', 'content', 'speech', 'reply']

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

const spokenResult = ({ name, output }: Result, call: Call | undefined, isOneOfMany: boolean): string => {
  const value = parsed(output)
  const topic = topicOf(name)
  const given = call && isOneOfMany ? parsed(call.arguments) : undefined
  const subject = isRecord(given) ? Object.values(given).find((own) => typeof own === 'string') : undefined
  const lead = subject === undefined ? '' : `For ${readableText(String(subject))}: `
  if (isRecord(value)) {
    const failure = value.error ?? value.errors
    if (failure !== undefined && failure !== null && failure !== false)
      return ended(`${lead}${lead ? 'that' : 'That'} did not work: ${told(failure)}`)
    const whole = telling.find((key) => typeof value[key] === 'string' && value[key] !== '')
    if (whole !== undefined) return ended(lead + told(value[whole]))
    const own = Object.entries(value).filter(([key]) => !/^(?:success|ok|status)$/.test(key))
    if (own.length === 0)
      return `${lead}${value.success === false || value.ok === false ? 'That did not work.' : 'Done.'}`
    return ended(`${lead}${lead ? 'the' : 'The'} ${topic} says: ${told(Object.fromEntries(own))}`)
  }
  if (value === null || value === true || value === '' || value === 'ok' || value === 'OK') return `${lead}Done.`
  if (typeof value === 'string' && /\s/.test(value)) return ended(lead + told(value))
  return ended(`${lead}${lead ? 'the' : 'The'} ${topic} says: ${told(value)}`)
}

/** What the results say, one sentence each. */
export const spokenResults = (results: readonly Result[], calls: readonly Call[]): readonly string[] =>
  results.map((result) =>
    spokenResult(
      result,
      calls.find(({ callId }) => callId === result.callId),
      results.length > 1,
    ),
  )
