/** IdlePrompt: notices that nobody has spoken for a while after a reply was heard. */
import { type SessionConfig, turnDetectionOf } from '../../conversation/config.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import type { Attendant, AttendantParts } from './attendant.ts'
import { ClientPlayback } from './client-playback.ts'

const idleMsOf = (config: SessionConfig): number | null => {
  const detection = turnDetectionOf(config)
  return detection?.type === 'silence' ? detection.idleMs : null
}

/** The silence begins when the audio of the last reply has been played. `idle.elapsed` is given once for each silence. */
export class IdlePrompt implements Attendant {
  readonly #apply: AttendantParts['apply']
  readonly #playback = new ClientPlayback()
  #idleMs: number | null = null
  #timer: NodeJS.Timeout | undefined

  constructor({ apply }: Pick<AttendantParts, 'apply'>) {
    this.#apply = apply
  }

  see(event: SessionEvent): void {
    this.#playback.see(event)
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        this.#idleMs = idleMsOf(event.config)
        if (this.#idleMs === null) this.close()
        break
      case 'reply.started':
        if (!event.reply.outOfBand) this.close()
        break
      case 'reply.finished': {
        const { outOfBand, status } = event.reply
        if (outOfBand || status === 'cancelled' || status === 'failed' || this.#idleMs === null) break
        const elapsed = (): void => this.#apply({ type: 'idle.elapsed' })
        this.#timer = setTimeout(elapsed, this.#playback.leftMs() + this.#idleMs)
        break
      }
      case 'speech.started':
      case 'audio.committed':
        this.close()
        break
      default:
    }
  }

  /** Stops waiting. */
  close(): void {
    clearTimeout(this.#timer)
  }
}
