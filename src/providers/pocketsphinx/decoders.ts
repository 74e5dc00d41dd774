/** The streaming decoders of one process: lent for an utterance, taught vocabularies between utterances. */
import type { Decoder } from './decoder.ts'
import type { Vocabulary } from './vocabulary.ts'

// More lists than are cached would only push each other out.
const maxWanted = 4

export class Decoders {
  readonly #create: () => Promise<Decoder>
  readonly #free: Decoder[]
  readonly #all: Set<Decoder>
  /** Vocabularies that no decoder knows yet. */
  readonly #wanted = new Map<string, Vocabulary>()

  constructor(create: () => Promise<Decoder>, free: readonly Decoder[]) {
    this.#create = create
    this.#free = [...free]
    this.#all = new Set(free)
  }

  /** True when one speaker has the process to itself. */
  get oneTaken(): boolean {
    return this.#all.size - this.#free.length === 1
  }

  /** One that knows the vocabulary, if there is one and it is free; else any. What is not known yet is learned for later. */
  async take(vocabulary: Vocabulary | undefined): Promise<Decoder> {
    const knowing = vocabulary && this.#free.find((decoder) => decoder.knows(vocabulary.key))
    // Otherwise one that knows none, so that those who have learned something stay free for it.
    const chosen = knowing ?? this.#free.toSorted((a, b) => a.vocabularies - b.vocabularies)[0]
    if (chosen) this.#free.splice(this.#free.indexOf(chosen), 1)
    if (vocabulary) this.#want(vocabulary)
    if (chosen) return chosen
    const made = await this.#create()
    this.#all.add(made)
    return made
  }

  give(decoder: Decoder): void {
    this.#free.push(decoder)
    this.#teach()
  }

  #want(vocabulary: Vocabulary): void {
    if ([...this.#all].some((decoder) => decoder.knows(vocabulary.key))) return
    if (this.#wanted.size < maxWanted) this.#wanted.set(vocabulary.key, vocabulary)
    this.#teach()
  }

  #teach(): void {
    const [decoder] = this.#free
    const [vocabulary] = this.#wanted.values()
    if (!decoder || !vocabulary) return
    this.#free.shift()
    this.#wanted.delete(vocabulary.key)
    // A vocabulary is a hint: without it the plain model serves.
    void decoder
      .learn(vocabulary)
      .catch(() => {})
      .then(() => this.give(decoder))
  }
}
