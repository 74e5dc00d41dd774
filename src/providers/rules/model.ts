/** parley/rules as a language model: messages → text and tool calls, by rule. */
import { setImmediate } from 'node:timers/promises'
import type { GenerateOptions, GenerationEvent, LanguageModel, Message, Tool } from '../../engines/language-model.ts'
import { readSideTask } from '../../engines/side-task.ts'
import { type Answer, answerBy, answerVerbatim, filled, type Situation } from './answers.ts'
import { asksBack, phrases } from './data/phrases.ts'
import { guesses, readParameters } from './fill.ts'
import { calmed, inManner, type Manner, mannerFor } from './manner.ts'
import { type Memory, remember, textOf } from './memory.ts'
import { parsed, spokenResults } from './results.ts'
import { sideAnswer } from './side-tasks.ts'
import { type Call, callsFor, meant, named, questionFor, readTool, topicOf } from './tools.ts'
import { wordsOf } from './words.ts'

type Reply = { readonly answer: Answer } | { readonly calls: readonly Call[] }
type Try = (text: string, least: number) => Reply | undefined

const mostTools = 128

/** Tokens as they are counted here: four characters each. */
const tokensOf = (characters: number): number => Math.ceil(characters / 4)

/** The embedded agent. `now` stands in for the machine's clock. */
export const createRules = (now = () => new Date()): LanguageModel => ({
  card: {
    name: 'Parley rules: a rule-based demonstration, not a language model',
    languages: ['en'],
    accuracy: 'Knows only what its rules foresee; to everything else it says so.',
    better: 'Any language model: set the key of a provider, or the address of a local server.',
  },
  async *generate(messages, options) {
    const { signal, maxTokens = Number.POSITIVE_INFINITY } = options
    const reply = replyTo(messages, options, now())
    let reason: 'stop' | 'length' | 'tool-calls' = 'calls' in reply ? 'tool-calls' : 'stop'
    let characters = 0
    for (const event of eventsOf(reply)) {
      // Leaves room for the signal, and for everybody else, between any two words.
      await setImmediate()
      if (signal.aborted) return
      const after = characters + (event.type === 'text' ? event.delta : event.arguments).length
      if (event.type === 'text' && tokensOf(after) > maxTokens) reason = 'length'
      if (reason === 'length') break
      characters = after
      yield event
    }
    if (signal.aborted) return
    const input = messages.reduce((sum, message) => sum + textOf(message, Number.POSITIVE_INFINITY).length, 0)
    yield { type: 'usage', inputTokens: tokensOf(input), outputTokens: tokensOf(characters) }
    yield { type: 'finish', reason }
  },
})

/** Calls at once, an answer word by word. */
function* eventsOf(reply: Reply): Generator<Extract<GenerationEvent, { type: 'text' | 'tool-call' }>> {
  if ('calls' in reply)
    for (const { tool, values } of reply.calls) {
      const callId = `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`
      yield { type: 'tool-call', callId, name: tool.name, arguments: JSON.stringify(values) }
    }
  else {
    let gap = ''
    for (const sentence of reply.answer)
      for (const word of sentence.match(/\S+/g) ?? []) {
        yield { type: 'text', delta: gap + word }
        gap = ' '
      }
  }
}

const replyTo = (messages: readonly Message[], options: GenerateOptions, now: Date): Reply => {
  const side = readSideTask(messages)
  if (side) return { answer: [sideAnswer(side.task, side.about)] }
  const memory = remember(messages)
  const { toolChoice = 'auto', tools: offered = [], format } = options
  const isUsable = ({ name }: Tool): boolean =>
    typeof toolChoice === 'string' ? toolChoice !== 'none' : toolChoice.name === name
  const tools = offered.filter(isUsable).slice(0, mostTools).map(readTool)
  const said = memory.turns.at(-1)?.said ?? ''
  const tried: Try = (text, least) => act(callsFor(tools, wordsOf(text), now, least), least, options, memory)
  const isForced = toolChoice !== 'auto' && (memory.isOpen || memory.calls.length === 0)
  const topics = tools.map(({ name }) => topicOf(name))
  const manner = format ? 'plain' : mannerOf(messages)
  const reply = (isForced ? tried(said, 0) : undefined) ?? answerIn({ memory, now, topics, manner }, said, tried)
  if ('calls' in reply) return reply
  if (format === undefined) return { answer: inManner(reply.answer, manner) }
  const answer = [...reply.answer].join(' ')
  const json = format.schema ? guesses(readParameters(format.schema), answer) : { answer }
  return { answer: [JSON.stringify(json)] }
}

/** How the last words of the user sounded. */
const mannerOf = (messages: readonly Message[]): Manner => {
  const last = messages.findLast(({ role }) => role === 'user')
  const part = last?.role === 'user' ? last.parts.findLast(({ type }) => type === 'text') : undefined
  return part?.type === 'text' ? mannerFor(part.text) : 'plain'
}

/** What is wanted word for word, tools that are named, results, own knowledge, and tools that may be meant. */
const answerIn = (situation: Situation, said: string, tried: Try): Reply => {
  const { turns, isOpen, results, calls, lastAnswer } = situation.memory
  const reply = (answer: Answer | undefined): Reply | undefined => answer && { answer }
  const short = (text: string): string => (situation.manner === 'calm' ? calmed(text) : text)
  const fixed = (key: keyof typeof phrases): Reply => ({ answer: [short(filled(phrases[key], situation))] })
  const told = (those: typeof results): Reply | undefined =>
    those.length > 0 ? reply(spokenResults(those, calls)) : undefined
  const spoken = told(results.filter((one) => !one.isPending))
  const waiting = told(results)
  if (!isOpen) return spoken ?? waiting ?? fixed(turns.length === 0 && lastAnswer === '' ? 'greeting' : 'anythingElse')
  if (said === '') return spoken ?? fixed('nothingHeard')
  return (
    reply(spoken ? undefined : answerVerbatim(said, situation)) ??
    tried(said, named) ??
    spoken ??
    reply(answerBy(said, situation)) ??
    tried(withQuestion(turns), meant) ??
    waiting ??
    fixed('fallback')
  )
}

/** The last utterance, after those that it completes because it answers a question about them. */
const withQuestion = (turns: Memory['turns']): string => {
  let at = turns.length - 1
  while (at > 0 && asksBack.test(turns[at]!.answerBefore)) at--
  return turns.reduce((text, { said }, index) => (index < at ? '' : `${text} ${said}`), '')
}

/** Asks for what is missing, or calls what has not been called yet for this utterance. */
const act = (calls: readonly Call[], least: number, options: GenerateOptions, memory: Memory): Reply | undefined => {
  const question = least > 0 ? questionFor(calls) : undefined
  if (question !== undefined) return { answer: [question] }
  const done = memory.calls.map((call) => `${call.name} ${JSON.stringify(parsed(call.arguments))}`)
  const left = calls.filter(({ tool, values }) => !done.includes(`${tool.name} ${JSON.stringify(values)}`))
  if (left.length === 0) return undefined
  return { calls: options.parallelTools === false ? left.slice(0, 1) : left }
}
