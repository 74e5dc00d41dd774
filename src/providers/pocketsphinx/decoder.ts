/** Decoder: one PocketSphinx decoder, for one utterance at a time. */
import { closeSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VoiceError } from '../../errors.ts'
import { type Bound, type Library, type Mean, Normalisation, type Pointer } from './library.ts'
import type { HeardWord, Hearing } from './messages.ts'
import { pronounce } from './pronounce.ts'
import type { SegmentAudio } from './segment-audio.ts'
import { arpaOf, type Vocabulary, wordsOf } from './vocabulary.ts'

/** Options of the pass that gives partials: a third of the cost of the default, 2 points more words wrong. */
export const streamingOptions = ['-fwdflat', 'no', '-bestpath', 'no', '-maxhmmpf', '3000']
/**
 * Options of the pass over a whole segment: 4 points fewer words wrong than with the default weights. With 5,000 states a
 * frame it takes 0.21 instead of 0.33 s of CPU per second of speech and errs no more (51.7 against 51.9 % on 45 clips).
 */
export const wholeOptions = ['-fwdflatlw', '6.5', '-bestpathlw', '6.5', '-maxhmmpf', '5000']

/** How much a custom vocabulary weighs against the language model. Measured by `npm run bench -- vocabulary`. */
const vocabularyWeight = 0.1
/** As `ngram_model_read` numbers it. */
const arpaFormat = 1
/**
 * Readings are compared by e^(score / scale), the result itself with a lead, for it comes from a better search than the
 * other readings. Fitted to second passes over half of 165 clips; on the other half the result has a share of 0.55 among
 * 4 readings that do not all err alike and of 0.44 among 11, and errs least in 63 and 49 % of them.
 */
