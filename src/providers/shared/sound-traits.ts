/** Manner of speaking and surroundings of one utterance, from what a tagger of sounds says of its seconds. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Trait } from '../../engines/voice-profiler.ts'
import { judgeSounds, soundJudge } from './audio-set.ts'
import { Steady } from './steady.ts'

/** The traits that are told. */
export const soundTraits = ['vocalStyle', 'environment'] as const

/** Below it the place is `unclear`. */
const leastSure = 0.4
/** See `Steady`; scores are averaged before. */
const memory = 0.3

/** Fitted by `training/tagging`. */
const judges = z
  .strictObject({ vocalStyle: soundJudge, environment: soundJudge })
  .parse(JSON.parse(readFileSync(new URL('./sound-judges.json', import.meta.url), 'utf8')))

export class SoundTraits {
  readonly #steady = {
    vocalStyle: new Steady('vocalStyle', { memory }),
    environment: new Steady('environment', { memory, least: leastSure }),
  }
  readonly #most: number
  #recent: ReadonlyMap<string, number>[] = []

  /** `most`: so many of the last scores count. */
  constructor(most: number) {
    this.#most = most
  }

  /** What is to be told once these scores of groups (see `groupScores`) have come too. */
  next(scores: ReadonlyMap<string, number>): readonly Trait[] {
    this.#recent = [...this.#recent, scores].slice(-this.#most)
    const mean = new Map(
      [...scores.keys()].map((group) => {
        const sum = this.#recent.reduce((total, one) => total + Math.exp(one.get(group) ?? -Infinity), 0)
        return [group, Math.log(sum / this.#recent.length)]
      }),
    )
    return soundTraits.map((name) => this.#steady[name].next(judgeSounds(judges[name], mean)))
  }
}
