/** Which tools are called for what was said, and what is asked when something is missing. */
import type { Tool } from '../../engines/language-model.ts'
import type { Clock } from './clock.ts'
import { commonVerbs, emptyWords } from './data/language.ts'
import { fill, takesText } from './fill.ts'
import { guessed, readSchema, type Schema } from './schema.ts'
import { lineOf, listed, stem, type Word, wordsOfName } from './words.ts'

/** A call to be made. */
export interface Call {
  readonly name: string
  readonly values: Readonly<Record<string, unknown>>
}

/** What is to be done about an utterance. */
export type Plan =
  | { readonly type: 'calls'; readonly calls: readonly Call[] }
  /** `tool` and `values`: what the answer completes. */
  | {
      readonly type: 'question'
      readonly text: string
      readonly tool: KnownTool
      readonly param: string
      readonly values: Call['values']
    }

/** A tool, read once for a request. */
export interface KnownTool {
  readonly name: string
  readonly topic: string
  readonly schema: Schema
  readonly subjects: ReadonlySet<string>
  readonly about: ReadonlySet<string>
}

const mostTools = 128

/** `weather` for `get_weather`. */
export const topicOf = (name: string): string => {
  const words = wordsOfName(name)
  return words.filter((word) => !commonVerbs.has(word)).join(' ') || words.join(' ') || 'tool'
}

/** Reads tools. */
export const knownTools = (tools: readonly Tool[]): readonly KnownTool[] =>
  tools.slice(0, mostTools).map((tool) => {
    const words = wordsOfName(tool.name)
    const own = words.filter((word) => !commonVerbs.has(word))
    const about =
      tool.description
        .slice(0, 300)
        .toLowerCase()
        .match(/\p{L}{3,}/gu) ?? []
    return {
      name: tool.name,
      topic: topicOf(tool.name),
      schema: readSchema(tool.parameters),
      subjects: new Set((own.length > 0 ? own : words).map(stem)),
      about: new Set(about.filter((word) => !emptyWords.has(word) && !commonVerbs.has(word)).map(stem)),
    }
  })

/** How much the words are about a tool: from 3 on they name it, from 2 on they may mean it. */
const score = (tool: KnownTool, words: readonly Word[]): number => {
  const stems = new Set(words.filter(({ text }) => !emptyWords.has(text)).map(({ text }) => stem(text)))
  const named = [...tool.subjects].filter((subject) => stems.has(subject)).length
  const told = [...tool.about].filter((word) => stems.has(word) && !tool.subjects.has(word)).length
  return (
    (2 * named >= tool.subjects.size && named > 0 ? 3 + (3 * named) / tool.subjects.size : 0) +
    Math.min(told, 4) * (named > 0 ? 0.5 : 1)
  )
}

const best = (tools: readonly KnownTool[], words: readonly Word[]) =>
  tools
    .map((tool) => ({ tool, score: score(tool, words) }))
    .reduce((top, next) => (next.score > top.score ? next : top), {
      tool: undefined as KnownTool | undefined,
      score: 0,
    })

const isLink = /^(?:and|then|also|plus)$/

/** An utterance in parts, at `and` and pauses. */
const clauses = (words: readonly Word[]): readonly (readonly Word[])[] => {
  const parts: Word[][] = [[]]
  for (const word of words) {
    if (isLink.test(word.text)) parts.push([])
    else {
      parts.at(-1)!.push(word)
      if (word.ends) parts.push([])
    }
  }
  return parts.filter((part) => part.length > 0)
}

/** What the tools can do about the words; undefined: nothing. `least`: the score that counts. */
export const plan = (
  tools: readonly KnownTool[],
  words: readonly Word[],
  options: { readonly clock: Clock; readonly least: number; readonly isForced: boolean },
): Plan | undefined => {
  const overall = best(tools, words)
  const only = options.isForced ? (overall.tool ?? tools[0]) : overall.score >= options.least ? overall.tool : undefined
  if (!only) return undefined
  const groups = grouped(tools, words, only, options.clock)
  for (const { tool, values } of groups) {
    const [param] = tool.schema.required.filter((name) => !Object.hasOwn(values, name))
    if (param !== undefined && !options.isForced)
      return { type: 'question', text: question(tool, param), tool, param, values }
  }
  const calls = groups.map(({ tool, values }) => ({
    name: tool.name,
    values: options.isForced ? completed(tool.schema, values, words) : values,
  }))
  return { type: 'calls', calls }
}