const readingScale = 80
const resultLead = 40
const isFiller = (word: string): boolean => /^[<[+]/.test(word)
/** `read(2)` is the second pronunciation of `read`. */
const withoutVariant = (word: string): string => word.replace(/\(\d+\)$/, '')

/** What a second pass hears. */
export interface Segment {
  readonly audio: SegmentAudio
  /** Its cepstral mean. */
  readonly mean: Float32Array | undefined
  readonly alternatives: number
  /** Key of one; it serves if it is known. */
  readonly vocabulary: string | undefined
}

const pieceSamples = 8000

/** Runs a bound function in a thread of libuv's pool, so that the event loop goes on. */
const inThread = <Result>(bound: Bound, ...values: unknown[]): Promise<Result> =>
  new Promise((resolve, reject) => {
    bound.async(...values, (error: Error | null, result: Result) => {
      if (error) reject(error)
      else resolve(result)
    })
  })

export class Decoder {
  readonly #library: Library
  readonly #decoder: Pointer
  readonly #logarithms: Pointer
  readonly #normalisation: Normalisation
  readonly #ownMean: Float32Array
  readonly #plainSearch: string
  readonly #maxVocabularies: number
  readonly #dictionary: string
  /** Pronunciations that the vocabularies brought, by their keys. */
  readonly #pronunciations = new Map<string, ReadonlyMap<string, string>>()
  /** Keys of the vocabularies that are mixed in, the one used last at the end. */
  #vocabularies: string[] = []
  #open = false

  private constructor(library: Library, decoder: Pointer, dictionary: string, maxVocabularies: number) {
    this.#library = library
    this.#dictionary = dictionary
    this.#maxVocabularies = maxVocabularies
    this.#plainSearch = library.search(decoder)
    this.#decoder = decoder
    this.#logarithms = library.logarithms(decoder)
    this.#normalisation = new Normalisation(library, decoder)
    this.#ownMean = this.#normalisation.subtracted()
  }

  /** Takes about 0.3 s, in another thread, and 90 MB. Each has a language model of its own: a shared one crashes. */
  static async create(
    library: Library,
    modelDir: string,
    options: readonly string[],
    maxVocabularies: number,
  ): Promise<Decoder> {
    const dictionary = join(modelDir, 'cmudict-en-us.dict')
    const values = [
      ...['-hmm', join(modelDir, 'en-us'), '-dict', dictionary],
      // Silence is kept: without it word times would be off by the silence that was removed.
      ...['-lm', join(modelDir, 'en-us.lm.bin'), '-remove_silence', 'no', ...options],
    ]
    const config = library.parseOptions(null, library.options(), values.length, values, 1)
    const decoder = config && (await inThread<Pointer>(library.create, config))
    if (!decoder) throw new VoiceError('provider_failed', 'PocketSphinx could not load its model.')
    return new Decoder(library, decoder, dictionary, maxVocabularies)
  }

  knows(vocabulary: string): boolean {
    return this.#vocabularies.includes(vocabulary)
  }

  /** How many vocabularies it knows. */
  get vocabularies(): number {
    return this.#vocabularies.length
  }

  /**
   * Mixes a vocabulary into the language model, in other threads: 0.3 s of CPU, 1 s with unknown words, and 70 MB.
   * Between utterances only. The one that was not used for longest makes room.
   */
  async learn(vocabulary: Vocabulary): Promise<void> {
    const library = this.#library
    const { key } = vocabulary
    if (this.knows(key)) return
    library.setSearch(this.#decoder, this.#plainSearch)
    while (this.#vocabularies.length >= this.#maxVocabularies) {
      const oldest = this.#vocabularies.shift()!
      library.unsetSearch(this.#decoder, oldest)
      this.#pronunciations.delete(oldest)
    }
    await this.#pronounce(vocabulary)
    const small = await this.#readModel(arpaOf(vocabulary))
    const large = this.#largeModel()
    const weights = new Float32Array([1 - vocabularyWeight, vocabularyWeight])
    const mixed = await inThread<Pointer>(library.mixModels, null, [large, small], ['large', 'small'], weights, 2)
    // The mixture holds what it is made of, and the search the mixture.
    library.freeModel(small)
    const set = mixed && (await inThread<number>(library.setLanguageModel, this.#decoder, key, mixed))
    if (mixed) library.freeModel(mixed)
    if (set !== 0) throw new VoiceError('provider_failed', 'PocketSphinx could not learn a vocabulary.')
    this.#vocabularies.push(key)
  }

  /**
   * Adds a vocabulary's words to the dictionary by reading it anew. The library's own way to add a word puts it into the
   * language model too: it would be heard with every other vocabulary, and what lies behind its entry there is not defined.
   */
  async #pronounce(vocabulary: Vocabulary): Promise<void> {
    const library = this.#library
    const brought = new Map([...this.#pronunciations.values()].flatMap((words) => [...words]))
    const missing = wordsOf(vocabulary).filter((word) => brought.has(word) || !library.knowsWord(this.#decoder, word))
    if (missing.length === 0) return
    const words = await pronounce(missing)
    this.#pronunciations.set(vocabulary.key, words)
    if (missing.every((word) => brought.has(word))) return
    const lines = [...new Map([...brought, ...words])].map(([word, phones]) => `${word} ${phones}\n`)
    const text = `${(await readFile(this.#dictionary, 'utf8')).trimEnd()}\n${lines.join('')}`
    const read = await this.#fromMemory(text, (file) =>
      inThread<number>(library.readDictionary, this.#decoder, file, null, null),
    )
    if (read !== 0) throw new VoiceError('provider_failed', 'PocketSphinx could not read the words of a vocabulary.')
  }

  /**
   * The language model as it was read. The search wraps it in a mixture of one, and that one would not do: it takes every
   * word of the dictionary for its own, so that words without a probability crowd the search.
   */
  #largeModel(): Pointer {
    const models = this.#library.models(this.#library.languageModel(this.#decoder, this.#plainSearch))
    const large = this.#library.modelOf(models, null)
    this.#library.freeModels(models)
    return large
  }

  async #readModel(arpa: string): Promise<Pointer> {
    const library = this.#library
    // The options bring the language weight: scores that are mixed must be of one scale.
    const options = library.optionsOf(this.#decoder)
    const model = await this.#fromMemory(arpa, (file) =>
      inThread<Pointer>(library.readModel, options, file, arpaFormat, this.#logarithms),
    )
    if (!model) throw new VoiceError('provider_failed', 'PocketSphinx could not read a vocabulary.')
    return model
  }

  /** What clients send is not written to disk: a file in memory. */
  async #fromMemory<Result>(text: string, read: (file: string) => Promise<Result>): Promise<Result> {
    const file: number = this.#library.memoryFile('vocabulary', 0)
    try {
      writeFileSync(file, text)
      return await read(`/proc/self/fd/${file}`)
    } finally {
      closeSync(file)
    }
  }

  /** Begins an utterance, as if it were the decoder's first, or with the mean of an earlier one. */
  begin(mean: Float32Array = this.#ownMean, vocabulary?: string): void {
    if (this.#open) this.end()
    if (vocabulary !== undefined && this.knows(vocabulary)) {
      this.#vocabularies = [...this.#vocabularies.filter((key) => key !== vocabulary), vocabulary]
      this.#library.setSearch(this.#decoder, vocabulary)
    } else this.#library.setSearch(this.#decoder, this.#plainSearch)
    this.#normalisation.subtract(mean)
    this.#normalisation.forget()
    this.#library.startStream(this.#decoder)
    if (this.#library.start(this.#decoder) < 0) throw new VoiceError('provider_failed', 'PocketSphinx did not start.')
    this.#open = true
  }

  feed(samples: Int16Array): void {
    this.#library.process(this.#decoder, samples, samples.length, 0, 0)
  }

  end(): void {
    this.#open = false
    this.#library.end(this.#decoder)
  }

  /**
   * A whole segment, in another thread. Piece by piece, so that it can be left when nobody wants it
   * any more; undefined then.
   */
  async hearWhole(segment: Segment, isDropped: () => boolean): Promise<Hearing | undefined> {
    const { audio, mean = this.#ownMean, alternatives, vocabulary } = segment
    this.begin(mean, vocabulary)
    for (;;) {
      const piece = await audio.next(pieceSamples)
      if (!piece || isDropped()) break
      this.#normalisation.subtract(mean)
      await inThread(this.#library.process, this.#decoder, piece, piece.length, 0, 0)
    }
    await inThread(this.#library.end, this.#decoder)
    this.#open = false
    return isDropped() ? undefined : this.hearing(alternatives)
  }

  /** The cepstral mean that it was made with. */
  get ownMean(): Float32Array {
    return this.#ownMean
  }

  /** The cepstral mean of the utterance so far. */
  mean(): Mean {
    return this.#normalisation.heard()
  }

  /** The words of the best path so far. */
  words(): HeardWord[] {
    const library = this.#library
    const words: HeardWord[] = []
    const first = [0]
    const last = [0]
    const acoustic = [0]
    for (let segment = library.firstSegment(this.#decoder); segment; segment = library.nextSegment(segment)) {
      const text: string = library.segmentWord(segment)
      if (isFiller(text)) continue
      library.segmentFrames(segment, first, last)
      const likelihood = library.segmentLikelihood(segment, acoustic, [0], [0])
      const confidence = Math.min(1, library.exponential(this.#logarithms, likelihood))
      words.push({
        text: withoutVariant(text),
        firstFrame: first[0]!,
        lastFrame: last[0]!,
        confidence,
        fit: acoustic[0]! / (last[0]! - first[0]! + 1),
      })
    }
    return words
  }

  /** The result of an utterance that has ended. */
  hearing(alternatives: number): Hearing {
    const words = this.words()
    return {
      words,
      alternatives: alternatives > 0 ? this.#alternatives(alternatives, words.map(({ text }) => text).join(' ')) : [],
    }
  }

  /** Other readings with their share of the likelihood of all readings found. */
  #alternatives(count: number, best: string): { text: string; confidence: number }[] {
    const library = this.#library
    const scores = new Map<string, number>()
    const score = [0]
    // Many paths differ in silences and pronunciations only; the limit keeps a poor lattice from being walked for long.
    let path = library.nbest(this.#decoder)
    for (let tries = 0; path && tries < 50 + 20 * count && scores.size <= count; tries += 1) {
      const heard: string = library.nbestText(path, score) ?? ''
      const text = heard
        .split(' ')
        .filter((word) => word && !isFiller(word))
        .map(withoutVariant)
        .join(' ')
      if (text && !scores.has(text)) scores.set(text, score[0]!)
      path = library.nbestNext(path)
    }
    if (path) library.nbestFree(path)
    const top = Math.max(...scores.values())
    const others = [...scores]
      .filter(([text]) => text !== best)
      .slice(0, count)
      .map(([text, value]) => ({ text, weight: Math.exp((value - top - resultLead) / readingScale) }))
    const sum = others.reduce((total, { weight }) => total + weight, 1)
    return others.map(({ text, weight }) => ({ text, confidence: weight / sum }))
  }
}
