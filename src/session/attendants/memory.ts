/** MemoryKeeper: has a model sum the conversation up every few turns. */
import type { MemoryConfig } from '../../conversation/attendant-config.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import type { Item } from '../../conversation/item.ts'
import { sideTask } from '../../engines/side-task.ts'
import { asVoiceError } from '../../errors.ts'
import { ask } from './ask.ts'
import type { Attendant, AttendantParts } from './attendant.ts'
import { saidIn } from './tail.ts'

const instructions = `You keep the memory of a voice assistant. The input is JSON: "facts" and "summary" are what is remembered already, "transcript" is what was said since.
Answer with one JSON object and nothing else: {"facts": [...], "summary": "..."}.
"facts": everything durable about the user, old and new, each one short sentence in the third person, the oldest first; leave out what has been corrected, small talk, and what only the assistant said.
"summary": the whole conversation so far, the old summary included, in a few sentences.`

const schema = {
  type: 'object',
  properties: { facts: { type: 'array', items: { type: 'string' } }, summary: { type: 'string' } },
  required: ['facts', 'summary'],
  additionalProperties: false,
}

/** Items of a conversation that a model is given at once, and characters of each. */
const mostItems = 200
const mostCharacters = 2000
const maxTokens = 1500

const transcriptOf = (items: readonly Item[]) =>
  items.flatMap((item) => {
    const text = (saidIn(item) ?? '').slice(0, mostCharacters)
    return item.type === 'message' && item.role !== 'system' && text !== '' ? [{ role: item.role, text }] : []
  })

/** What a model has answered, with or without words or a fence around it; undefined when it makes no sense. */
export const readAnswer = (
  text: string,
): { readonly facts: readonly string[]; readonly summary: string } | undefined => {
  let value: unknown
  try {
    value = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))
  } catch {
    return undefined
  }
  const { facts, summary } = (value ?? {}) as { readonly facts?: unknown; readonly summary?: unknown }
  if (!Array.isArray(facts) && typeof summary !== 'string') return undefined
  const texts = (Array.isArray(facts) ? facts : []).flatMap((fact) => (typeof fact === 'string' ? [fact.trim()] : []))
  return {
    facts: [...new Set(texts.filter((fact) => fact !== ''))],
    summary: typeof summary === 'string' ? summary.trim() : '',
  }
}

/** Of what was summed up the items that models need no longer be given: whole turns, all but the newest. */
const trimmedOf = (items: readonly Item[], { trims, maxTranscriptItems }: MemoryConfig): readonly string[] => {
  if (!trims || items.length <= maxTranscriptItems) return []
  const most = items.length - maxTranscriptItems
  const from = items.findLastIndex((item, at) => at <= most && item.type === 'message' && item.role === 'user')
  const end = most === items.length ? most : Math.max(0, from)
  return items.slice(0, end).flatMap((item) => (item.type === 'message' && item.role === 'system' ? [] : [item.id]))
}

/** One update at a time. A model that fails leaves the memory as it was, and is asked again after as many turns. */
export class MemoryKeeper implements Attendant {
  readonly #parts: AttendantParts
  readonly #covered = new Set<string>()
  #busy = false
  #notBefore = 0
  #reported = false

  constructor(parts: AttendantParts) {
    this.#parts = parts
  }

  see(event: SessionEvent): void {
    if (event.type === 'item.deleted') this.#covered.delete(event.itemId)
    if (event.type !== 'reply.finished' || event.reply.outOfBand) return
    // A call is not the end of an answer.
    if (event.reply.items.at(-1)?.type === 'call') return
    const { memory, kind } = this.#parts.config()
    if (!memory?.enabled || kind !== 'conversation' || this.#busy) return
    const { turnsSinceUpdate, totalTurns } = memory.state
    if (turnsSinceUpdate < memory.turnInterval || totalTurns < this.#notBefore) return
    this.#busy = true
    this.#parts.start((signal) => this.#update(memory, signal))
  }

  close(): void {}

  async #update(memory: MemoryConfig, signal: AbortSignal): Promise<void> {
    const { config, items, engines, apply, log } = this.#parts
    // What is still being said, or whose words are still to come, is for the next time.
    const all = items().filter((item) => item.status !== 'running' && saidIn(item) !== undefined)
    const fresh = all.filter(({ id }) => !this.#covered.has(id)).slice(-mostItems)
    const { facts, summary, turnsSinceUpdate, totalTurns } = memory.state
    const about = JSON.stringify({ facts, summary, transcript: transcriptOf(fresh) })
    try {
      const answer = readAnswer(
        await ask(engines.languageModel(config().model), sideTask('memory', instructions, about), {
          signal,
          log,
          maxTokens,
          sampling: { temperature: 0 },
          format: { type: 'json', name: 'memory', schema },
          deadlineMs: engines.stallMs,
        }),
      )
      if (signal.aborted) return
      if (answer) {
        for (const { id } of all) this.#covered.add(id)
        apply({ type: 'memory.updated', ...answer, turns: turnsSinceUpdate, trim: trimmedOf(all, memory) })
        return
      }
      this.#report({ code: 'unreadable' })
    } catch (error) {
      const { code, cause } = asVoiceError(error)
      if (!signal.aborted) this.#report({ code, err: cause })
    } finally {
      this.#busy = false
    }
    this.#notBefore = totalTurns + memory.turnInterval
  }

  #report(fields: { readonly code: string; readonly err?: unknown }): void {
    if (!this.#reported) this.#parts.log.warn(fields, 'the memory of the conversation could not be updated')
    this.#reported = true
  }
}
