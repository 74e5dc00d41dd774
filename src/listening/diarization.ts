/** One turn's speech → voiceprints of its stretches. */
import { type AudioFrame, durationMs, endMs } from '../audio/frame.ts'
import { joined } from '../audio/joined.ts'
import type { Work } from '../engines/engine.ts'
import type { SpeakerEncoder } from '../engines/speaker-encoder.ts'
import { Queue } from '../streams/queue.ts'
import type { Tasks } from '../streams/tasks.ts'
import { RateConverter } from './rate.ts'
import type { Voiceprint } from './speaker-clusters.ts'

/** Audio that may wait for the encoder. */
const waitingLimitMs = 5000
/** A silence this long ends a stretch: somebody else may speak after it. */
const gapMs = 400

/** Speech without its pauses, and where it ended. */
interface Stretch {
  readonly speech: AudioFrame
  readonly lastMs: number
}

/** Starts with its construction, as one of `tasks`. An encoder that fails is logged, and the rest of the turn has no speakers. */
export class Diarization {
  /** All voiceprints in order, once `finish` was called. */
  readonly prints: Promise<readonly Voiceprint[]>
  readonly #encoder: SpeakerEncoder
  readonly #converter: RateConverter
  readonly #stretches = new Queue<Stretch>(waitingLimitMs, ({ speech }) => durationMs(speech))
  /** Speech of the stretch that is being gathered. */
  #frames: AudioFrame[] = []
  #gatheredMs = 0
  /** How much of it was in the stretch before too. */
  #sharedMs = 0

  constructor(parts: {
    readonly encoder: SpeakerEncoder
    readonly options: Omit<Work, 'signal'>
    readonly tasks: Tasks
  }) {
    const { encoder, options, tasks } = parts
    this.#encoder = encoder
    this.#converter = new RateConverter(encoder.sampleRate)
    let resolve: (prints: readonly Voiceprint[]) => void = () => {}
    this.prints = new Promise((done) => {
      resolve = done
    })
    tasks.start(async (signal) => {
      const prints: Voiceprint[] = []
      const abort = (): void => this.#stretches.abort()
      signal.addEventListener('abort', abort, { once: true })
      try {
        for await (const { speech, lastMs } of this.#stretches) {
          const vector = await encoder.encode(speech, { ...options, signal })
          prints.push({ startMs: speech.startMs, endMs: lastMs, vector })
        }
      } catch (error) {
        if (!signal.aborted) options.log.warn({ error }, 'the speaker encoder failed')
      } finally {
        signal.removeEventListener('abort', abort)
        this.#stretches.abort()
        resolve(prints)
      }
    })
  }

  /** The next speech; it may be later on the clock than the last ended. */
  hear(frame: AudioFrame): void {
    for (const converted of this.#converter.push(frame)) this.#gather(converted)
  }

  /** Resolves when the encoder is less than 5 s behind. */
  keepUp(): Promise<void> {
    return this.#stretches.weight > waitingLimitMs ? this.#stretches.drained() : Promise.resolve()
  }

  /** No more speech. */
  finish(): void {
    for (const rest of this.#converter.flush()) this.#gather(rest)
    this.#close()
    this.#stretches.close()
  }

  /** Stretches overlap by half, so that a change of speaker is found to a quarter of one. */
  #gather(frame: AudioFrame): void {
    const last = this.#frames.at(-1)
    if (last && frame.startMs - endMs(last) > gapMs) this.#close()
    this.#frames.push(frame)
    this.#gatheredMs += durationMs(frame)
    if (this.#gatheredMs < this.#encoder.stretchMs) return
    this.#send()
    while (this.#gatheredMs > this.#encoder.stretchMs / 2) this.#gatheredMs -= durationMs(this.#frames.shift()!)
    this.#sharedMs = this.#gatheredMs
  }

  /** What is left of a stretch, with what it shares with the one before, if there is enough that is new. */
  #close(): void {
    const fresh = this.#gatheredMs - this.#sharedMs
    if (fresh > this.#encoder.stretchMs / 6 || (this.#sharedMs === 0 && this.#gatheredMs > 0)) this.#send()
    this.#frames = []
    this.#gatheredMs = 0
    this.#sharedMs = 0
  }

  #send(): void {
    const last = this.#frames.at(-1)
    if (last) this.#stretches.push({ speech: framesAsOne(this.#frames), lastMs: endMs(last) })
  }
}

/** Frames one after another, without the pauses between them. */
const framesAsOne = (frames: readonly AudioFrame[]): AudioFrame => {
  const { sampleRate, startMs } = frames[0]!
  const samples = joined(
    Float32Array,
    frames.map((frame) => frame.samples),
  )
  return { samples, sampleRate, startMs }
}
