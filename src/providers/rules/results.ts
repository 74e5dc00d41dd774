/** Results of tools as sentences. */
import { telling, unitNames } from './data/results.ts'
import type { CallMessage, ResultMessage } from './memory.ts'
import { asRecord } from './schema.ts'
import { topicOf } from './tools.ts'
import { listed, spokenNumber, withCapital, wordsOfName } from './words.ts'

const longest = 20_000
const longestSpoken = 600
const mostFields = 8
const deepest = 3

/** Parsed where it is JSON of a sensible size, else the text itself. */
export const parsed = (text: string): unknown => {
  try {
    return text.length > longest ? text : (JSON.parse(text) as unknown)
  } catch {
    return text
  }
}

const plain = (text: string): string => {
  const spoken = text
    .slice(0, longest)
    .replace(/[*_#`|<>{}[\]\s]+/g, ' ')
    .trim()
  return spoken.length > longestSpoken ? `${spoken.slice(0, longestSpoken).replace(/ \S*$/, '')} and more` : spoken
}

/** The first few, and how many more there are. */
const few = (parts: readonly string[]): string =>
  listed(parts.length > mostFields ? [...parts.slice(0, mostFields), `${parts.length - mostFields} more`] : parts)

const told = (value: unknown, depth = 0): string => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return spokenNumber(value)
  if (typeof value === 'string') return plain(value) || 'nothing'
  if (depth > deepest) return 'more'
  if (Array.isArray(value)) return few(value.map((item) => told(item, depth + 1))) || 'nothing'
  const record = asRecord(value)
  const unit = record.unit ?? record.units
  const measured = Object.keys(record).find((name) => typeof record[name] === 'number')
  const suffix = typeof unit === 'string' && measured ? ` ${unitNames[unit.toLowerCase()] ?? plain(unit)}` : ''
  const fields = Object.entries(record).filter(([name]) => suffix === '' || !/^units?$/.test(name))
  const parts = fields.map(
    ([name, own]) => `${wordsOfName(name).join(' ')} ${told(own, depth + 1)}${name === measured ? suffix : ''}`,
  )
  return few(parts) || 'nothing'
}

const sentenceOf = ({ name, output }: ResultMessage): string => {
  const value = parsed(output)
  const record = asRecord(value)
  const failure = record.error ?? record.errors
  if (failure) return `that did not work: ${told(failure)}`
  if (record.success === false || record.ok === false) return 'that did not work'
  const whole = telling.map((key) => record[key]).find((own) => typeof own === 'string' && own !== '')
  if (whole !== undefined) return told(whole)
  if (typeof value === 'string' && value.trim().includes(' ')) return told(value)
  const { success: _, ok: __, status, ...rest } = record
  const isDone =
    typeof value === 'object'
      ? !Array.isArray(value) &&
        Object.keys(rest).length === 0 &&
        /^(?:ok|done|success|undefined)$/i.test(String(status))
      : /^(?:true|ok|done|)$/i.test(String(value))
  if (isDone) return 'done'
  return `the ${topicOf(name)} says: ${told(value === record && status === 'ok' ? rest : value)}`
}

/** What the results say, one sentence each; which is which where there are several. */
export const spokenResults = (results: readonly ResultMessage[], calls: readonly CallMessage[]): readonly string[] =>
  results.map((result) => {
    const call = calls.find(({ callId }) => callId === result.callId)
    const subject = Object.values(asRecord(parsed(call?.arguments ?? ''))).find((value) => typeof value === 'string')
    const sentence = sentenceOf(result)
    const whole =
      results.length > 1 && subject !== undefined ? `For ${plain(subject)}: ${sentence}` : withCapital(sentence)
    return /[.!?]$/.test(whole) ? whole : `${whole}.`
  })
