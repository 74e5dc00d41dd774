/** SpeakingSession: one client's texts, spoken while they are written; tells what becomes of them, and outlives nothing. */
import { VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { SpeakCommand, SpeakEvent } from '../speaking/commands.ts'
import { orAborted } from '../streams/or-aborted.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import type { ReplyEngines } from './reply.ts'
import { SpeechContext } from './speech-context.ts'

/** Audio that is told ahead of a client that does not read; past this, it waits. */
const eventLimitBytes = 2 * 1024 * 1024
/** What is not audio cannot wait: a client that asks for more and more without reading any of it is given up. */
const mostEventBytes = 4 * eventLimitBytes
const plainBytes = 256

export interface SpeakingParts {
  readonly engines: Pick<ReplyEngines, 'voice' | 'stallMs'>
  /** Where programs that encode were unpacked. */
  readonly cacheDir: string
  /** Wall time without any message, while nothing is being spoken, after which the session ends. 0: never. */
  readonly idleMs: number
  readonly log: Log
}

/** Send commands, iterate `events`; they end with the session, or throw what broke it. Whoever makes a session closes it. */
export class SpeakingSession {
  readonly events = new Queue<SpeakEvent>(eventLimitBytes, (event) =>
    event.type === 'speech.spoken' ? event.bytes.length + plainBytes : plainBytes,
  )
  readonly #parts: SpeakingParts
  readonly #contexts = new Map<string, SpeechContext>()
  readonly #tasks = new Tasks()
  #idle: NodeJS.Timeout | undefined

  constructor(parts: SpeakingParts) {
    this.#parts = parts
    this.#stillThere()
  }

  /** False when the client does not read: give it no more until `drained` resolves. */
  send(command: SpeakCommand): boolean {
    if (this.#tasks.signal.aborted) return true
    this.#stillThere()
    this.#apply(command)
    if (this.events.weight > mostEventBytes)
      this.#end(new VoiceError('overloaded', 'The client does not read what it is told.'))
    return this.events.weight <= eventLimitBytes * 2
  }

  drained(): Promise<void> {
    return this.events.drained()
  }

  /** Stops everything and waits until it has stopped. */
  async close(): Promise<void> {
    this.#end()
    await this.#tasks.settled().catch(() => {})
  }

  #end(error?: VoiceError): void {
    clearTimeout(this.#idle)
    this.#tasks.abort()
    this.events.close(error)
  }

  #stillThere(): void {
    if (this.#parts.idleMs === 0) return
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => {
      if (this.#contexts.size > 0 && this.events.weight > 0) this.#stillThere()
      else this.#end(new VoiceError('timeout', 'Nothing came for too long.'))
    }, this.#parts.idleMs)
  }

  #apply(command: SpeakCommand): void {
    switch (command.type) {
      case 'context.open':
        this.#open(command)
        break
      case 'text.append':
        if (this.#contexts.get(command.context)?.append(command.text) === false) {
          const message = 'Too much text waits to be spoken; this was not taken.'
          this.events.push({ type: 'command.refused', context: command.context, refusal: 'too-much', message })
        }
        break
      case 'text.flush':
        this.#contexts.get(command.context)?.flush()
        break
      case 'context.change':
        this.#contexts.get(command.context)?.change(command.settings)
        break
      case 'context.close':
        // What a slow client has not taken of it, it shall not have to play.
        if (this.#contexts.get(command.context)?.close())
          this.events.discard((event) => event.type === 'speech.spoken' && event.context === command.context)
        break
      case 'session.keep':
        break
      case 'nonsense': {
        const { type: _, ...refused } = command
        this.events.push({ type: 'command.refused', ...refused })
        break
      }
      default:
        command satisfies never
    }
  }

  #open({ context, settings }: Extract<SpeakCommand, { type: 'context.open' }>): void {
    const { engines, cacheDir, log } = this.#parts
    const parts = { settings, engines, cacheDir, log, tasks: this.#tasks }
    const speech = new SpeechContext({
      ...parts,
      tell: (event) => {
        if (event.type === 'context.closed') this.#contexts.delete(context)
        return this.#tell({ ...event, context } as SpeakEvent)
      },
    })
    this.#contexts.set(context, speech)
  }

  #tell(event: SpeakEvent): Promise<unknown> | undefined {
    return this.events.push(event) ? undefined : orAborted(this.events.drained(), this.#tasks.signal)
  }
}
