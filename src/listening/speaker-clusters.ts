/** SpeakerClusters: voiceprints → who spoke when, with names that stay the same over a stream. */
import type { Word } from '../engines/speech-to-text.ts'
import { type KnownVoice, namesOf } from './known-speakers.ts'
import { cosine, joinAlike, weighedSum } from './vectors.ts'

/** A stretch of speech and what the encoder made of it. Times are milliseconds on the audio clock. */
export interface Voiceprint {
  readonly startMs: number
  readonly endMs: number
  /** Of length 1. */
  readonly vector: Float32Array
}

/** One speaker, speaking: `1`, `2`, … in the order in which they were first heard, or the name of one whose voice is known. */
export interface SpeakerSpan {
  readonly speaker: string
  readonly startMs: number
  readonly endMs: number
}

export interface ClusterLimits {
  /** Cosine above which two voiceprints are one voice. */
  readonly sameAbove: number
  /** Once so many speakers are known, everyone is one of them. */
  readonly maxSpeakers?: number
  /** Voices that have a name, and the cosine above which somebody is called by it. */
  readonly known?: { readonly voices: readonly KnownVoice[]; readonly namedAbove: number }
}

/** Speech that it takes to be a new speaker: shorter stretches are too unsure. */
const leastNewMs = 1000
/** Speech of a speaker that counts in full; older speech fades, since voices and channels drift. */
const memoryMs = 60_000

/** A speaker who goes on after a pause of this length has not stopped. */
const breathMs = 1000

interface Cluster {
  readonly sum: Float32Array
  weightMs: number
}

const lengthMs = ({ startMs, endMs }: Voiceprint): number => endMs - startMs

const clusterOf = (prints: readonly Voiceprint[]): Cluster => ({
  sum: weighedSum(prints, lengthMs),
  weightMs: prints.reduce((total, print) => total + lengthMs(print), 0),
})

/**
 * One for each stream. Within a turn the voiceprints are joined bottom-up, always the two most alike groups by their
 * mean voiceprint, until none are alike enough (agglomerative clustering, centroid linkage); each group is then the known
 * speaker that it is most like, or a new one.
 */
export class SpeakerClusters {
  readonly #limits: ClusterLimits
  readonly #known: Cluster[] = []
  /** Names and numbers of the known, by their place; a number gives way to a name once the voice is sure enough. */
  readonly #names = new Map<number, string>()
  readonly #numbers = new Map<number, string>()

  constructor(limits: ClusterLimits) {
    this.#limits = limits
  }

