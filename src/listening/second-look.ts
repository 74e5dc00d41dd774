/** SecondLook: a whole recording → who spoke when in it, decided once all of it is known. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import { joined } from '../audio/joined.ts'
import type { Work } from '../engines/engine.ts'
import type { SpeakerEncoder } from '../engines/speaker-encoder.ts'
import type { SpeakerSegmentation } from '../engines/speaker-segmentation.ts'
import { Queue } from '../streams/queue.ts'
import type { Tasks } from '../streams/tasks.ts'
import { type KnownVoice, namedAbove, namesOf } from './known-speakers.ts'
import { type LocalVoice, localVoices } from './local-voices.ts'
import { atRate, RateConverter } from './rate.ts'
import { SameVoices } from './same-voices.ts'
import type { SpeakerSpan } from './speaker-clusters.ts'
import { weighedSum } from './vectors.ts'

/** Audio that may wait for the engines. */
const waitingLimitMs = 20_000
/**
 * How much more alike than two stretches voices of different windows are who are one person: they have more speech. Parts
 * of what a segmentation engine takes for one voice are one person's even where they are a little less alike.
 */
const overWindows = 0.15
const withinVoice = -0.1
/** A speaker starts above this likelihood and goes on until it falls well below. */
const startsAt = 0.4
const endsAt = 0.32
/** A pause this short is none, and speech this short is none either. */
const breathMs = 300
const leastMs = 100
/** Speech alone of a voice in a window that tells well enough whose it is. */
const leastSoloMs = 400
/** Without a segmentation engine: windows of this length and step, with one voice in each wherever somebody speaks. */
const plain = { windowMs: 10_000, stepMs: 20 }
/** Windows that look at each place, where a segmentation engine's overlap. */
const hopsPerWindow = 5
/** Speech reaches this far around what voice activity is sure of. */
const aroundMs = 200

interface Window {
  readonly number: number
  readonly audio: AudioFrame
  /** Where somebody speaks, by voice activity. */
  readonly speech: Float32Array
}

/** Starts with its construction, as one of `tasks`. Where an engine fails it is logged, and there is no second look. */
export class SecondLook {
  /** Who spoke when, once `finish` was called; undefined where that could not be found out. */
  readonly spans: Promise<readonly SpeakerSpan[] | undefined>
  readonly #windows = new Queue<Window>(waitingLimitMs, ({ audio }) => durationMs(audio))
  readonly #converter: RateConverter
  readonly #sampleRate: number
  readonly #stepMs: number
  readonly #windowSteps: number
  /** From the start of one window to that of the next. */
  readonly #hopSteps: number
  #samples: Float32Array[] = []
  #gathered = 0
  /** Audio before the window that is being gathered. */
  #before = 0
  #sure: { startMs: number; endMs: number }[] = []
  #startMs: number | undefined
  #count = 0
  /** Whether what is gathered was in a window already. */
  #isOld = false

  constructor(parts: {
    readonly encoder: SpeakerEncoder
    readonly segmentation: SpeakerSegmentation | undefined
    readonly maxSpeakers: number | undefined
    /** Voices that have a name. */
    readonly known: readonly KnownVoice[]
    readonly options: Omit<Work, 'signal'>
    readonly tasks: Tasks
  }) {
    const { encoder, segmentation, maxSpeakers, known, options, tasks } = parts
    const { windowMs, stepMs } = segmentation ?? plain
    this.#sampleRate = encoder.sampleRate
    this.#converter = new RateConverter(encoder.sampleRate)
    this.#stepMs = stepMs
    this.#windowSteps = Math.round(windowMs / stepMs)
    this.#hopSteps = segmentation ? Math.floor(windowMs / hopsPerWindow / stepMs) : this.#windowSteps
    let settle: (spans: readonly SpeakerSpan[] | undefined) => void = () => {}
    this.spans = new Promise((resolve) => {
      settle = resolve
    })
    tasks.start(async (signal) => {
      const abort = (): void => this.#windows.abort()
      signal.addEventListener('abort', abort, { once: true })
      let spans: readonly SpeakerSpan[] | undefined
      try {
        const same = new SameVoices({ sameAbove: encoder.sameAbove + overWindows, most: maxSpeakers })
        const work = { ...options, signal }
        const onePerson = encoder.sameAbove + (segmentation ? withinVoice : 0)
        for await (const { number, audio, speech } of this.#windows) {
          const voices = segmentation ? await segmentation.segment(audioFor(segmentation, audio), work) : [speech]
          const heard = { number, audio, stepMs, voices }
          for (const voice of await localVoices(heard, (part) => encoder.encode(part, work), onePerson)) same.add(voice)
        }
        if (!signal.aborted) spans = this.#spansOf(same.people(), known, namedAbove(encoder))
      } catch (error) {
        if (!signal.aborted) options.log.warn({ error }, 'speakers were not looked at again')
      } finally {
        signal.removeEventListener('abort', abort)
        this.#windows.abort()
        settle(spans)
      }
    })
  }

