/** parley/rules as a language model: messages → text and tool calls, by rule. */
import { setImmediate } from 'node:timers/promises'
import type { GenerateOptions, GenerationEvent, LanguageModel, Message } from '../../engines/language-model.ts'
import { type Answer, answerBy, answerVerbatim, demanded, phrase, type Situation } from './answers.ts'
import { refusals } from './data/language.ts'
import { asksAgain, asksRephrase } from './data/phrases.ts'
import { fill } from './fill.ts'
import { type Memory, remember } from './memory.ts'
import { parsed, spokenResults } from './results.ts'
import { guessed, readSchema } from './schema.ts'
import { answered, type Call, type KnownTool, knownTools, type Plan, plan } from './tools.ts'
import { lineOf, wordsOf } from './words.ts'

/** What stands in for the machine's clock. */
export interface RulesSettings {
  readonly now?: () => Date
  /** IANA name; the server's own where it is missing. */
  readonly timeZone?: string
}

type Reply =
  | { readonly type: 'text'; readonly answer: Answer }
  | { readonly type: 'calls'; readonly calls: readonly Call[] }

/** Tokens as they are counted here: 1.3 to a word, rounded down. */
const tokensOf = (words: number): number => Math.floor(words * 1.3)

const countWords = (text: string): number => {
  let words = 0
  let isInside = false
  for (let at = 0; at < text.length; at++) {
    const isGap = text.charCodeAt(at) <= 32
    if (!isGap && !isInside) words++
    isInside = !isGap
  }
  return words
}

const wordsIn = (message: Message): number => {
  if (message.role === 'tool-call') return 1 + countWords(message.arguments)
  if (message.role === 'tool-result') return 1 + countWords(message.output)
  return message.parts.reduce((sum, part) => sum + (part.type === 'text' ? countWords(part.text) : 0), 0)
}

/** The embedded agent. */
export const createRules = ({ now = () => new Date(), timeZone }: RulesSettings = {}): LanguageModel => ({
  card: {
    name: 'Parley rules: a rule-based demonstration, not a language model',
    languages: ['en'],
    accuracy: 'Knows only what its rules foresee; everything else gets an honest refusal.',
    better: 'Any language model: set the key of a provider, or the address of a local server.',
  },
  async *generate(messages, options) {
    const clock = { now: now(), timeZone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone }
    const reply = replyTo(messages, options, clock)
    const inputTokens = tokensOf(messages.reduce((sum, message) => sum + wordsIn(message), 0))
    if (reply.type === 'text') yield* written(reply.answer, inputTokens, options)
    else yield* called(reply.calls, inputTokens, options.signal)
  },
})

