/** One utterance in the child process: its streaming decoder, its audio so far, its second pass. */
import type { ChildJob } from '../shared/engine-child.ts'
import type { Decoder } from './decoder.ts'
import type { FromDecoder, ToDecoder } from './messages.ts'
import type { Request, SecondPass } from './second-pass.ts'

/** Where streaming decoders come from and go back to. */
export interface Decoders {
  take(): Promise<Decoder>
  give(decoder: Decoder): void
}

/** Runs of samples as one. */
const joined = (runs: readonly Int16Array[]): Int16Array => {
  const all = new Int16Array(runs.reduce((sum, run) => sum + run.length, 0))
  let at = 0
  for (const run of runs) {
    all.set(run, at)
    at += run.length
  }
  return all
}

export class DecoderJob implements ChildJob<ToDecoder> {
  readonly #decoders: Decoders
  readonly #passes: SecondPass | undefined
  readonly #send: (message: FromDecoder) => void
  #decoder: Decoder | undefined
  /** Messages that came while a decoder is being made. */
  #early: ToDecoder[] = []
  #mean: Float32Array | undefined
  #segment: Int16Array[] = []
  #begun = false
  #alternatives = 0
  /** Begun at a pause, in case the segment ends there. */
  #guess: Request | undefined
  /** Of the segment that ended last. */
  #final: Request | undefined
  #closed = false

  constructor(decoders: Decoders, passes: SecondPass | undefined, send: (message: FromDecoder) => void) {
    this.#decoders = decoders
    this.#passes = passes
    this.#send = send
    // A model that loaded before and does not now: let the pool replace this process.
    decoders.take().then(
      (decoder) => this.#start(decoder),
      () => process.exit(1),
    )
  }

  #start(decoder: Decoder): void {
    if (this.#closed) {
      this.#decoders.give(decoder)
      return
    }
    this.#decoder = decoder
    const early = this.#early
    this.#early = []
    for (const message of early) this.take(message)
  }

  take(message: ToDecoder): void {
    const decoder = this.#decoder
    if (!decoder) {
      this.#early.push(message)
      return
    }
    switch (message.type) {
      case 'begin':
        this.#mean = message.mean
        this.#alternatives = message.alternatives
        return
      case 'audio':
        if (!this.#begun) decoder.begin(this.#mean)
        this.#begun = true
        this.#segment.push(message.samples)
        decoder.feed(message.samples)
        this.#send({
          type: 'taken',
          samples: message.samples.length,
          ...(message.partial ? { words: decoder.words() } : {}),
        })
        return
      case 'pause':
        this.#dropGuess()
        if (message.begun && this.#begun) this.#guess = this.#ask(false)
        return
      case 'finish':
        this.#finish(decoder, message.segment, message.whole)
        return
      case 'give-up':
        if (this.#final) this.#final.dropped = true
        return
      default:
        message satisfies never
    }
  }

  close(): void {
    this.#closed = true
    this.#dropGuess()
    if (this.#final) this.#final.dropped = true
    if (!this.#decoder) return
    if (this.#begun) this.#decoder.end()
    this.#decoders.give(this.#decoder)
    this.#decoder = undefined
    this.#early = []
  }

  #ask(wanted: boolean): Request | undefined {
    return this.#passes?.ask(joined(this.#segment), this.#alternatives, wanted)
  }

  #dropGuess(): void {
    if (this.#guess) this.#guess.dropped = true
    this.#guess = undefined
  }

  #finish(decoder: Decoder, segment: number, whole: boolean): void {
    if (!this.#begun) decoder.begin(this.#mean)
    decoder.end()
    this.#begun = false
    this.#mean = decoder.mean()
    this.#send({ type: 'streamed', segment, hearing: decoder.hearing(this.#alternatives), mean: this.#mean })
    if (whole) {
      this.#final = this.#guess ?? this.#ask(true)
      this.#guess = undefined
      if (this.#final) this.#final.wanted = true
      void Promise.resolve(this.#final?.answer).then((hearing) => {
        if (!this.#closed) this.#send({ type: 'whole', segment, hearing })
      })
    } else this.#dropGuess()
    this.#segment = []
  }
}