  /** The next audio, without gaps; `likelihood` is that of speech in it. */
  hear(frame: AudioFrame, likelihood: number): void {
    this.#startMs ??= frame.startMs
    if (likelihood >= 0.5) {
      const [startMs, endMs] = [frame.startMs - aroundMs, frame.startMs + durationMs(frame) + aroundMs]
      const last = this.#sure.at(-1)
      if (last && startMs <= last.endMs) last.endMs = endMs
      else this.#sure.push({ startMs, endMs })
    }
    for (const converted of this.#converter.push(frame)) this.#gather(converted.samples)
  }

  /** Resolves when the engines are less than 20 s behind. */
  keepUp(): Promise<void> {
    return this.#windows.weight > waitingLimitMs ? this.#windows.drained() : Promise.resolve()
  }

  /** The recording is over. */
  finish(): void {
    for (const rest of this.#converter.flush()) this.#gather(rest.samples)
    if (this.#gathered > 0 && !this.#isOld) this.#send(this.#gathered)
    this.#windows.close()
  }

  #samplesOf(steps: number): number {
    return Math.round((steps * this.#stepMs * this.#sampleRate) / 1000)
  }

  #gather(samples: Float32Array): void {
    this.#samples.push(samples)
    this.#gathered += samples.length
    this.#isOld = false
    const length = this.#samplesOf(this.#windowSteps)
    while (this.#gathered >= length) {
      this.#send(length)
      const hop = this.#samplesOf(this.#hopSteps * this.#count) - this.#before
      const all = joined(Float32Array, this.#samples)
      this.#samples = [all.subarray(hop)]
      this.#gathered -= hop
      this.#before += hop
      this.#isOld = this.#gathered <= length - hop
    }
  }

  #send(length: number): void {
    const startMs = this.#startOf(this.#count)
    const samples = joined(Float32Array, this.#samples).subarray(0, length)
    const speech = new Float32Array(this.#windowSteps)
    for (const sure of this.#sure) {
      const at = (ms: number): number => Math.round((ms - startMs) / this.#stepMs)
      speech.fill(1, Math.max(0, at(sure.startMs)), Math.max(0, at(sure.endMs)))
    }
    this.#windows.push({ number: this.#count, audio: { samples, sampleRate: this.#sampleRate, startMs }, speech })
    this.#count += 1
    const nextMs = this.#startOf(this.#count)
    this.#sure = this.#sure.filter(({ endMs }) => endMs > nextMs)
  }

  #startOf(window: number): number {
    return (this.#startMs ?? 0) + window * this.#hopSteps * this.#stepMs
  }

  /** What the windows say of each step, on the average, as spans; by the names of known voices, and by numbers that come of who was heard first. */
  #spansOf(
    people: ReadonlyMap<LocalVoice, number>,
    known: readonly KnownVoice[],
    above: number,
  ): readonly SpeakerSpan[] {
    const steps = (this.#count - 1) * this.#hopSteps + this.#windowSteps
    const sums = new Map<number, Uint16Array>()
    for (const [{ window, activity }, person] of people) {
      const sum = sums.get(person) ?? new Uint16Array(Math.max(0, steps))
      sums.set(person, sum)
      const at = window * this.#hopSteps
      for (let step = 0; step < activity.length; step += 1) if (activity[step]! > 0) sum[at + step]! += activity[step]!
    }
    const windowsAt = (step: number): number => {
      const first = Math.max(0, Math.ceil((step - this.#windowSteps + 1) / this.#hopSteps))
      return Math.min(this.#count - 1, Math.floor(step / this.#hopSteps)) - first + 1
    }
    const startMs = this.#startMs ?? 0
    const found = [...sums].map(([person, sum]) => ({
      person,
      spans: joinedSpans(
        runsAbove(sum, (step) => 255 * windowsAt(step)).map(([from, to]) => ({
          startMs: startMs + from * this.#stepMs,
          endMs: startMs + to * this.#stepMs,
        })),
      ),
    }))
    const heard = found
      .filter(({ spans }) => spans.length > 0)
      .sort((a, b) => a.spans[0]!.startMs - b.spans[0]!.startMs)
    const voices = heard.map(({ person }) => voiceOf([...people].flatMap(([one, of]) => (of === person ? [one] : []))))
    const names = namesOf(voices, known, above)
    const nameless = [...heard.keys()].filter((place) => !names.has(place))
    return heard
      .flatMap(({ spans }, place) => {
        const speaker = names.get(place) ?? String(nameless.indexOf(place) + 1)
        return spans.map((span) => ({ speaker, ...span }))
      })
      .sort((a, b) => a.startMs - b.startMs)
  }
}

/** What a person's voice is like over all windows: of what it says alone, where it does. */
const voiceOf = (voices: readonly LocalVoice[]): Float32Array => {
  const alone = voices.filter(({ soloMs }) => soloMs >= leastSoloMs)
  return weighedSum(alone.length > 0 ? alone : voices, ({ soloMs }) => Math.max(1, soloMs))
}

const audioFor = ({ sampleRate }: SpeakerSegmentation, audio: AudioFrame): AudioFrame =>
  audio.sampleRate === sampleRate ? audio : atRate(audio, sampleRate)

/** Runs that start where the share reaches one threshold and end where it falls below the other. */
const runsAbove = (sum: Uint16Array, whole: (step: number) => number): (readonly [number, number])[] => {
  const runs: (readonly [number, number])[] = []
  let from = -1
  for (let step = 0; step <= sum.length; step += 1) {
    const share = step < sum.length && sum[step]! > 0 ? sum[step]! / whole(step) : 0
    if (from < 0 && share >= startsAt) from = step
    else if (from >= 0 && share < endsAt) {
      runs.push([from, step])
      from = -1
    }
  }
  return runs
}

interface Span {
  readonly startMs: number
  readonly endMs: number
}

const joinedSpans = (spans: readonly Span[]): readonly Span[] => {
  const found: Span[] = []
  for (const span of spans) {
    const last = found.at(-1)
    if (last && span.startMs - last.endMs <= breathMs) found[found.length - 1] = { ...last, endMs: span.endMs }
    else found.push(span)
  }
  return found.filter(({ startMs, endMs }) => endMs - startMs >= leastMs)
}
