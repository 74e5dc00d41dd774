/** parley/rules as a language model: messages → text and tool calls, by rule. */
import { setImmediate } from 'node:timers/promises'
import type { GenerateOptions, GenerationEvent, LanguageModel, Message } from '../../engines/language-model.ts'
import { type Answer, answerBy, answerVerbatim, phrase, type Situation } from './answers.ts'
import { continues, refusals } from './data/language.ts'
import { fill } from './fill.ts'
import { type Memory, remember } from './memory.ts'
import { parsed, spokenResults } from './results.ts'
import { guessed, readSchema } from './schema.ts'
import { answered, type Call, continued, type KnownTool, knownTools, meant, named, type Plan, plan } from './tools.ts'
import { lineOf, wordsOf } from './words.ts'

/** What stands in for the machine's clock. */
export interface RulesSettings {
  readonly now?: () => Date
  /** IANA name; the server's own where it is missing. */
  readonly timeZone?: string
}

type Reply = { readonly answer: Answer } | { readonly calls: readonly Call[] }

/** Tokens as they are counted here: 1.3 to a word, rounded down. */
const tokensOf = (words: number): number => Math.floor(words * 1.3)

const countWords = (text: string): number => {
  let words = 0
  for (let at = 0, wasGap = true; at < text.length; at++) {
    const isGap = text.charCodeAt(at) <= 32
    if (wasGap && !isGap) words++
    wasGap = isGap
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
    accuracy: 'Knows only what its rules foresee; to everything else it says so.',
    better: 'Any language model: set the key of a provider, or the address of a local server.',
  },
  async *generate(messages, options) {
    const { signal } = options
    const clock = { now: now(), timeZone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone }
    const reply = replyTo(messages, options, clock)
    let words = 0
    let reason: 'stop' | 'length' | 'tool-calls' = 'stop'
    for (const event of 'calls' in reply ? called(reply.calls) : written(reply.answer, options.sampling?.stop ?? [])) {
      // Leaves room for the signal, and for everybody else, between any two words.
      await setImmediate()
      if (signal.aborted) return
      if (event.type === 'tool-call') reason = 'tool-calls'
      else if (tokensOf(words + 1) > (options.maxTokens ?? Number.POSITIVE_INFINITY)) {
        reason = 'length'
        break
      }
      words += event.type === 'tool-call' ? 1 + countWords(event.arguments) : 1
      yield event
    }
    if (signal.aborted) return
    const inputWords = messages.reduce((sum, message) => sum + wordsIn(message), 0)
    yield { type: 'usage', inputTokens: tokensOf(inputWords), outputTokens: tokensOf(words) }
    yield { type: 'finish', reason }
  },
})

type Said = Extract<GenerationEvent, { type: 'text' | 'tool-call' }>

const called = (calls: readonly Call[]): readonly Said[] =>
  calls.map(({ tool: { name }, values }) => {
    const callId = `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`
    return { type: 'tool-call', callId, name, arguments: JSON.stringify(values) }
  })

/** Word by word, up to a stop sequence. */
function* written(answer: Answer, stops: readonly string[]): Generator<Said> {
  let gap = ''
  for (const sentence of answer) {
    const end = Math.min(...stops.map((stop) => sentence.indexOf(stop)).filter((at) => at >= 0), sentence.length)
    for (const word of sentence.slice(0, end).match(/\S+/g) ?? []) {
      yield { type: 'text', delta: gap + word }
      gap = ' '
    }
    if (end < sentence.length) return
  }
}

const replyTo = (messages: readonly Message[], options: GenerateOptions, clock: Situation['clock']): Reply => {
  const memory = remember(messages)
  const { toolChoice = 'auto', tools: offered = [], format } = options
  const usable = toolChoice === 'none' ? [] : offered
  const tools = knownTools(
    typeof toolChoice === 'object' ? usable.filter(({ name }) => name === toolChoice.name) : usable,
  )
  const situation: Situation = { memory, clock, topics: tools.map(({ topic }) => topic), seed: options.sampling?.seed }
  const said = memory.turns.at(-1)?.said ?? ''
  const isForced = toolChoice !== 'auto' && (memory.isOpen || memory.calls.length === 0)
  const forced = isForced ? act(plan(tools, wordsOf(said), { clock, least: 0 }), options, memory) : undefined
  const reply = forced ?? answerIn(situation, tools, said, options)
  if ('calls' in reply || format === undefined) return reply
  return { answer: [jsonOf(format.schema, [...reply.answer].join(' '), said, clock)] }
}

