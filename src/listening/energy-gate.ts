/** An energy gate before a voice activity model: windows that are surely silent do not reach it. */
import { type AudioFrame, durationMs, endMs } from '../audio/frame.ts'
import { Rechunker } from '../audio/rechunk.ts'
import type { VoiceActivity } from '../engines/voice-activity.ts'
import { forEach } from '../streams/for-each.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import { type Level, measureLevel, NoiseFloor } from './noise-floor.ts'

/** A window's fate is decided by what the model said up to this many windows before: a fixed number, so that timing changes nothing. */
const lag = 16
/** Silent windows that the model is given before one that may be speech, for it hears in context. */
const lookBack = 4

interface Sifted {
  readonly window: AudioFrame
  readonly level: Level
  /** Windows that the model was given for this one, itself the last; 0: it was taken for silence. */
  readonly given: number
  /** Undefined until the model has answered. */
  likelihood: number | undefined
}

/**
 * The same engine, spared of silence: a window gets likelihood 0 unheard when it is no louder than what the model has
 * itself just called silence. Anything louder reaches the model, with a little of what came before it.
 */
export const withEnergyGate = (engine: VoiceActivity): VoiceActivity => ({
  sampleRate: engine.sampleRate,
  windowSamples: engine.windowSamples,
  card: engine.card,
  async *detect(audio, options) {
    const tasks = new Tasks(options.signal)
    const sifted = new Queue<Sifted>(lag)
    const passed = new Queue<AudioFrame>(lag * (1 + lookBack))
    const floor = new NoiseFloor()
    const recent: Sifted[] = []
    let held: Float32Array[] = []
    let passedMs = 0
    let answered = (): void => {}

    const pass = (samples: Float32Array): void => {
      const frame = { samples, sampleRate: engine.sampleRate, startMs: passedMs }
      passedMs += durationMs(frame)
      passed.push(frame)
    }
    const sift = async (window: AudioFrame): Promise<void> => {
      const old = recent.length < lag ? undefined : recent.shift()
      if (old) {
        while (old.likelihood === undefined && !tasks.signal.aborted)
          await new Promise<void>((resolve) => {
            answered = resolve
          })
        floor.learn(old.level, old.given > 0 ? old.likelihood : undefined)
      }
      const level = measureLevel(window.samples)
      const silent = floor.covers(level)
      held.push(window.samples)
      if (!silent) for (const samples of held) pass(samples)
      const item: Sifted = { window, level, given: silent ? 0 : held.length, likelihood: silent ? 0 : undefined }
      held = silent ? held.slice(-lookBack) : []
      recent.push(item)
      if (!sifted.push(item)) await sifted.drained()
    }
    const stop = (): void => {
      sifted.abort()
      passed.abort()
      answered()
    }
    tasks.signal.addEventListener('abort', stop, { once: true })
    tasks.start(async (signal) => {
      const rechunker = new Rechunker(engine.sampleRate, engine.windowSamples)
      await forEach(audio, signal, async (frame) => {
        for (const window of rechunker.push(frame)) await sift(window)
      })
      passed.close()
      sifted.close()
    })
    const likelihoods = engine.detect(passed, { ...options, signal: tasks.signal })[Symbol.asyncIterator]()
    try {
      for await (const item of sifted) {
        for (let left = item.given; left > 0; left--) {
          const next = await likelihoods.next()
          if (next.done) return
          item.likelihood = next.value.likelihood
        }
        answered()
        yield { likelihood: item.likelihood ?? 0, startMs: item.window.startMs, endMs: endMs(item.window) }
      }
    } finally {
      tasks.abort()
      stop()
      await likelihoods.return?.()
      await tasks.settled()
    }
  },
  ...(engine.close ? { close: () => engine.close?.() ?? Promise.resolve() } : {}),
})
