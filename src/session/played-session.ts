/** PlayedSession: a session that plays its replies itself and tells their audio among its events, for transports that send all they have over one socket. */
import type { PlayedEvent } from '../conversation/events.ts'
import type { Command } from '../conversation/inputs.ts'
import { asVoiceError } from '../errors.ts'
import { Queue } from '../streams/queue.ts'
import { Session } from './session.ts'
import type { SessionParts } from './session-parts.ts'

/** What a client may leave unread; the session itself holds more back. */
const eventLimitBytes = 256 * 1024

/** As a session: whoever makes it closes it. */
export class PlayedSession {
  readonly #session: Session
  readonly #forwarding: Promise<void>
  /** `playback.audio` comes at the pace of time; what is dropped before it was read does not come. */
  readonly events = new Queue<PlayedEvent>(eventLimitBytes, (event) =>
    event.type === 'playback.audio' ? event.frame.samples.length * 2 : 256,
  )

  constructor(parts: Omit<SessionParts, 'play' | 'drop'>) {
    const { events } = this
    this.#session = new Session({
      ...parts,
      play: (frame) => events.push({ type: 'playback.audio', frame }),
      drop: () => {
        events.discard(({ type }) => type === 'playback.audio')
        events.push({ type: 'playback.dropped' })
      },
    })
    this.#forwarding = this.#forward()
  }

  send(command: Command): boolean {
    return this.#session.send(command)
  }

  drained(): Promise<void> {
    return this.#session.drained()
  }

  quiet(): Promise<void> {
    return this.#session.quiet()
  }

  async close(): Promise<void> {
    await this.#session.close()
    await this.#forwarding
  }

  async #forward(): Promise<void> {
    try {
      for await (const event of this.#session.events) this.events.push(event)
      this.events.close()
    } catch (error) {
      this.events.close(asVoiceError(error))
    }
  }
}