async function* called(
  calls: readonly Call[],
  inputTokens: number,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent> {
  let words = 0
  for (const { name, values } of calls) {
    await setImmediate()
    if (signal.aborted) return
    const text = JSON.stringify(values)
    words += 1 + countWords(text)
    yield {
      type: 'tool-call',
      callId: `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`,
      name,
      arguments: text,
    }
  }
  if (signal.aborted) return
  yield { type: 'usage', inputTokens, outputTokens: tokensOf(words) }
  yield { type: 'finish', reason: 'tool-calls' }
}

/** Word by word, so that it can be stopped anywhere. */
async function* written(
  answer: Answer,
  inputTokens: number,
  options: GenerateOptions,
): AsyncGenerator<GenerationEvent> {
  const { signal, maxTokens, sampling } = options
  let words = 0
  let reason: 'stop' | 'length' = 'stop'
  sentences: for (const sentence of answer) {
    const ends = (sampling?.stop ?? []).map((stop) => sentence.indexOf(stop)).filter((at) => at >= 0)
    const told = ends.length > 0 ? sentence.slice(0, Math.min(...ends)) : sentence
    for (const word of told.match(/\s*\S+/g) ?? []) {
      await setImmediate()
      if (signal.aborted) return
      if (maxTokens !== undefined && tokensOf(words + 1) > maxTokens) {
        reason = 'length'
        break sentences
      }
      yield { type: 'text', delta: words > 0 && !/^\s/.test(word) ? ` ${word}` : word }
      words++
    }
    if (ends.length > 0) break
  }
  if (signal.aborted) return
  yield { type: 'usage', inputTokens, outputTokens: tokensOf(words) }
  yield { type: 'finish', reason }
}

const text = (answer: Answer): Reply => ({ type: 'text', answer })

const replyTo = (messages: readonly Message[], options: GenerateOptions, clock: Situation['clock']): Reply => {
  const memory = remember(messages)
  const choice = options.toolChoice ?? 'auto'
  const offered = choice === 'none' ? [] : (options.tools ?? [])
  const tools = knownTools(typeof choice === 'object' ? offered.filter(({ name }) => name === choice.name) : offered)
  const situation: Situation = { memory, clock, topics: tools.map(({ topic }) => topic), seed: options.sampling?.seed }
  const said = memory.turns.at(-1)?.said ?? ''
  const isForced = choice !== 'auto' && choice !== 'none'
  const forced = isForced && tools.length > 0 ? plan(tools, wordsOf(said), { clock, least: 0, isForced }) : undefined
  const isDone = memory.calls.length > 0
  if (forced?.type === 'calls' && (memory.isOpen || memory.turns.length === 0 || !isDone)) {
    const calls = remaining(forced.calls, memory, options.parallelTools)
    if (calls.length > 0) return { type: 'calls', calls }
  }
  const answer = answerIn(situation, tools, said, options)
  if (answer.type === 'calls' || options.format === undefined) return answer
  return text([jsonOf(options.format.schema, [...answer.answer].join(' '), said, clock)])
}

const answerIn = (situation: Situation, tools: readonly KnownTool[], said: string, options: GenerateOptions): Reply => {
  const { memory, clock } = situation
  const results = memory.results.length > 0 ? spokenResults(memory.results, memory.calls) : undefined
  if (!memory.isOpen) {
    const wished = demanded(memory)
    if (results) return text(results)
    if (wished !== undefined) return text([wished])
    const isFirst = memory.turns.length === 0 && memory.lastAnswer === ''
    return text(phrase(isFirst ? 'greeting' : 'anythingElse', situation))
  }
  if (said.trim() === '') {
    if (results) return text(results)
    return text(phrase(memory.turns.at(-1)!.hasPicture ? 'picture' : 'nothingHeard', situation))
  }
  const wished = demanded(memory)
  if (wished !== undefined && !results) return text([wished])
  const words = wordsOf(said)
  const line = lineOf(words)
  const isMeta = asksAgain.test(line) || asksRephrase.test(line)
  const verbatim = memory.calls.length > 0 && !isMeta ? undefined : answerVerbatim(said, situation)
  if (verbatim) return text(verbatim)
  const made = planFor(memory, tools, memory.turns.length - 1, clock, false)
  const strong = made && act(made, memory, options)
  if (strong) return strong
  if (results) return text(results)
  const known = answerBy(said, situation)
  if (known) return text(known)
  const weak = planFor(memory, tools, memory.turns.length - 1, clock, true)
  return (
    (weak && act(weak, memory, options)) ??
    text(
      phrase(/[a-z]/i.test(said) || (words.length > 0 && !/\p{L}/u.test(said)) ? 'fallback' : 'notEnglish', situation),
    )
  )
}

const act = (made: Plan, memory: Memory, options: GenerateOptions): Reply | undefined => {
  if (made.type === 'question') return text([made.text])
  const calls = remaining(made.calls, memory, options.parallelTools)
  return calls.length > 0 ? { type: 'calls', calls } : undefined
}

/** What of a plan has not been called yet. */
const remaining = (calls: readonly Call[], memory: Memory, parallel: boolean | undefined): readonly Call[] => {
  const done = memory.calls.map(({ name, arguments: given }) => ({ name, key: JSON.stringify(parsed(given)) }))
  const left = calls.filter(({ name, values }) => {
    const planned = calls.filter((call) => call.name === name).length
    const made = done.filter((call) => call.name === name)
    return made.length < planned && !made.some(({ key }) => key === JSON.stringify(values))
  })
  return parallel === false ? left.slice(0, 1) : left
}

const deepestQuestions = 4

/** The plan for a turn: what it asks for, or what it answers of a question that the turn before led to. */
const planFor = (
  memory: Memory,
  tools: readonly KnownTool[],
  turn: number,
  clock: Situation['clock'],
  isWeak: boolean,
  depth = 0,
): Plan | undefined => {
  const { said, answerBefore } = memory.turns[turn]!
  const words = wordsOf(said)
  if (refusals.test(lineOf(words))) return undefined
  const own = plan(tools, words, { clock, least: isWeak ? 2 : 3, isForced: false })
  if (own?.type === 'calls') return own
  if (turn > 0 && depth < deepestQuestions && answerBefore.endsWith('?') && words.length <= 12) {
    for (const weak of [false, true]) {
      const asked = planFor(memory, tools, turn - 1, clock, weak, depth + 1)
      if (asked?.type === 'question' && asked.text === answerBefore.trim()) return answered(asked, words, clock) ?? own
    }
  }
  return own
}

const jsonOf = (wanted: object | undefined, answer: string, said: string, clock: Situation['clock']): string => {
  if (wanted === undefined) return JSON.stringify({ answer })
  const schema = readSchema(wanted)
  if (schema.type !== 'object') return JSON.stringify(guessed(schema, answer))
  const isTold = ([name, { type, options, format }]: (typeof schema.properties)[number]): boolean =>
    type === 'string' &&
    options.length === 0 &&
    format === '' &&
    /answer|text|message|reply|response|summary|result/i.test(name)
  const told = schema.properties.find(isTold)?.[0]
  const { values } = fill(
    { ...schema, properties: schema.properties.filter(([name]) => name !== told) },
    wordsOf(said),
    { clock, topic: new Set() },
  )
  const all = schema.properties.flatMap(([name, property]) => {
    if (name === told) return [[name, answer]]
    if (Object.hasOwn(values, name)) return [[name, values[name]]]
    return schema.required.includes(name) ? [[name, guessed(property, told === undefined ? answer : '')]] : []
  })
  return JSON.stringify(Object.fromEntries(all))
}
