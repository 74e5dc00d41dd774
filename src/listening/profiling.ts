/** One call of the voice profiler: the speech of one turn in, traits of the voice out. */
import { type AudioFrame, durationMs, endMs } from '../audio/frame.ts'
import type { Work } from '../engines/engine.ts'
import type { VoiceProfile, VoiceProfiler } from '../engines/voice-profiler.ts'
import { Queue } from '../streams/queue.ts'
import type { Tasks } from '../streams/tasks.ts'
import { RateConverter } from './rate.ts'
import type { VoiceChanges } from './voice-change.ts'

/** Audio that may wait for the profiler; what it cannot keep up with live is left out, for words matter more. */
const waitingLimitMs = 5000

/** Audio that is kept for a profile that begins anew. */
const recentMs = 5000

/** Starts with its construction, as one of `tasks`. A profiler that fails is logged and gives no more profiles. */
export class Profiling {
  /** Settles when the last profile has been told, or never will be. */
  readonly done: Promise<void>
  /** What the profiler is given: another queue for another voice. */
  #audio = new Queue<AudioFrame>(waitingLimitMs, durationMs)
  readonly #converter: RateConverter
  readonly #patient: boolean
  readonly #changes: VoiceChanges | undefined
  #recent: AudioFrame[] = []
  #finished = false

  constructor(parts: {
    readonly engine: VoiceProfiler
    readonly options: Omit<Work, 'signal'>
    readonly tasks: Tasks
    /** Whether audio waits where the profiler is behind, rather than being left out. */
    readonly patient: boolean
    /** How long the last profile may take after the end of the speech, in wall time. */
    readonly budgetMs: number
    /** Where it is noticed that another voice goes on, the profile begins anew with it. */
    readonly changes: VoiceChanges | undefined
    /** `newVoice`: nothing that was told before is of this voice. */
    readonly profiled: (profile: VoiceProfile, newVoice: boolean) => void
  }) {
    const { engine, options, tasks, patient, budgetMs, changes, profiled } = parts
    this.#converter = new RateConverter(engine.sampleRate)
    this.#patient = patient
    this.#changes = changes
    let resolve = (): void => {}
    this.done = new Promise((settle) => {
      resolve = settle
    })
    tasks.start(async (signal) => {
      const abort = (): void => this.#audio.abort()
      signal.addEventListener('abort', abort, { once: true })
      try {
        let newVoice = false
        for (let audio = this.#audio; ; audio = this.#audio) {
          for await (const profile of engine.profile(audio, { ...options, signal, budgetMs })) {
            if (audio !== this.#audio) break
            profiled(profile, newVoice)
            newVoice = false
          }
          if (patient) await changes?.judged
          if (audio === this.#audio) break
          newVoice = true
        }
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
    for (const converted of this.#converter.push(frame)) this.#take(converted)
    this.#changes?.hear(frame, (sinceMs) => this.#beginAnew(sinceMs))
  }

  /** Resolves when the profiler is less than 5 s behind, if it is to hear everything. */
  keepUp(): Promise<void> {
    return this.#patient && this.#audio.weight > waitingLimitMs ? this.#audio.drained() : Promise.resolve()
  }

  /** No more speech. */
  finish(): void {
    for (const rest of this.#converter.flush()) this.#take(rest)
    this.#finished = true
    this.#audio.close()
  }

  #take(frame: AudioFrame): void {
    this.#audio.push(frame)
    if (!this.#changes) return
    this.#recent.push(frame)
    while (endMs(frame) - this.#recent[0]!.startMs > recentMs) this.#recent.shift()
  }

  #beginAnew(sinceMs: number): void {
    const before = this.#audio
    this.#audio = new Queue(waitingLimitMs, durationMs)
    for (const frame of this.#recent) if (endMs(frame) > sinceMs) this.#audio.push(frame)
    if (this.#finished) this.#audio.close()
    before.abort()
  }
}
