/** ToolRuns: asks servers of tools, has calls made and the web searched, and tells what came of it. */
import type { Effect } from '../conversation/effects.ts'
import type { Tick } from '../conversation/inputs.ts'
import type { RemoteTools, ToolResult } from '../engines/remote-tools.ts'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import { orAborted } from '../streams/or-aborted.ts'
import type { Tasks } from '../streams/tasks.ts'

type ToolEffect = Extract<Effect, { readonly type: 'list-tools' | 'run-tool' | 'search' }>

export interface ToolRunsParts {
  /** Undefined: everything fails. */
  readonly tools: RemoteTools | undefined
  readonly tasks: Tasks
  readonly log: Log
  readonly tell: (input: Tick) => void
}

/** What the model wants to search for. */
const queryOf = (json: string): string => {
  try {
    const { query } = JSON.parse(json) as { readonly query?: unknown }
    if (typeof query === 'string' && query.trim() !== '') return query
  } catch {
    // Told below.
  }
  throw new VoiceError('invalid_request', 'The query is missing.')
}

export class ToolRuns {
  readonly #parts: ToolRunsParts

  constructor(parts: ToolRunsParts) {
    this.#parts = parts
  }

  /** Tells one answer for each effect, unless the session ends first. What was called and what came of it is never logged. */
  perform(effect: ToolEffect): void {
    this.#parts.tasks.start(async (signal) => {
      // Whoever closes the tools ends what was not waited for.
      const answer = await orAborted(this.#answer(effect, signal), signal)
      if (answer) this.#parts.tell(answer)
    })
  }

  async #answer(effect: ToolEffect, signal: AbortSignal): Promise<Tick> {
    const { itemId } = effect
    try {
      if (effect.type !== 'list-tools')
        return { type: 'tool.ended', itemId, result: await this.#result(effect, signal) }
      return { type: 'tools.listed', itemId, tools: await this.#tools.list(effect.server, this.#work(signal)) }
    } catch (error) {
      const message = signal.aborted ? '' : this.#problem(error, effect.type)
      if (effect.type === 'list-tools') return { type: 'tools.listed', itemId, tools: [], problem: message }
      return { type: 'tool.ended', itemId, result: { type: 'failed', by: 'tool', message } }
    }
  }

  async #result(
    effect: Exclude<ToolEffect, { readonly type: 'list-tools' }>,
    signal: AbortSignal,
  ): Promise<ToolResult> {
    const work = this.#work(signal)
    if (effect.type === 'run-tool') return this.#tools.call(effect.server, effect, work)
    const query = queryOf(effect.arguments)
    const text = await this.#tools.search?.(query, { ...work, most: effect.maxResults })
    if (text === undefined) throw new VoiceError('unavailable', 'There is nothing to search the web with.')
    return { type: 'output', text }
  }

  #work(signal: AbortSignal) {
    return { signal, log: this.#parts.log }
  }

  get #tools(): RemoteTools {
    const { tools } = this.#parts
    if (!tools) throw new VoiceError('unavailable', 'This server runs no tools.')
    return tools
  }

  #problem(error: unknown, errand: ToolEffect['type']): string {
    const { code, message, cause } = asVoiceError(error)
    if (code === 'internal') this.#parts.log.error({ errand, err: cause }, 'a tool failed')
    else this.#parts.log.info({ errand, code }, 'a tool failed')
    return message
  }
}
