/** Echoes: what of a session's input is nothing but its own replies, come back through the microphone. */
import type { AudioFrame } from '../audio/frame.ts'
import { cutFrame } from '../audio/rechunk.ts'
import type { SessionEvent } from '../conversation/events.ts'
import type { EchoGuard, Overheard } from '../engines/echo-guard.ts'
import { RateConverter } from '../listening/rate.ts'
import type { EchoMark } from '../listening/settings.ts'
import type { Log } from '../log.ts'
import { Queue } from '../streams/queue.ts'
import { PlayedAudio } from './played-audio.ts'

/** How long after a reply its echoes may come in: the longest way to the client and back, and a room that rings. */
const reachMs = 1200
/** What went out last is not read at once: so much of it is held back by the filter that changes its rate. No echo is sooner. */
const filterMs = 2

interface Parts {
  /** Never rejects. Undefined: nothing is an echo. */
  readonly guard: Promise<EchoGuard | undefined>
  readonly log: Log
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number
}

/** For one session. What goes out before the guard is there is not known to it. */
export class Echoes {
  readonly #parts: Parts
  #played: PlayedAudio | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    void parts.guard.then((guard) => {
      this.#played = guard && new PlayedAudio(guard.sampleRate, parts.now)
    })
  }

  /** The next audio of a reply goes out, to be heard at once or behind what went out before. */
  play(frame: AudioFrame): void {
    this.#played?.play(frame)
  }

  /** What a client is told that plays replies by itself. */
  see(event: SessionEvent): void {
    if (event.type === 'reply.audio') this.play(event.frame)
    // Clients drop what was interrupted.
    const isCancelled = event.type === 'reply.finished' && event.reply.status === 'cancelled'
    if (isCancelled || event.type === 'item.truncated') this.#played?.stop()
  }

  /** So much input has come in. */
  received(inputMs: number): void {
    this.#played?.received(inputMs)
  }

  /** The input with marks where echoes begin and end. A guard that fails ends no input: nothing is an echo any more. */
  async *marked<Other extends object>(
    input: AsyncIterable<AudioFrame | Other>,
    signal: AbortSignal,
  ): AsyncGenerator<AudioFrame | Other | EchoMark> {
    const { log } = this.#parts
    const guard = await this.#parts.guard
    const played = this.#played
    if (!guard || !played) {
      yield* input
      return
    }
    const overheard = new Queue<Overheard>(1)
    const verdicts = guard.detect(overheard, { signal, log })[Symbol.asyncIterator]()
    const converter = new RateConverter(guard.sampleRate)
    let works = true
    let isEcho = false
    const judged = async (frame: AudioFrame): Promise<readonly boolean[]> => {
      if (!works || frame.startMs > played.endMs + reachMs) {
        converter.flush()
        return [false]
      }
      const parts: boolean[] = []
      for (const { samples, startMs } of converter.push(frame)) {
        overheard.push({ input: samples, played: played.read(startMs - filterMs, samples.length) })
        const { done, value } = await verdicts.next()
        if (done) works = false
        else parts.push(...value)
      }
      return works && parts.length > 0 ? parts : [isEcho]
    }
    try {
      for await (const item of input) {
        if (!('samples' in item)) {
          yield item
          continue
        }
        const parts = await judged(item).catch((error: unknown) => {
          works = false
          log.warn({ err: error }, 'the echo guard failed')
          return [false]
        })
        const length = Math.ceil(item.samples.length / parts.length)
        for (const [index, part] of cutFrame(item, length).entries()) {
          const verdict: boolean = parts[index] ?? isEcho
          if (verdict !== isEcho) yield { echo: verdict }
          isEcho = verdict
          yield part
        }
      }
    } finally {
      overheard.abort()
      await verdicts.return?.()
    }
  }
}
