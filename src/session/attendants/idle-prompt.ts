/** IdlePrompt: notices that nobody has spoken for a while after a reply was heard. */
import { durationMs } from '../../audio/frame.ts'
import type { SessionConfig } from '../../conversation/config.ts'
import type { SessionEvent } from '../../conversation/events.ts'

const idleMsOf = ({ input: { turnDetection } }: SessionConfig): number | null =>
  turnDetection?.type === 'silence' ? turnDetection.idleMs : null

/**
 * The silence begins when the audio of the last reply has been played: its first frame went out at a known time, and
 * clients play at the pace of speech.
 */
export class IdlePrompt {
  readonly #elapsed: () => void
  #idleMs: number | null = null
  #timer: NodeJS.Timeout | undefined
  #firstAudioAt = 0
  #audioMs = 0

  /** `elapsed` is called once for each silence. */
  constructor(elapsed: () => void) {
    this.#elapsed = elapsed
  }

  see(event: SessionEvent): void {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        this.#idleMs = idleMsOf(event.config)
        if (this.#idleMs === null) this.close()
        break
      case 'reply.started':
        if (event.reply.outOfBand) break
        this.close()
        this.#audioMs = 0
        break
      case 'reply.audio':
        if (this.#audioMs === 0) this.#firstAudioAt = performance.now()
        this.#audioMs += durationMs(event.frame)
        break
      case 'reply.finished': {
        const { outOfBand, status } = event.reply
        if (outOfBand || status === 'cancelled' || status === 'failed' || this.#idleMs === null) break
        const playedAt = this.#audioMs === 0 ? performance.now() : this.#firstAudioAt + this.#audioMs
        this.#timer = setTimeout(this.#elapsed, Math.max(0, playedAt - performance.now()) + this.#idleMs)
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
