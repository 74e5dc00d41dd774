/** Which tools are called for what was said, and what is asked when something is missing. */
import type { Tool } from '../../engines/language-model.ts'
import type { Clock } from './clock.ts'
import { commonVerbs, emptyWords, spokenVerbs } from './data/language.ts'
import { fill, takesText, type Values } from './fill.ts'
import { guessed, readSchema, type Schema } from './schema.ts'
import { lineOf, listed, stem, type Word, wordsOfName } from './words.ts'

/** A tool, read once for a request. */
export interface KnownTool {
  readonly name: string
  /** `weather` for `get_weather`. */
  readonly topic: string
  readonly schema: Schema
  /** Stems of what the name is about, of the whole name, and of the description. */
  readonly subjects: readonly string[]
  readonly named: ReadonlySet<string>
  readonly about: ReadonlySet<string>
}

/** A call to be made. */
export interface Call {
  readonly tool: KnownTool
  readonly values: Values
}

/** What is to be done about an utterance: calls, and a question where one of them lacks a parameter. */
export interface Plan {
  readonly calls: readonly Call[]
  readonly question?: { readonly text: string; readonly call: Call; readonly param: string }
}

const mostTools = 128
const mostOptions = 6
const mostClauses = 12

/** What a tool is about: `weather` for `get_weather`. */
export const topicOf = (name: string): string => {
  const words = wordsOfName(name)
  return words.filter((word) => !commonVerbs.has(word) && !spokenVerbs.has(word)).join(' ') || words.join(' ') || 'tool'
}

const told = (text: string): readonly string[] =>
  (text.toLowerCase().match(/\p{L}{3,}/gu) ?? [])
    .filter((word) => !emptyWords.has(word) && !commonVerbs.has(word))
    .map(stem)

/** Reads tools. */
export const knownTools = (tools: readonly Tool[]): readonly KnownTool[] =>
  tools.slice(0, mostTools).map(({ name, description, parameters }) => {
    const schema = readSchema(parameters)
    const words = wordsOfName(name)
    const ownWords = words.filter((word) => !commonVerbs.has(word))
    const subjects = [...new Set((ownWords.length > 0 ? ownWords : words).map(stem))]
    const details = schema.properties.flatMap(([param, { options }]) => [...wordsOfName(param), ...options])
    const about = new Set([...told(description.slice(0, 300)), ...told(details.join(' '))])
    for (const subject of subjects) about.delete(subject)
    return { name, topic: topicOf(name), schema, subjects, named: new Set(words.map(stem)), about }
  })

/** From this score on the words name a tool; from `meant` on they may mean it. */
export const named = 3
export const meant = 1

interface Best {
  readonly tool?: KnownTool
  readonly score: number
}

const best = (tools: readonly KnownTool[], words: readonly Word[]): Best => {
  const stems = new Set(words.filter(({ text }) => !emptyWords.has(text)).map(({ text }) => stem(text)))
  return tools.reduce<Best>(
    (top, tool) => {
      const said = tool.subjects.filter((subject) => stems.has(subject))
      const hits = said.length / tool.subjects.length
      const details = Math.min(4, [...stems].filter((word) => tool.about.has(word)).length)
      const isNamed = hits >= 0.5 || (hits > 0 && said[0] === tool.subjects[0])
      const score = isNamed ? named + 3 * hits + details / 2 : Math.min(details, named - 1)
      return score > top.score ? { tool, score } : top
    },
    { score: 0 },
  )
}

/** What the tools can do about the words; undefined: nothing. `least`: the score that counts; 0: something must be called. */
export const plan = (
  tools: readonly KnownTool[],
  words: readonly Word[],
  { clock, least }: { readonly clock: Clock; readonly least: number },
): Plan | undefined => {
  const top = best(tools, words)
  const only = top.score >= least ? (top.tool ?? tools[0]) : undefined
  if (!only) return undefined
  const calls = callsFor(tools, words, only, clock)
  // A hint alone is no reason to ask for more: then the words must give all that is needed.
  if (least > 0) {
    const asked = withQuestion(calls)
    const isGiven = calls.every(({ values }) => Object.keys(values).length > 0)
    return top.score >= 2 || (isGiven && !asked.question) ? asked : undefined
  }
  const text = lineOf(words) || 'unknown'
  return {
    calls: calls.map(({ tool, values }) => ({
      tool,
      values: guessed({ ...tool.schema, preset: undefined }, text, values) as Values,
    })),
  }
}

