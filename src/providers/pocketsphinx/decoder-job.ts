/** One utterance in the child process: its streaming decoder, its audio so far, its second pass. */
import { joined } from '../../audio/joined.ts'
import type { ChildJob } from '../shared/engine-child.ts'
import type { Decoder } from './decoder.ts'
import type { Decoders } from './decoders.ts'
import type { Mean } from './library.ts'
import type { FromDecoder, ToDecoder } from './messages.ts'
import { drop, type Request, type SecondPass } from './second-pass.ts'
import { SegmentAudio } from './segment-audio.ts'
import { type Vocabulary, vocabularyOf } from './vocabulary.ts'

// What a session begins with counts as a second, what it has heard as five at most: a channel may change.
const ownMeanFrames = 100
const maxMeanFrames = 500

const blended = (before: Mean, now: Mean): Mean => {
  const kept = Math.min(before.frames, maxMeanFrames)
  const frames = kept + now.frames
  const values = before.values.map((value, index) => (value * kept + now.values[index]! * now.frames) / frames)
  return { values, frames }
}

/**
 * Where a new speaker's segment is heard again from its start, with the cepstral mean of what was heard so far. Measured
 * on 29 clips: 46.7 % of words wrong without, 41.7 % at 1 s, 35.7 % at 1.5 s, 37.2 % at 2 s; it costs a fifth more.
 */
const rehearSamples = 24_000
const rehearFrames = 100

/**
 * How much of a segment there must be before the second pass begins to hear it ahead of its end: its cepstral mean must be
 * known well. Measured on 45 clips of new speakers: 41.2 % of words wrong with the mean of the whole clip, 42.6 % with that
 * of its first 3 s, 44.3 % with that of 2 s. What is shorter is soon heard anyway.
 */
const aheadSamples = 64_000

export class DecoderJob implements ChildJob<ToDecoder> {
  readonly #decoders: Decoders
  readonly #passes: SecondPass | undefined
  readonly #send: (message: FromDecoder) => void
  #decoder: Decoder | undefined
  /** Messages that came while a decoder is being made. */
  #early: ToDecoder[] = []
  /** Of the speaker's session so far. */
  #mean: Mean | undefined
  #segment: Int16Array[] = []
  #samples = 0
  #begun = false
  #alternatives = 0
  #vocabulary: Vocabulary | undefined
  /** Of the open segment, begun before its end is known. */
  #ahead: Request | undefined
  /** Begun at a pause, in case the segment ends there. */
  #guess: Request | undefined
  /** Of the segment that ended last. */
  #final: Request | undefined
  #closed = false

  constructor(decoders: Decoders, passes: SecondPass | undefined, send: (message: FromDecoder) => void) {
    this.#decoders = decoders
    this.#passes = passes
    this.#send = send
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
    if (message.type === 'begin') this.#begin(message)
    else if (this.#decoder) this.#hear(this.#decoder, message)
    else this.#early.push(message)
  }

  #begin({ mean, alternatives, terms }: Extract<ToDecoder, { type: 'begin' }>): void {
    this.#mean = mean
    this.#alternatives = alternatives
    this.#vocabulary = vocabularyOf(terms)
    if (this.#vocabulary) this.#passes?.learn(this.#vocabulary)
    // A model that loaded before and does not now: let the pool replace this process.
    this.#decoders.take(this.#vocabulary).then(
      (decoder) => this.#start(decoder),
      () => process.exit(1),
    )
  }

  #hear(decoder: Decoder, message: Exclude<ToDecoder, { type: 'begin' }>): void {
    switch (message.type) {
      case 'audio':
        this.#audio(decoder, message.samples, message.partial)
        return
      case 'pause':
        this.#dropGuess()
        if (message.begun && this.#begun) this.#guess = this.#sealed() ?? this.#ask(decoder.mean(), false)
        return
      case 'finish':
        this.#finish(decoder, message.segment, message.whole)
        return
      case 'give-up':
        if (this.#final) drop(this.#final)
        return
      default:
        message satisfies never
    }
  }

  #audio(decoder: Decoder, samples: Int16Array, partial: boolean): void {
    if (!this.#begun) decoder.begin(this.#mean?.values, this.#vocabulary?.key)
    this.#begun = true
    this.#segment.push(samples)
    this.#samples += samples.length
    decoder.feed(samples)
    this.#hearAhead(decoder, samples)
    if (!this.#mean && this.#samples >= rehearSamples) this.#rehear(decoder)
    this.#send({ type: 'taken', samples: samples.length, ...(partial ? { words: decoder.words() } : {}) })
  }

  #rehear(decoder: Decoder): void {
    const mean = decoder.mean()
    // Digital silence does not count: there is nothing in it to take a mean of.
    if (mean.frames < rehearFrames) return
    this.#mean = mean
    decoder.begin(mean.values, this.#vocabulary?.key)
    decoder.feed(joined(Int16Array, this.#segment))
  }

  close(): void {
    this.#closed = true
    this.#dropGuess()
    this.#dropAhead()
    if (this.#final) drop(this.#final)
    if (!this.#decoder) return
    if (this.#begun) this.#decoder.end()
    this.#decoders.give(this.#decoder)
    this.#decoder = undefined
    this.#early = []
  }

  #hearAhead(decoder: Decoder, samples: Int16Array): void {
    if (this.#ahead && !this.#ahead.dropped) this.#ahead.segment.audio.push(samples)
    else {
      this.#ahead = undefined
      if (this.#samples < aheadSamples || this.#guess || !this.#passes?.idle || !this.#decoders.oneTaken) return
      const mean = decoder.mean()
      if (mean.frames > 0) this.#ahead = this.#ask(mean, false, false)
    }
  }

  /** What was begun ahead, with all its audio; undefined when there is none or it had to make room. */
  #sealed(): Request | undefined {
    const ahead = this.#ahead
    this.#ahead = undefined
    if (!ahead || ahead.dropped) return undefined
    ahead.segment.audio.seal()
    return ahead
  }

  #ask(mean: Mean, wanted: boolean, all = true): Request | undefined {
    const audio = new SegmentAudio(this.#segment)
    if (all) audio.seal()
    const segment = {
      audio,
      // In digital silence there is nothing to take a mean of.
      mean: mean.frames > 0 ? mean.values : undefined,
      alternatives: this.#alternatives,
      vocabulary: this.#vocabulary?.key,
    }
    return this.#passes?.ask(segment, wanted)
  }

  #dropGuess(): void {
    if (this.#guess) drop(this.#guess)
    this.#guess = undefined
  }

  #dropAhead(): void {
    if (this.#ahead) drop(this.#ahead)
    this.#ahead = undefined
  }

  #finish(decoder: Decoder, segment: number, whole: boolean): void {
    if (!this.#begun) decoder.begin(this.#mean?.values, this.#vocabulary?.key)
    decoder.end()
    this.#begun = false
    const mean = decoder.mean()
    this.#mean = blended(this.#mean ?? { values: decoder.ownMean, frames: ownMeanFrames }, mean)
    this.#send({ type: 'streamed', segment, hearing: decoder.hearing(this.#alternatives), mean: this.#mean })
    if (whole) {
      this.#final = this.#guess ?? this.#sealed() ?? this.#ask(mean, true)
      this.#guess = undefined
      if (this.#final) this.#final.wanted = true
      void Promise.resolve(this.#final?.answer).then((hearing) => {
        if (!this.#closed) this.#send({ type: 'whole', segment, hearing })
      })
    } else this.#dropGuess()
    this.#dropAhead()
    this.#segment = []
    this.#samples = 0
  }
}
