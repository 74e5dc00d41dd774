/** One call of the voice profiler: the speech of one turn in, traits of the voice out. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import type { Work } from '../engines/engine.ts'
import type { VoiceProfile, VoiceProfiler } from '../engines/voice-profiler.ts'
import { Queue } from '../streams/queue.ts'
import type { Tasks } from '../streams/tasks.ts'
import { RateConverter } from './rate.ts'

/** Audio that may wait for the profiler; what it cannot keep up with live is left out, for words matter more. */
const waitingLimitMs = 5000

/** Starts with its construction, as one of `tasks`. A profiler that fails is logged and gives no more profiles. */
export class Profiling {
  /** Settles when the last profile has been told, or never will be. */
  readonly done: Promise<void>
  readonly #audio = new Queue<AudioFrame>(waitingLimitMs, durationMs)
  readonly #converter: RateConverter
  readonly #patient: boolean

  constructor(parts: {
    readonly engine: VoiceProfiler
    readonly options: Omit<Work, 'signal'>
    readonly tasks: Tasks
    /** Whether audio waits where the profiler is behind, rather than being left out. */
    readonly patient: boolean
    /** How long the last profile may take after the end of the speech, in wall time. */
    readonly budgetMs: number
    readonly profiled: (profile: VoiceProfile) => void
  }) {
    const { engine, options, tasks, patient, budgetMs, profiled } = parts
    this.#converter = new RateConverter(engine.sampleRate)
    this.#patient = patient
    let resolve = (): void => {}
    this.done = new Promise((settle) => {
      resolve = settle
    })
    tasks.start(async (signal) => {
      const abort = (): void => this.#audio.abort()
      signal.addEventListener('abort', abort, { once: true })
      try {
        for await (const profile of engine.profile(this.#audio, { ...options, signal, budgetMs })) profiled(profile)
      } catch (error) {
        if (!signal.aborted) options.log.warn({ error }, 'the voice profiler failed')
      } finally {
        signal.removeEventListener('abort', abort)
        this.#audio.abort()
        resolve()
      }
    })
  }

  hear(frame: AudioFrame): void {
    if (this.#audio.weight > waitingLimitMs && !this.#patient) return
    for (const converted of this.#converter.push(frame)) this.#audio.push(converted)
  }

  /** Resolves when the profiler is less than 5 s behind, if it is to hear everything. */
  keepUp(): Promise<void> {
    return this.#patient && this.#audio.weight > waitingLimitMs ? this.#audio.drained() : Promise.resolve()
  }

  /** No more speech. */
  finish(): void {
    for (const rest of this.#converter.flush()) this.#audio.push(rest)
    this.#audio.close()
  }
}