const callsFor = (
  tools: readonly KnownTool[],
  words: readonly Word[],
  first: KnownTool,
  clock: Clock,
): readonly Call[] => {
  const calls: (Call & { readonly from: number })[] = []
  const filled = ({ schema, named: topic }: KnownTool, from: number, to: number, isAnswer = false): Values =>
    fill(schema, words.slice(from, to), { clock, topic, isAnswer })
  const waiting = 0
  for (const { from, to } of clauses(words)) {
    const found = best(tools, words.slice(from, to))
    const last = calls.at(-1)
    const has = (test: (name: string, schema: Schema) => boolean): boolean =>
      last?.tool.schema.properties.some(([name, schema]) => test(name, schema)) ?? false
    const hasText = has((name, schema) => takesText(name, schema) && Object.hasOwn(last!.values, name))
    if (found.tool && found.score >= named && !hasText) {
      const start = last ? from : waiting
      calls.push({ tool: found.tool, values: filled(found.tool, start, to), from: start })
    } else if (last) {
      const own = filled(last.tool, from, to, to - from <= 4)
      const isSame = hasText || has((_, { type }) => type === 'array')
      const keys = Object.keys(own)
      if (!isSame && keys.some((name) => Object.hasOwn(last.values, name)))
        calls.push({ ...last, values: { ...last.values, ...own } })
      else if (isSame || keys.length > 0) {
        const joined = filled(last.tool, last.from, to)
        calls.splice(-1, 1, { ...last, values: isSame ? joined : { ...joined, ...last.values, ...own } })
      }
    }
  }
  return calls.length > 0 ? calls : [{ tool: first, values: filled(first, 0, words.length) }]
}

/** An utterance in parts, at `and` and at marks. */
const clauses = (words: readonly Word[]): readonly { readonly from: number; readonly to: number }[] => {
  const parts: { from: number; to: number }[] = []
  let from = 0
  for (const [at, { text, ends }] of words.entries()) {
    const isLink = /^(?:and|then|also|plus)$/.test(text)
    if (isLink || ends || at === words.length - 1) {
      parts.push({ from, to: isLink ? at : at + 1 })
      from = at + 1
    }
  }
  return parts.filter((part) => part.to > part.from).slice(0, mostClauses)
}

const withQuestion = (calls: readonly Call[]): Plan => {
  for (const call of calls) {
    const { schema, topic } = call.tool
    const param = schema.required.find((name) => !Object.hasOwn(call.values, name))
    if (param === undefined) continue
    const wanted = schema.properties.find(([name]) => name === param)?.[1]
    const options = wanted?.options.slice(0, mostOptions).map((option) => wordsOfName(String(option)).join(' ')) ?? []
    const choices = wanted?.type === 'boolean' ? ['yes', 'no'] : options
    const list = choices.length > 0 ? `: ${listed(choices, 'or')}` : ''
    return {
      calls,
      question: { text: `Which ${wordsOfName(param).join(' ')} should I use for the ${topic}${list}?`, call, param },
    }
  }
  return { calls }
}

/** The plan once its question has been answered; undefined when the words do not answer it. */
export const answered = ({ calls, question }: Plan, words: readonly Word[], clock: Clock): Plan | undefined => {
  if (!question) return undefined
  const { call, param } = question
  const properties = call.tool.schema.properties.filter(([name]) => name === param)
  const told = fill({ ...call.tool.schema, properties, required: [param] }, words, {
    clock,
    topic: new Set(),
    isAnswer: true,
  })
  if (!Object.hasOwn(told, param)) return undefined
  return withQuestion(calls.map((other) => (other === call ? { ...call, values: { ...call.values, ...told } } : other)))
}

/** The last call of a plan with other parameters, for `and in Oslo`; undefined when the words give none. */
export const continued = ({ calls }: Plan, words: readonly Word[], clock: Clock): Plan | undefined => {
  const last = calls.at(-1)
  if (!last) return undefined
  const told = fill(last.tool.schema, words, { clock, topic: last.tool.named, isAnswer: true })
  return Object.keys(told).length > 0 ? withQuestion([{ ...last, values: { ...last.values, ...told } }]) : undefined
}
