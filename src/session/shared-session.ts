/** SharedSession: one conversation that several clients take part in, such as a caller and the server that stands by. */
import type { SessionConfig } from '../conversation/config.ts'
import type { SessionEvent } from '../conversation/events.ts'
import type { Command } from '../conversation/inputs.ts'
import { VoiceError } from '../errors.ts'
import { Queue } from '../streams/queue.ts'
import type { Session } from './session.ts'

/** Bytes of events that one who takes part may leave unread, roughly; past this it is let go. */
const unreadLimitBytes = 8 * 1024 * 1024
const plainBytes = 256

const weightOf = (event: SessionEvent): number => ('frame' in event ? event.frame.samples.length * 2 : plainBytes)

/** One client's part in it. Whoever joins leaves by `close`. */
export interface Participant {
  send(command: Command): boolean
  drained(): Promise<void>
  /** End with the session or with `close`, or throw what broke the session. */
  readonly events: AsyncIterable<SessionEvent>
  /** Leaves; the session goes on. */
  close(): Promise<void>
}

/** Everything that happens is told to everyone, but a refusal to whom it concerns. Closing it closes the session. */
export class SharedSession {
  readonly #session: Session
  readonly #participants = new Map<number, Queue<SessionEvent>>()
  #count = 0
  #config: SessionConfig | undefined
  #over = false
  readonly #telling: Promise<void>

  constructor(session: Session) {
    this.#session = session
    this.#telling = this.#tell()
  }

  /** From now on. Who comes later is told of the session as it is; what happened before is not told again. */
  join(): Participant {
    this.#count += 1
    const number = this.#count
    const events = new Queue<SessionEvent>(unreadLimitBytes, weightOf)
    if (this.#over) events.close()
    else this.#participants.set(number, events)
    if (this.#config) events.push({ type: 'session.created', config: this.#config })
    return {
      events,
      send: (command) => {
        const { id } = command
        // A refusal carries the id of what is refused, and by that finds its way back.
        return this.#session.send({ ...command, id: id === undefined ? `${number}` : `${number}:${id}` })
      },
      drained: () => this.#session.drained(),
      close: () => {
        this.#participants.delete(number)
        events.abort()
        return Promise.resolve()
      },
    }
  }

  async close(): Promise<void> {
    await this.#session.close()
    await this.#telling
  }

  async #tell(): Promise<void> {
    let failure: unknown
    try {
      for await (const event of this.#session.events) {
        if (event.type === 'session.created' || event.type === 'session.updated') this.#config = event.config
        if (event.type === 'command.refused') this.#tellSender(event)
        else for (const [number, events] of this.#participants) this.#push(number, events, event)
      }
    } catch (error) {
      failure = error
    }
    this.#over = true
    for (const events of this.#participants.values()) events.close(failure)
    this.#participants.clear()
  }

  #tellSender(refusal: Extract<SessionEvent, { readonly type: 'command.refused' }>): void {
    const { id: tagged = '', ...rest } = refusal
    const number = Number.parseInt(tagged, 10)
    const events = this.#participants.get(number)
    const own = tagged.indexOf(':')
    if (events) this.#push(number, events, own < 0 ? rest : { ...rest, id: tagged.slice(own + 1) })
  }

  #push(number: number, events: Queue<SessionEvent>, event: SessionEvent): void {
    if (events.push(event)) return
    this.#participants.delete(number)
    events.abort(new VoiceError('overloaded', 'The client does not read what it is told.'))
  }
}
