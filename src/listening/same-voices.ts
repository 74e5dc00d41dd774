/** Voices of many windows → people: which of them are one and the same. */
import type { LocalVoice } from './local-voices.ts'
import { cosine, joinAlike, weighedSum } from './vectors.ts'

/** Speech alone that a voice needs to have a say in who there is; the others are given to whom they are most like. */
const leastSoloMs = 400
/** Speech alone, in one go, without which nobody is somebody. */
const leastNewMs = 1000
/** Speech past which a voiceprint gets no surer. */
const fullMs = 4000
/** Voices that are compared with each other at once: more would keep the thread for too long. */
const blockSize = 60

interface Group {
  readonly members: readonly LocalVoice[]
  readonly sum: Float32Array
}

const areApart = (a: readonly LocalVoice[], b: readonly LocalVoice[]): boolean =>
  a.some((one) => b.some((other) => one.window === other.window && one.origin !== other.origin))

/** For one recording: takes its voices in order, window by window. */
export class SameVoices {
  readonly #limits: { readonly sameAbove: number; readonly most?: number }
  readonly #unsure: LocalVoice[] = []
  #groups: Group[] = []
  #block: Group[] = []

  /** `sameAbove`: likeness above which two voices of different windows are one person's; `most`: how many people there are at most. */
  constructor({ sameAbove, most }: { readonly sameAbove: number; readonly most?: number | undefined }) {
    this.#limits = { sameAbove, ...(most === undefined ? {} : { most }) }
  }

  add(voice: LocalVoice): void {
    if (voice.soloMs < leastSoloMs) {
      this.#unsure.push(voice)
      return
    }
    this.#block.push({ members: [voice], sum: weighedSum([voice], ({ soloMs }) => Math.min(soloMs, fullMs)) })
    if (this.#block.length >= blockSize) this.#joinBlock()
  }

  /** Each voice and the number of its person. */
  people(): ReadonlyMap<LocalVoice, number> {
    this.#joinBlock()
    this.#groups = joinAlike(this.#groups, this.#limits, areApart)
    const sure = this.#groups.filter(({ members }) => members.some(({ soloMs }) => soloMs >= leastNewMs))
    const kept = sure.length > 0 ? sure : this.#groups.slice(0, 1)
    const people = new Map<LocalVoice, number>()
    const taken = new Set<string>()
    const give = (voice: LocalVoice, person: number): void => {
      people.set(voice, person)
      taken.add(`${voice.window} ${person}`)
    }
    for (const [person, { members }] of kept.entries()) for (const voice of members) give(voice, person)
    const rest = [...this.#groups.filter((group) => !kept.includes(group)).flatMap(({ members }) => members)]
    for (const voice of [...rest, ...this.#unsure]) {
      // Somebody who speaks in this window already is another voice of it.
      const likeness = kept.map(({ sum }, person) =>
        taken.has(`${voice.window} ${person}`) ? Number.NEGATIVE_INFINITY : cosine(sum, voice.vector),
      )
      const best = likeness.indexOf(Math.max(...likeness))
      if (best >= 0 && likeness[best]! > Number.NEGATIVE_INFINITY) give(voice, best)
    }
    return people
  }

  /** Within the block first, where the same voice is heard again and again. */
  #joinBlock(): void {
    const block = joinAlike(this.#block, { sameAbove: this.#limits.sameAbove }, areApart)
    this.#block = []
    this.#groups =
      this.#groups.length === 0
        ? block
        : joinAlike([...this.#groups, ...block], { sameAbove: this.#limits.sameAbove }, areApart)
  }
}
