/** A live model in the child process: all its streams are decoded together. */
import type { ChildEngine, ChildJob } from '../shared/engine-child.ts'
import type { EarLoad, FromLive, ToLive } from './messages.ts'
import { heardTokens, type OnlineRecognizer, type OnlineStream } from './sherpa.ts'

// One batched call: larger ones win little and keep the process from its messages.
const mostAtOnce = 64

type Send = (message: FromLive) => void

/** A segment of one job's audio. */
interface Segment {
  readonly stream: OnlineStream
  readonly send: Send
  readonly partials: boolean
  /** Samples that came since the last answer. */
  fresh: number
  lastText: string
  /** Number that the final answers. */
  finish: number | undefined
  dropped: boolean
}

/** Decodes whatever has come, every `batchMs`, until nothing is left that can be. */
class Round {
  readonly #recognizer: OnlineRecognizer
  readonly #batchMs: number
  readonly #waiting = new Set<Segment>()
  #planned = false

  constructor(recognizer: OnlineRecognizer, batchMs: number) {
    this.#recognizer = recognizer
    this.#batchMs = batchMs
  }

  add(segment: Segment): void {
    this.#waiting.add(segment)
    if (this.#planned) return
    this.#planned = true
    // A stream that ends is not kept waiting for others.
    if (segment.finish === undefined) setTimeout(() => this.#decode(), this.#batchMs)
    else setImmediate(() => this.#decode())
  }

  #decode(): void {
    const ready: Segment[] = []
    for (const segment of this.#waiting) {
      if (segment.dropped) this.#waiting.delete(segment)
      else if (this.#recognizer.isReady(segment.stream)) ready.push(segment)
      else {
        this.#waiting.delete(segment)
        this.#answer(segment)
      }
    }
    if (ready.length > 0) {
      // In turn, so that no one waits behind the same streams every time.
      const now = ready.slice(0, mostAtOnce)
      this.#recognizer.decodeStreams(now.map((segment) => segment.stream))
      for (const segment of now) {
        this.#waiting.delete(segment)
        this.#waiting.add(segment)
      }
    }
    this.#planned = this.#waiting.size > 0
    // Between two calls the messages that have come are taken, closing ones among them.
    if (this.#planned) setImmediate(() => this.#decode())
  }

  #answer(segment: Segment): void {
    const heard = heardTokens(this.#recognizer.getResult(segment.stream))
    const samples = segment.fresh
    segment.fresh = 0
    const changed = segment.partials && heard.text !== segment.lastText
    segment.lastText = heard.text
    if (samples > 0 || changed) segment.send({ type: 'taken', samples, ...(changed ? { heard } : {}) })
    if (segment.finish !== undefined) segment.send({ type: 'final', segment: segment.finish, heard })
  }
}

class LiveJob implements ChildJob<ToLive> {
  readonly #recognizer: OnlineRecognizer
  readonly #round: Round
  readonly #load: EarLoad
  readonly #send: Send
  #settings: { language: string | undefined; partials: boolean } = { language: undefined, partials: true }
  #segment: Segment | undefined

  constructor(recognizer: OnlineRecognizer, round: Round, load: EarLoad, send: Send) {
    this.#recognizer = recognizer
    this.#round = round
    this.#load = load
    this.#send = send
  }

  take(message: ToLive): void {
    switch (message.type) {
      case 'begin':
        this.#settings = message
        return
      case 'audio': {
        const segment = this.#open()
        segment.stream.acceptWaveform({ samples: message.samples, sampleRate: this.#load.sampleRate })
        segment.fresh += message.samples.length
        this.#round.add(segment)
        return
      }
      case 'finish': {
        const segment = this.#open()
        const { sampleRate, tailMs } = this.#load
        segment.stream.acceptWaveform({ samples: new Float32Array((tailMs * sampleRate) / 1000), sampleRate })
        segment.stream.inputFinished()
        segment.finish = message.segment
        this.#segment = undefined
        this.#round.add(segment)
        return
      }
      default:
        message satisfies never
    }
  }

  close(): void {
    if (this.#segment) this.#segment.dropped = true
  }

  #open(): Segment {
    if (!this.#segment) {
      const { language, partials } = this.#settings
      const stream = this.#recognizer.createStream()
      if (language !== undefined) stream.setOption('language', language)
      this.#segment = {
        stream,
        send: this.#send,
        partials,
        fresh: 0,
        lastText: '',
        finish: undefined,
        dropped: false,
      }
    }
    return this.#segment
  }
}

/** The engine of a live model. */
export const liveEars = (recognizer: OnlineRecognizer, load: EarLoad): ChildEngine<ToLive, FromLive> => {
  const round = new Round(recognizer, load.batchMs)
  return { open: (send) => new LiveJob(recognizer, round, load, send) }
}
