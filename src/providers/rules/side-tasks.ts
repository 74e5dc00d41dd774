/** Side tasks by rule: facts that someone tells of themselves, a listener's word, a word to fill a gap. */
import type { SideTask } from '../../engines/side-task.ts'
import { factForms, factName, fillerWords, listenerWords, sadWords, sympathy } from './data/facts.ts'
import { nameGiven } from './memory.ts'
import { consideredLength } from './words.ts'

const mostSaid = 200
const quotes = 5
const quoteLength = 80

/** The answer to a task, by what it is about. */
export const sideAnswer = (task: SideTask, about: string): string => {
  switch (task) {
    case 'memory':
      return JSON.stringify(rememberedOf(about))
    case 'backchannel':
      return listenerWord(about)
    case 'filler':
      return fillerWords
    default:
      return task satisfies never
  }
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : []

/** What the user said, from the JSON of the task. */
const readAbout = (about: string) => {
  let value: { readonly facts?: unknown; readonly summary?: unknown; readonly transcript?: unknown } = {}
  try {
    value = Object(JSON.parse(about)) as typeof value
  } catch {
    // Then nothing is known.
  }
  const transcript = Array.isArray(value.transcript) ? value.transcript : []
  const said = transcript.flatMap((entry: unknown) => {
    const { role, text } = Object(entry) as { readonly role?: unknown; readonly text?: unknown }
    return role === 'user' && typeof text === 'string' ? [text.slice(0, consideredLength).trim()] : []
  })
  return { facts: texts(value.facts), summary: String(value.summary ?? ''), said: said.slice(-mostSaid) }
}

/** Facts by rule; of a conversation there is no summary by rule, so it is what was said last, word for word. */
const rememberedOf = (about: string) => {
  const { facts: old, summary, said } = readAbout(about)
  let facts = [...old]
  const learn = (fact: string, replaces: (fact: string) => boolean): void => {
    facts = [...facts.filter((one) => !replaces(one) && one.toLowerCase() !== fact.toLowerCase()), fact]
  }
  for (const text of said) {
    const name = nameGiven(text)
    if (name) learn(`The user's name is ${name}.`, (fact) => factName.test(fact))
    for (const { form, fact, about } of factForms) {
      const found = form.exec(text)
      if (!found) continue
      const told = fact.replace(/\$(\d)/g, (_, place: string) => found[Number(place)]?.trim() ?? '')
      learn(told, (one) => about !== undefined && one.includes(about))
    }
  }
  const before = [...summary.matchAll(/“([^”]*)”/g)].map(([, quote]) => quote!)
  const quoted = [...before, ...said.map((text) => text.replace(/[“”]/g, '').slice(0, quoteLength))].slice(-quotes)
  return { facts, summary: quoted.length > 0 ? `The user said: ${quoted.map((text) => `“${text}”`).join(' ')}` : '' }
}

/** One of those that are allowed, where the task says which are; another with every word that was said. */
const listenerWord = (about: string): string => {
  const allowed = /^Allowed: (.+)$/m.exec(about)?.[1]?.split(' | ') ?? []
  const heard = /^Heard: (.*)$/m.exec(about)?.[1] ?? ''
  const words = heard.match(/\S+/g) ?? []
  const usable = allowed.length > 0 ? allowed : listenerWords
  if (words.length < 3) return ''
  if (sadWords.test(words.slice(-4).join(' ')) && (allowed.length === 0 || allowed.includes(sympathy))) return sympathy
  return usable[words.length % usable.length]!
}
