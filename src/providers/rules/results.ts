/** Results of tools as sentences. */
import { telling } from './data/results.ts'
import { asRecord } from './fill.ts'
import type { Memory } from './memory.ts'
import { topicOf } from './tools.ts'
import { listed, sentence, spokenNumber, wordsOfName } from './words.ts'

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

const told = (value: unknown, depth = 0): string => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return spokenNumber(value)
  if (typeof value === 'string') return value.slice(0, longestSpoken).replace(/[*_#`|<>{}[\]\s]+/g, ' ')
  if (depth > deepest) return 'more'
  const nameOf = (key: string): string => (Array.isArray(value) ? '' : `${wordsOfName(key).join(' ')} `)
  const fields = Object.entries(value ?? {}).slice(0, mostFields)
  return listed(fields.map(([key, own]) => `${nameOf(key)}${told(own, depth + 1)}`)) || 'nothing'
}

const resultOf = ({ name, output }: Memory['results'][number]): string => {
  const value = parsed(output)
  const { error, ...record } = asRecord(value)
  if (error) return `that did not work: ${told(error)}`
  const texts = [value, ...telling.map((key) => record[key])]
  const whole = texts.find((own) => typeof own === 'string' && own.includes(' '))
  if (whole !== undefined) return told(whole)
  if (/^(?:true|ok|done|)$/i.test(String(record.success ?? value))) return 'done'
  return `the ${topicOf(name)} says: ${told(value)}`
}

/** What the results say, one sentence each; which is which where there are several. */
export const spokenResults = (results: Memory['results'], calls: Memory['calls']): readonly string[] =>
  results.map((result) => {
    const call = calls.find(({ callId }) => callId === result.callId)
    const subject = Object.values(asRecord(parsed(call?.arguments ?? ''))).find((value) => typeof value === 'string')
    return sentence(results.length > 1 && subject ? `for ${told(subject)}: ${resultOf(result)}` : resultOf(result))
  })
