/** Turns of real speech with their words: whole sentences, and sentences that are broken off and then gone on with. */
import type { Word } from '../../src/engines/speech-to-text.ts'
import { readClip, type SharedClip, sharedClips } from '../../test/support/clips.ts'

export interface SpokenTurn {
  /** 16 kHz, without the silence after it. */
  readonly samples: Float32Array
  readonly words: readonly Word[]
  /** Where the last word ends. */
  readonly endMs: number
}

const sampleRate = 16_000
const pauseMs = 1000

interface EotFacts {
  readonly turn_complete?: boolean
  readonly speech_end?: number
}

/** Spread evenly over the speech: the clips tell only where that ends. */
const spread = (text: string, startMs: number, endMs: number): readonly Word[] => {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const step = (endMs - startMs) / words.length
  return words.map((word, at) => ({
    text: word,
    startMs: startMs + at * step,
    endMs: startMs + (at + 1) * step,
    confidence: 1,
  }))
}

const read = async (clip: SharedClip): Promise<SpokenTurn> => {
  const { speech_end: end = 0 } = clip.facts as EotFacts
  const { samples } = await readClip(clip)
  const endMs = end * 1000
  return { samples: samples.subarray(0, Math.round(end * sampleRate)), words: spread(clip.text, 0, endMs), endMs }
}

const joined = (first: SpokenTurn, second: SpokenTurn): SpokenTurn => {
  const shiftMs = first.endMs + pauseMs
  const shift = Math.round((shiftMs * sampleRate) / 1000)
  const samples = new Float32Array(shift + second.samples.length)
  samples.set(first.samples)
  samples.set(second.samples, shift)
  const later = second.words.map((word) => ({
    ...word,
    startMs: word.startMs + shiftMs,
    endMs: word.endMs + shiftMs,
  }))
  return { samples, words: [...first.words, ...later], endMs: second.endMs + shiftMs }
}

/** Whole sentences, and as many that begin with one cut short and a pause of a second. */
export const spokenTurns = async (): Promise<readonly SpokenTurn[]> => {
  const clips = sharedClips(({ category }) => category === 'eot')
  const is = (complete: boolean) =>
    clips.filter(({ facts }) => ((facts as EotFacts).turn_complete ?? false) === complete)
  const whole = await Promise.all(is(true).map(read))
  const cut = await Promise.all(is(false).map(read))
  return [...whole, ...cut.flatMap((turn, at) => (whole[at] ? [joined(turn, whole[at])] : []))]
}
