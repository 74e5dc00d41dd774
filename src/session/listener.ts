/** Listener: a session's ears; listens on when its settings change, and again when an engine broke. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import type { SessionConfig } from '../conversation/config.ts'
import type { TurnDetector } from '../engines/turn-detector.ts'
import { asVoiceError, type VoiceError } from '../errors.ts'
import type { Heard } from '../listening/heard.ts'
import { listen } from '../listening/listen.ts'
import type { ListenInput, ListenSettings } from '../listening/settings.ts'
import type { Log } from '../log.ts'
import { orAborted } from '../streams/or-aborted.ts'
import { Queue } from '../streams/queue.ts'
import type { Tasks } from '../streams/tasks.ts'
import type { Echoes } from './echoes.ts'
import { type HearingWish, hearingWish, type ListenerWish } from './hearing-wish.ts'

/** Audio that may wait for the engines. */
const waitingLimitMs = 5_000
/** Waits before the next try after so many failures in a row. */
const firstRetryMs = 100
const longestRetryMs = 5_000

/** Audio that one call of `listen` hears. */
interface Stretch {
  wish: HearingWish
  readonly input: Queue<ListenInput | { readonly wish: HearingWish }>
}

const newStretch = (wish: HearingWish): Stretch => ({
  wish,
  input: new Queue(waitingLimitMs, (item) => ('samples' in item ? durationMs(item) : 0)),
})

const sameListener = (a: ListenerWish, b: ListenerWish): boolean =>
  a.model === b.model &&
  a.noise === b.noise &&
  a.voiceProfile === b.voiceProfile &&
  a.languages.join() === b.languages.join()

/** Starts with the first audio. Utterances are numbered on, whoever listens. */
export class Listener {
  readonly #settingsFor: (wish: ListenerWish) => Promise<ListenSettings>
  readonly #tell: (heard: Heard) => void
  readonly #failed: (error: VoiceError) => void
  readonly #log: Log
  readonly #tasks: Tasks
  readonly #paced: boolean
  readonly #echoes: Echoes
  readonly #stretches = new Queue<Stretch>(100)
  #wish: HearingWish
  /** Undefined until there is something to hear. */
  #present: Stretch | undefined
  #started = false
  #utterances = 0

  constructor(parts: {
    readonly config: SessionConfig
    /** The session plays its replies itself. */
    readonly paced: boolean
    readonly echoes: Echoes
    readonly settingsFor: (wish: ListenerWish) => Promise<ListenSettings>
    readonly tell: (heard: Heard) => void
    /** The words of open turns are lost; the next audio is heard again. */
    readonly failed: (error: VoiceError) => void
    readonly tasks: Tasks
    readonly log: Log
  }) {
    this.#paced = parts.paced
    this.#echoes = parts.echoes
    this.#wish = hearingWish(parts.config, parts.paced)
    this.#settingsFor = parts.settingsFor
    this.#tell = parts.tell
    this.#failed = parts.failed
    this.#tasks = parts.tasks
    this.#log = parts.log
  }

  /** False when the engines are behind: wait for `drained` before the next. */
  push(frame: AudioFrame): boolean {
    return this.#open().input.push(frame)
  }

  drained(): Promise<void> {
    return this.#present?.input.drained() ?? Promise.resolve()
  }

  /** Ends the open turn here; answered by `marked`. */
  mark(mark: number): void {
    this.#open().input.push({ mark })
  }

  /** From the next audio on. */
  configure(config: SessionConfig): void {
    const wish = hearingWish(config, this.#paced)
    const before = this.#wish
    this.#wish = wish
    const present = this.#present
    if (!present) return
    if (sameListener(before.listener, wish.listener)) present.input.push({ wish })
    else {
      present.input.close()
      this.#present = undefined
    }
  }

  #open(): Stretch {
    if (this.#present && !this.#present.input.ended) return this.#present
    const stretch = newStretch(this.#wish)
    this.#present = stretch
    this.#stretches.push(stretch)
    if (!this.#started) {
      this.#started = true
      this.#tasks.start((signal) => this.#run(signal))
    }
    return stretch
  }

  /** One stretch after the other, so that finals keep their order. */
  async #run(signal: AbortSignal): Promise<void> {
    const abort = (): void => {
      this.#stretches.abort()
      this.#present?.input.abort()
    }
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    let failures = 0
    for await (const stretch of this.#stretches) {
      if (failures > 0) await pause(Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs), signal)
      const heardBefore = this.#utterances
      try {
        await this.#hear(stretch, signal)
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        stretch.input.abort()
        failures = this.#utterances > heardBefore ? 1 : failures + 1
        const failure = asVoiceError(error)
        if (failure.code === 'internal') this.#log.error({ err: failure.cause }, 'listening failed')
        else this.#log.warn({ code: failure.code, err: failure.cause }, 'listening failed')
        this.#failed(failure)
      }
    }
  }

  async #hear(stretch: Stretch, signal: AbortSignal): Promise<void> {
    const base = await orAborted(this.#settingsFor(stretch.wish.listener), signal)
    if (!base) return
    const changed = ({ gate, turns, terms }: HearingWish) => ({
      gate: { ...base.gate, ...gate },
      turns: { ...base.turns, ...turns },
      terms,
    })
    const first = this.#utterances
    const turnDetector = base.engines.turnDetector && timed(base.engines.turnDetector)
    const engines = { ...base.engines, ...(turnDetector && { turnDetector: turnDetector.engine }) }
    const input = translated(this.#echoes.marked(stretch.input, signal), changed)
    const log = this.#log
    for await (const heard of listen(input, { ...base, engines, ...changed(stretch.wish), signal, log })) {
      if (heard.type === 'marked' || heard.type === 'speakers.settled') this.#tell(heard)
      else {
        const utterance = first + heard.utterance
        this.#utterances = Math.max(this.#utterances, utterance + 1)
        if (heard.type === 'turn.likely') this.#tell({ ...heard, utterance, inferenceMs: turnDetector?.tookMs() ?? 0 })
        else this.#tell({ ...heard, utterance })
      }
    }
  }
}

/** The turn detector with a clock, since listening has none: how long its last answer took. */
const timed = (detector: TurnDetector): { readonly engine: TurnDetector; readonly tookMs: () => number } => {
  let tookMs = 0
  const engine: TurnDetector = {
    sampleRate: detector.sampleRate,
    card: detector.card,
    async predict(pause, options) {
      const begunAt = performance.now()
      const likelihood = await detector.predict(pause, options)
      tookMs = performance.now() - begunAt
      return likelihood
    },
  }
  return { engine, tookMs: () => tookMs }
}

/** Wishes in the line as the changes that they are to this listener. */
const translated = (
  line: AsyncIterable<ListenInput | { readonly wish: HearingWish }>,
  changed: (wish: HearingWish) => Extract<ListenInput, { change: unknown }>['change'],
): AsyncIterable<ListenInput> => ({
  [Symbol.asyncIterator]() {
    const reader = line[Symbol.asyncIterator]()
    return {
      async next() {
        const next = await reader.next()
        if (next.done || !('wish' in next.value)) return next as IteratorResult<ListenInput>
        return { value: { change: changed(next.value.wish) }, done: false }
      },
      async return() {
        await reader.return?.()
        return { value: undefined, done: true }
      },
    }
  },
})

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => {})
