/** One call of the voice profiler: the speech of one turn in, traits of the voice out. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import type { Work } from '../engines/engine.ts'
import type { VoiceProfile, VoiceProfiler } from '../engines/voice-profiler.ts'
import { Queue } from '../streams/queue.ts'
import type { Tasks } from '../streams/tasks.ts'
import { RateConverter } from './rate.ts'

/** Audio that may wait for the profiler; what it cannot keep up with is left out, for words matter more. */
const waitingLimitMs = 5000

/** Starts with its construction, as one of `tasks`. A profiler that fails is logged and gives no more profiles. */
export class Profiling {
  /** The last profile, if it came after `finish`. */
  readonly last: Promise<VoiceProfile | undefined>
  readonly #audio = new Queue<AudioFrame>(waitingLimitMs, durationMs)
  readonly #converter: RateConverter
  #finished = false

  constructor(parts: {
    readonly engine: VoiceProfiler
    readonly options: Omit<Work, 'signal'>
    readonly tasks: Tasks
    /** Told of every profile until the turn is over. */
    readonly profiled: (profile: VoiceProfile) => void
  }) {
    const { engine, options, tasks, profiled } = parts
    this.#converter = new RateConverter(engine.sampleRate)
    let resolve: (profile: VoiceProfile | undefined) => void = () => {}
    this.last = new Promise((done) => {
      resolve = done
    })
    tasks.start(async (signal) => {
      let last: VoiceProfile | undefined
      const abort = (): void => this.#audio.abort()
      signal.addEventListener('abort', abort, { once: true })
      try {
        for await (const profile of engine.profile(this.#audio, { ...options, signal }))
          if (this.#finished) last = profile
          else profiled(profile)
      } catch (error) {
        if (!signal.aborted) options.log.warn({ error }, 'the voice profiler failed')
      } finally {
        signal.removeEventListener('abort', abort)
        this.#audio.abort()
        resolve(last)
      }
    })
  }

  hear(frame: AudioFrame): void {
    if (this.#audio.weight > waitingLimitMs) return
    for (const converted of this.#converter.push(frame)) this.#audio.push(converted)
  }

  /** No more speech. */
  finish(): void {
    this.#finished = true
    for (const rest of this.#converter.flush()) this.#audio.push(rest)
    this.#audio.close()
  }
}
