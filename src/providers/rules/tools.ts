/** Which tools are called for what was said, and what is asked when something is missing. */
import type { Tool } from '../../engines/language-model.ts'
import { commonVerbs, emptyWords, prepositions } from './data/language.ts'
import { fill, guesses, readParameters, type Values } from './fill.ts'
import { lineOf, stem, type Word, wordsOfName } from './words.ts'

/** A tool, read once for a request. */
type KnownTool = ReturnType<typeof readTool>

/** A call to be made. */
export interface Call {
  readonly tool: KnownTool
  readonly values: Values
}

const mostClauses = 12

/** Words that tell what a tool is for: `weather` of `get_weather`. */
const ownWordsOf = (name: string): readonly string[] => {
  const words = wordsOfName(name)
  return words.every((word) => commonVerbs.has(word)) ? words : words.filter((word) => !commonVerbs.has(word))
}

/** What a tool is about, to be spoken. */
export const topicOf = (name: string): string => ownWordsOf(name).join(' ') || 'tool'

/** Reads a tool: its parameters, and stems of what its name, its description and its parameters are about. */
export const readTool = ({ name, description, parameters: schema }: Tool) => {
  const parameters = readParameters(schema)
  const told = wordsOfName([description.slice(0, 300), ...parameters.map((one) => one.name)].join(' '))
  const details = new Set(told.filter((word) => !emptyWords.has(word) && !commonVerbs.has(word)).map(stem))
  return { name, parameters, subjects: ownWordsOf(name).map(stem), details }
}

/** From this score on the words name a tool; from `meant` on they may mean it. */
export const named = 3
export const meant = 2

/** The tool that most is said of: three for each word of its name, one for each other, two of them at most. */
const best = (tools: readonly KnownTool[], words: readonly Word[]) => {
  const said = new Set(words.filter(({ text }) => !emptyWords.has(text)).map(({ text }) => stem(text)))
  const scores = tools.map((tool) => {
    const details = [...said].filter((word) => tool.details.has(word)).length
    return { tool, score: named * tool.subjects.filter((word) => said.has(word)).length + Math.min(meant, details) }
  })
  return scores.sort((a, b) => b.score - a.score)[0]
}

/** The calls that the words ask for. `least`: the score that counts; 0: something must be called, the rest is guessed. */
export const callsFor = (tools: readonly KnownTool[], words: readonly Word[], now: Date, least: number): Call[] => {
  const whole = best(tools, words)
  if (!whole || whole.score < least) return []
  const calls: (Call & { readonly clause: readonly Word[] })[] = []
  const call = (tool: KnownTool, clause: readonly Word[], before: Values = {}): void => {
    calls.push({ tool, clause, values: { ...before, ...fill(tool.parameters, clause, tool.name, now) } })
  }
  let lead: readonly Word[] = []
  for (const clause of clauses(words)) {
    const top = best(tools, clause)
    const last = calls.at(-1)
    if (top && top.score >= named) call(top.tool, last ? clause : [...lead, ...clause])
    else if (!last) lead = [...lead, ...clause]
    else if (isAddition(last, clause, now)) call(last.tool, clause, last.values)
    else call(last.tool, [...calls.pop()!.clause, ...clause], last.values)
  }
  if (calls.length === 0) call(whole.tool, words)
  return calls.map(({ tool, values }) => {
    const guessable = tool.parameters.filter(({ preset }) => least === 0 || preset !== undefined)
    return { tool, values: { ...guesses(guessable, lineOf(words) || 'unknown'), ...values } }
  })
}

/** Whether a clause such as `and in Oslo` or `and the other` asks for the same of something else, and is no part of a text. */
const isAddition = ({ tool: { parameters, name }, values }: Call, clause: readonly Word[], now: Date): boolean =>
  (clause.length <= 3 || clause.slice(0, 2).some(({ text }) => prepositions.has(text))) &&
  !parameters.some(({ slot, name: own }) => slot?.takesAll && Object.hasOwn(values, own)) &&
  Object.keys(fill(parameters, clause, name, now)).some((own) => Object.hasOwn(values, own))

/** The parts of an utterance: a mark ends one, `and` begins one. */
const clauses = (words: readonly Word[]): readonly (readonly Word[])[] => {
  const parts: Word[][] = []
  for (const [at, word] of words.entries()) {
    const begins = at === 0 || words[at - 1]!.ends || /^(?:and|then|also|plus)$/.test(word.text)
    if (begins && parts.length < mostClauses) parts.push([word])
    else parts.at(-1)!.push(word)
  }
  return parts
}

/** What must be known before the calls can be made; undefined when nothing is missing. */
export const questionFor = (calls: readonly Call[]): string | undefined => {
  for (const { tool, values } of calls) {
    const missing = tool.parameters.find(({ name, isRequired }) => isRequired && !Object.hasOwn(values, name))
    if (missing) return `Which ${wordsOfName(missing.name).join(' ')} should I use for the ${topicOf(tool.name)}?`
  }
  return undefined
}