  /** Who spoke in one turn, in order; its voiceprints are remembered. */
  label(prints: readonly Voiceprint[]): readonly SpeakerSpan[] {
    const groups = this.#grouped(prints)
    const speakers = new Map<Voiceprint, number>()
    // Those with enough speech first, in the order in which they were heard: names are given in that order.
    const enough = (group: readonly Voiceprint[]): boolean => clusterOf(group).weightMs >= leastNewMs
    for (const group of [...groups.filter(enough), ...groups.filter((group) => !enough(group))]) {
      const speaker = this.#speakerOf(group)
      this.#remember(speaker, clusterOf(group))
      for (const print of group) speakers.set(print, speaker)
    }
    this.#call()
    return spansOf(
      prints,
      new Map(
        [...speakers].map(([print, speaker]) => [print, this.#names.get(speaker) ?? this.#numbers.get(speaker)!]),
      ),
    )
  }

  /** Gives names to voices that are known, as far as they are free, and numbers to the others. */
  #call(): void {
    const { known } = this.#limits
    const nameless = [...this.#known.keys()].filter((place) => !this.#names.has(place))
    if (known) {
      const given = new Set(this.#names.values())
      const free = known.voices.filter(({ name }) => !given.has(name))
      const sums = nameless.map((place) => this.#known[place]!.sum)
      for (const [index, name] of namesOf(sums, free, known.namedAbove)) this.#names.set(nameless[index]!, name)
    }
    for (const place of nameless)
      if (!this.#names.has(place) && !this.#numbers.has(place)) this.#numbers.set(place, String(this.#numbers.size + 1))
  }

  #grouped(prints: readonly Voiceprint[]): readonly (readonly Voiceprint[])[] {
    const alone = prints.map((print) => ({ members: [print], sum: weighedSum([print], lengthMs) }))
    return joinAlike(alone, { sameAbove: this.#limits.sameAbove }).map(({ members }) => members)
  }

  #speakerOf(group: readonly Voiceprint[]): number {
    const { sum, weightMs } = clusterOf(group)
    const { sameAbove, maxSpeakers = Number.POSITIVE_INFINITY } = this.#limits
    const likeness = this.#known.map((known) => cosine(known.sum, sum))
    const best = likeness.indexOf(Math.max(...likeness))
    const mayBeNew = this.#known.length < maxSpeakers && (weightMs >= leastNewMs || best < 0)
    return mayBeNew && (best < 0 || likeness[best]! < sameAbove) ? this.#known.length : best
  }

  #remember(speaker: number, heard: Cluster): void {
    const known = this.#known[speaker]
    if (!known) {
      this.#known[speaker] = heard
      return
    }
    const fade = Math.min(1, memoryMs / (known.weightMs + heard.weightMs))
    for (let index = 0; index < known.sum.length; index += 1)
      known.sum[index] = (known.sum[index]! + heard.sum[index]!) * fade
    known.weightMs = (known.weightMs + heard.weightMs) * fade
  }
}

/** A span ends where its speaker pauses for longer than a breath; between two speakers whose stretches overlap, half way between the stretches' middles. */
const spansOf = (prints: readonly Voiceprint[], speakers: ReadonlyMap<Voiceprint, string>): readonly SpeakerSpan[] => {
  const spans: { speaker: string; startMs: number; endMs: number }[] = []
  const middle = ({ startMs, endMs }: Voiceprint): number => (startMs + endMs) / 2
  for (const [index, print] of prints.entries()) {
    const speaker = speakers.get(print)!
    const last = spans.at(-1)
    const before = prints[index - 1]
    const pauseMs = before ? print.startMs - before.endMs : Number.POSITIVE_INFINITY
    if (last?.speaker === speaker && pauseMs <= breathMs) last.endMs = Math.max(last.endMs, print.endMs)
    else if (last && before && pauseMs <= 0) {
      const changeMs = Math.max((middle(before) + middle(print)) / 2, last.startMs)
      last.endMs = Math.min(last.endMs, changeMs)
      spans.push({ speaker, startMs: changeMs, endMs: print.endMs })
    } else spans.push({ speaker, startMs: print.startMs, endMs: print.endMs })
  }
  return spans
}

/** The speaker of most of a stretch of time; of one that nobody spoke in, the nearest. Undefined where nobody spoke at all. */
export const speakerAt = (startMs: number, endMs: number, spans: readonly SpeakerSpan[]): string | undefined => {
  const votes = new Map<string, number>()
  for (const span of spans) {
    const sharedMs = Math.min(endMs, span.endMs) - Math.max(startMs, span.startMs)
    if (sharedMs > 0) votes.set(span.speaker, (votes.get(span.speaker) ?? 0) + sharedMs)
  }
  if (votes.size > 0) return [...votes].reduce((best, vote) => (vote[1] > best[1] ? vote : best))[0]
  const distance = (span: SpeakerSpan): number => Math.max(span.startMs - endMs, startMs - span.endMs)
  return spans.reduce<SpeakerSpan | undefined>(
    (best, span) => (best === undefined || distance(span) < distance(best) ? span : best),
    undefined,
  )?.speaker
}

/** Words → words that name their speakers; what they are words of is told whom it heard. As it was where nobody spoke. */
export const withSpeakers = <T extends { readonly words: readonly Word[] }>(
  said: T,
  speakers: readonly SpeakerSpan[],
): T & { readonly speakers?: readonly SpeakerSpan[] } => {
  if (speakers.length === 0) return said
  const words = said.words.map((word) => ({ ...word, speaker: speakerAt(word.startMs, word.endMs, speakers)! }))
  return { ...said, words, speakers }
}

/** The spans that lie in a stretch of time, or the one next to it, cut to its length. */
export const spansWithin = (startMs: number, endMs: number, spans: readonly SpeakerSpan[]): readonly SpeakerSpan[] => {
  const inside = spans.flatMap((span) => {
    const cut = { ...span, startMs: Math.max(startMs, span.startMs), endMs: Math.min(endMs, span.endMs) }
    return cut.endMs > cut.startMs ? [cut] : []
  })
  const nearest = inside.length > 0 ? undefined : speakerAt(startMs, endMs, spans)
  return nearest === undefined ? inside : [{ speaker: nearest, startMs, endMs }]
}