interface Group {
  readonly tool: KnownTool
  readonly words: readonly Word[]
  readonly values: Call['values']
}

const grouped = (
  tools: readonly KnownTool[],
  words: readonly Word[],
  first: KnownTool,
  clock: Clock,
): readonly Group[] => {
  const groups: Group[] = []
  const filled = (tool: KnownTool, part: readonly Word[], isAnswer = false) =>
    fill(tool.schema, part, { clock, topic: topicStems(tool), isAnswer }).values
  let waiting: readonly Word[] = []
  for (const clause of clauses(words)) {
    const found = best(tools, clause)
    const last = groups.at(-1)
    const hasText = last?.tool.schema.properties.some(
      ([name, schema]) => takesText(name, schema) && Object.hasOwn(last.values, name),
    )
    if (found.score >= 3 && found.tool && !hasText) {
      const part = [...waiting, ...clause]
      groups.push({ tool: found.tool, words: part, values: filled(found.tool, part) })
      waiting = []
    } else if (!last) waiting = [...waiting, ...clause]
    else {
      const own = hasText ? {} : filled(last.tool, clause, clause.length <= 4)
      const hasList = last.tool.schema.properties.some(([, { type }]) => type === 'array')
      const repeats = Object.keys(own).some((name) => Object.hasOwn(last.values, name))
      const isNew = Object.keys(own).some((name) => !Object.hasOwn(last.values, name))
      if (repeats && !hasList) groups.push({ tool: last.tool, words: clause, values: { ...last.values, ...own } })
      else if (isNew || hasList || hasText) {
        const joined = [
          ...last.words,
          ...(hasText ? words.filter(({ text }) => text === 'and').slice(0, 1) : []),
          ...clause,
        ]
        groups[groups.length - 1] = {
          ...last,
          words: joined,
          values: {
            ...filled(last.tool, joined),
            ...(hasText ? {} : last.values),
            ...(hasList ? filled(last.tool, joined) : {}),
          },
        }
      }
    }
  }
  return groups.length > 0 ? groups : [{ tool: first, words, values: filled(first, words) }]
}

const topicStems = (tool: KnownTool): ReadonlySet<string> =>
  new Set([...tool.subjects, ...wordsOfName(tool.name).map(stem)])

const completed = (schema: Schema, values: Call['values'], words: readonly Word[]): Call['values'] => {
  const text = lineOf(words) || 'unknown'
  const missing = schema.properties.filter(([name]) => schema.required.includes(name) && !Object.hasOwn(values, name))
  return { ...values, ...Object.fromEntries(missing.map(([name, property]) => [name, guessed(property, text)])) }
}

const question = (tool: KnownTool, param: string): string => {
  const schema = tool.schema.properties.find(([name]) => name === param)?.[1]
  const name = wordsOfName(param).join(' ')
  if (schema?.type === 'boolean') return `For the ${tool.topic}: ${name}, yes or no?`
  const options = schema?.options.slice(0, 6).map((option) => wordsOfName(String(option)).join(' ')) ?? []
  return `Which ${name} should I use for the ${tool.topic}${options.length > 0 ? `: ${listed(options, 'or')}` : ''}?`
}

/** The plan once a question has been answered; undefined when the words do not answer it. */
export const answered = (
  asked: Extract<Plan, { type: 'question' }>,
  words: readonly Word[],
  clock: Clock,
): Plan | undefined => {
  const { tool, param } = asked
  const property = tool.schema.properties.find(([name]) => name === param)
  if (!property) return undefined
  const only = { ...tool.schema, properties: [property], required: [param] }
  const { values: told, missing } = fill(only, words, { clock, topic: new Set(), isAnswer: true })
  if (missing.length > 0) return undefined
  const values = { ...asked.values, ...told }
  const [next] = tool.schema.required.filter((name) => !Object.hasOwn(values, name))
  if (next !== undefined) return { type: 'question', text: question(tool, next), tool, param: next, values }
  return { type: 'calls', calls: [{ name: tool.name, values }] }
}
