/** An energy gate before a voice activity model: windows that are surely silent do not reach it. */
import { type AudioFrame, endMs } from '../audio/frame.ts'
import { Rechunker } from '../audio/rechunk.ts'
import type { Work } from '../engines/engine.ts'
import type { Likelihood, VoiceActivity } from '../engines/voice-activity.ts'
import { forEach } from '../streams/for-each.ts'
import { produced } from '../streams/produced.ts'
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
  /** Whether the model was asked. */
  readonly asked: boolean
  /** Answers of the model that are still to come; the last is the window's own. */
  left: number
  likelihood: number
}

/**
 * The same engine, spared of silence: a window gets likelihood 0 unheard when it is no louder than what the model has
 * itself just called silence. Anything louder reaches the model, with a little of what came before it.
 */
export const withEnergyGate = (engine: VoiceActivity): VoiceActivity => ({
  sampleRate: engine.sampleRate,
  windowSamples: engine.windowSamples,
  card: engine.card,
  detect: (audio, options) => produced(() => begin(engine, audio, options)),
  ...(engine.close ? { close: () => engine.close?.() ?? Promise.resolve() } : {}),
})

const begin = (
  engine: VoiceActivity,
  audio: AsyncIterable<AudioFrame>,
  options: Work,
): { readonly output: Queue<Likelihood>; readonly end: () => Promise<void> } => {
  const { sampleRate, windowSamples } = engine
  const tasks = new Tasks(options.signal)
  const output = new Queue<Likelihood>(lag)
  const passed = new Queue<AudioFrame>(lag * (1 + lookBack))
  const floor = new NoiseFloor()
  /** The last windows, to be learnt from `lag` windows later; and those that have not been told yet. Oldest first. */
  const recent: Sifted[] = []
  const untold: Sifted[] = []
  let held: Float32Array[] = []
  let passing: Float32Array | undefined
  let passedSamples = 0
  let answered = (): void => {}

  const pass = (samples: Float32Array): void => {
    const together = passing && joined(passing, samples)
    if (!together) passOn()
    passing = together ?? samples
  }
  /** What is not passed on yet goes to the model, as one frame. */
  const passOn = (): void => {
    if (!passing) return
    passed.push({ samples: passing, sampleRate, startMs: (passedSamples * 1000) / sampleRate })
    passedSamples += passing.length
    passing = undefined
  }
  const tell = (): void => {
    while (untold[0]?.left === 0) {
      const { window, likelihood } = untold.shift()!
      output.push({ likelihood, startMs: window.startMs, endMs: endMs(window) })
    }
  }
  const sift = (window: AudioFrame): void => {
    const old = recent.length < lag ? undefined : recent.shift()
    if (old) floor.learn(old.level, old.asked ? old.likelihood : undefined)
    const level = measureLevel(window.samples)
    const silent = floor.covers(level)
    held.push(window.samples)
    const item: Sifted = { window, level, asked: !silent, left: silent ? 0 : held.length, likelihood: 0 }
    recent.push(item)
    untold.push(item)
    if (!silent) for (const samples of held) pass(samples)
    if (!silent) held = []
    else if (held.length > lookBack) held.shift()
  }
  /** Sifts these windows, at once where nothing has to be waited for. */
  const take = (windows: readonly AudioFrame[], from = 0): Promise<void> | undefined => {
    for (let at = from; at < windows.length; at++) {
      const answer = recent.length === lag && recent[0]!.left > 0
      if (answer || output.weight > lag) {
        passOn()
        tell()
        const next = answer
          ? new Promise<void>((resolve) => {
              answered = resolve
            })
          : output.drained()
        return next.then(() => (tasks.signal.aborted ? undefined : take(windows, at)))
      }
      sift(windows[at]!)
    }
    passOn()
    tell()
    return undefined
  }

  const stop = (): void => {
    passed.abort()
    answered()
    if (options.signal.aborted) output.abort()
  }
  tasks.signal.addEventListener('abort', stop, { once: true })
  if (tasks.signal.aborted) stop()
  tasks.start(async (signal) => {
    const rechunker = new Rechunker(sampleRate, windowSamples)
    await forEach(audio, signal, (frame) => take(rechunker.push(frame)))
    passed.close()
  })
  tasks.start(async (signal) => {
    for await (const { likelihood } of engine.detect(passed, { ...options, signal })) {
      const item = untold.find(({ left }) => left > 0)
      if (!item) continue
      item.left -= 1
      item.likelihood = likelihood
      if (item.left > 0) continue
      tell()
      answered()
    }
    // An engine that ends too early ends the stream.
    tasks.abort()
  })
  const ended = tasks.settled().then(
    () => output.close(),
    (error: unknown) => output.close(error),
  )
  const end = (): Promise<void> => {
    tasks.abort()
    return ended
  }
  return { output, end }
}

/** Two stretches of samples as one, if the second lies right behind the first in memory. */
const joined = (first: Float32Array, second: Float32Array): Float32Array | undefined =>
  first.buffer === second.buffer && first.byteOffset + first.byteLength === second.byteOffset
    ? new Float32Array(first.buffer, first.byteOffset, first.length + second.length)
    : undefined