const answerIn = (situation: Situation, tools: readonly KnownTool[], said: string, options: GenerateOptions): Reply => {
  const { memory, clock } = situation
  const { turns, isOpen, results, calls, demanded, lastAnswer } = memory
  const spoken = results.length > 0 ? { answer: spokenResults(results, calls) } : undefined
  const answer = (text: Answer | undefined): Reply | undefined => text && { answer: text }
  const fixed = (key: Parameters<typeof phrase>[0]): Reply => ({ answer: phrase(key, situation) })
  const tried = (least: number): Reply | undefined =>
    act(planFor(memory, tools, turns.length - 1, clock, least), options, memory)
  if (demanded !== undefined && !spoken) return { answer: [demanded] }
  if (!isOpen) return spoken ?? fixed(turns.length === 0 && lastAnswer === '' ? 'greeting' : 'anythingElse')
  if (said === '') return spoken ?? fixed(turns.at(-1)!.hasPicture ? 'picture' : 'nothingHeard')
  const isEnglish = /[a-z]/i.test(said) || !/\p{L}/u.test(said)
  return (
    (spoken ? undefined : answer(answerVerbatim(said, situation))) ??
    tried(named) ??
    spoken ??
    answer(answerBy(said, situation)) ??
    tried(meant) ??
    fixed(isEnglish ? 'fallback' : 'notEnglish')
  )
}

/** Asks, or calls what has not been called yet for this utterance. */
const act = (made: Plan | undefined, { parallelTools }: GenerateOptions, memory: Memory): Reply | undefined => {
  if (made?.question) return { answer: [made.question.text] }
  const left = (made?.calls ?? []).filter(({ tool: { name }, values }, _, calls) => {
    const done = memory.calls.filter((call) => call.name === name)
    const isDone = done.some((call) => JSON.stringify(parsed(call.arguments)) === JSON.stringify(values))
    return !isDone && done.length < calls.filter((call) => call.tool.name === name).length
  })
  return left.length > 0 ? { calls: parallelTools === false ? left.slice(0, 1) : left } : undefined
}

const mostQuestions = 6
const longestReply = 12

/** The plan for a turn: what it asks for, or what it answers of the question that the turn before led to. */
const planFor = (
  memory: Memory,
  tools: readonly KnownTool[],
  turn: number,
  clock: Situation['clock'],
  least: number,
): Plan | undefined => {
  const { said, answerBefore } = memory.turns[turn]!
  const words = wordsOf(said)
  if (refusals.test(lineOf(words))) return undefined
  const own = plan(tools, words, { clock, least })
  if (turn === 0 || turn < memory.turns.length - mostQuestions || words.length > longestReply) return own
  const isReply = answerBefore.endsWith('?') && !(own && !own.question)
  const goesOn = own === undefined && continues.test(lineOf(words))
  const before = isReply || goesOn ? planFor(memory, tools, turn - 1, clock, meant) : undefined
  if (isReply && before?.question?.text === answerBefore) return answered(before, words, clock) ?? own
  return (goesOn && before && continued(before, words, clock)) || own
}

const jsonOf = (wanted: object | undefined, answer: string, said: string, clock: Situation['clock']): string => {
  if (wanted === undefined) return JSON.stringify({ answer })
  const schema = readSchema(wanted)
  const tells = /answer|text|message|reply|response|summary|result/i
  const told = schema.properties.find(
    ([name, { type, options }]) => type === 'string' && options.length === 0 && tells.test(name),
  )?.[0]
  const others = schema.properties.filter(([name]) => name !== told)
  const values = fill({ ...schema, properties: others }, wordsOf(said), { clock, topic: new Set() })
  return JSON.stringify(
    guessed(schema, told === undefined ? answer : '', told === undefined ? values : { ...values, [told]: answer }),
  )
}
