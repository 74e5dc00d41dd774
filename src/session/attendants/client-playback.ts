/**
 * ClientPlayback: until when, in wall time, a client plays what it was given; its first frame went out at a known time, and
 * clients play at the pace of speech. What the conversation itself knows is on the audio clock (`conversation/playback.ts`).
 */
import { durationMs } from '../../audio/frame.ts'
import type { SessionEvent } from '../../conversation/events.ts'

export class ClientPlayback {
  #firstAudioAt = 0
  #audioMs = 0

  see(event: SessionEvent): void {
    switch (event.type) {
      case 'reply.started':
        if (!event.reply.outOfBand) this.#audioMs = 0
        break
      case 'reply.audio':
        if (this.#audioMs === 0) this.#firstAudioAt = performance.now()
        this.#audioMs += durationMs(event.frame)
        break
      case 'reply.finished':
        // Clients drop what was interrupted.
        if (!event.reply.outOfBand && event.reply.status === 'cancelled') this.stop()
        break
      case 'item.truncated':
        this.stop()
        break
      default:
    }
  }

  /** The client plays no more of it. */
  stop(): void {
    this.#audioMs = 0
  }

  /** Milliseconds until the last reply has been played; 0 when it has. */
  leftMs(): number {
    return this.#audioMs === 0 ? 0 : Math.max(0, this.#firstAudioAt + this.#audioMs - performance.now())
  }
}
