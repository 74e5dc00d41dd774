/** A window of a recording → the voices in it: when each speaks, and a voiceprint of what it says alone. */
import type { AudioFrame } from '../audio/frame.ts'
import { joined } from '../audio/joined.ts'
import { joinAlike, weighedSum } from './vectors.ts'

/** A voice within one window, which may turn up in others. */
export interface LocalVoice {
  /** Number of the window. */
  readonly window: number
  /** Which voice of the window it was taken for; two of one window with different ones are two people. */
  readonly origin: number
  /** Step by step, the likelihood that it speaks, 0 to 255. */
  readonly activity: Uint8Array
  /** Speech of it alone. */
  readonly soloMs: number
  /** Of length 1. */
  readonly vector: Float32Array
}

/** A window of audio, and when whom is heard in it. */
export interface HeardWindow {
  readonly number: number
  readonly audio: AudioFrame
  readonly stepMs: number
  /** For each voice the likelihood that it speaks, 0…1, step by step. */
  readonly voices: readonly Float32Array[]
}

/** Likelihood above which a voice speaks, where it is asked what it says alone. */
const speaks = 0.5
/** Speech that a voiceprint of a part is made of, and the least that one is worth making of. */
const partMs = 1500
const leastPartMs = 500
/** A pause after which another may go on. */
const gapMs = 400
/** A voice with less says too little to be anybody's. */
const leastMs = 100
/** Of its speech alone that is enough for a voiceprint; where there is less, speech of several at once serves too. */
const leastSoloMs = 400
/** Speech in which two people would not be noticed, if each had less. */
const leastOfTwoMs = 2000

/** A run of steps, the last not included. */
type Run = readonly [from: number, to: number]

const lengthOf = (runs: readonly Run[]): number => runs.reduce((sum, [from, to]) => sum + to - from, 0)

/** Runs of steps for which this holds. */
const runsWhere = (steps: number, holds: (step: number) => boolean): Run[] => {
  const runs: Run[] = []
  let from = -1
  for (let step = 0; step <= steps; step += 1) {
    const is = step < steps && holds(step)
    if (is && from < 0) from = step
    else if (!is && from >= 0) {
      runs.push([from, step])
      from = -1
    }
  }
  return runs
}

/** Runs → groups of about the length of a part, without long pauses inside. */
const partsOf = (runs: readonly Run[], stepMs: number): Run[][] => {
  const partSteps = partMs / stepMs
  const parts: Run[][] = []
  let open: Run[] = []
  const close = (): void => {
    if (lengthOf(open) * stepMs >= leastPartMs) parts.push(open)
    open = []
  }
  for (const [from, to] of runs) {
    if (open.length > 0 && (from - open.at(-1)![1]) * stepMs > gapMs) close()
    const count = Math.max(1, Math.round((to - from) / partSteps))
    for (let k = 0; k < count; k += 1) {
      const place = (share: number): number => Math.round(from + ((to - from) * share) / count)
      open.push([place(k), place(k + 1)])
      if (lengthOf(open) >= partSteps * 0.8) close()
    }
  }
  close()
  return parts
}

/** `encode` gives the voiceprint of speech without pauses; parts of one voice that are less alike than `onePersonAbove` were two people after all. */
export const localVoices = async (
  { number, audio, stepMs, voices }: HeardWindow,
  encode: (speech: AudioFrame) => Promise<Float32Array>,
  onePersonAbove: number,
): Promise<readonly LocalVoice[]> => {
  const steps = voices[0]?.length ?? 0
  const speechOf = (runs: readonly Run[]): Promise<Float32Array> => {
    const at = (step: number): number => Math.round((step * stepMs * audio.sampleRate) / 1000)
    const pieces = runs.map(([from, to]) => audio.samples.subarray(at(from), at(to)))
    return encode({ samples: joined(Float32Array, pieces), sampleRate: audio.sampleRate, startMs: audio.startMs })
  }
  const found: LocalVoice[] = []
  for (const [origin, likelihoods] of voices.entries()) {
    const all = runsWhere(steps, (step) => likelihoods[step]! >= speaks)
    const alone = runsWhere(
      steps,
      (step) => likelihoods[step]! >= speaks && voices.every((other, o) => o === origin || other[step]! < speaks),
    )
    if (lengthOf(all) * stepMs < leastMs) continue
    const activity = Uint8Array.from(likelihoods, (likelihood) => Math.round(255 * likelihood))
    const people = await peopleOf(partsOf(alone, stepMs), { stepMs, speechOf, onePersonAbove })
    if (people.length > 1) {
      const owner = nearestOf(people, steps)
      for (const [index, { vector, soloMs }] of people.entries())
        found.push({
          ...{ window: number, origin, soloMs, vector },
          activity: activity.map((value, step) => (owner[step] === index ? value : 0)),
        })
      continue
    }
    const soloMs = lengthOf(alone) * stepMs
    const vector = people[0]?.vector ?? (await speechOf(soloMs >= leastSoloMs ? alone : all))
    found.push({ window: number, origin, soloMs, activity, vector })
  }
  return found
}

interface Person {
  readonly runs: readonly Run[]
  readonly soloMs: number
  readonly vector: Float32Array
}

/** The people whom the parts of one voice make; those of whom there is enough. */
const peopleOf = async (
  parts: readonly Run[][],
  how: {
    readonly stepMs: number
    readonly speechOf: (runs: readonly Run[]) => Promise<Float32Array>
    readonly onePersonAbove: number
  },
): Promise<readonly Person[]> => {
  const { stepMs, speechOf, onePersonAbove } = how
  if (lengthOf(parts.flat()) * stepMs < 2 * leastOfTwoMs) return []
  const spoken: Person[] = []
  for (const runs of parts) spoken.push({ runs, soloMs: lengthOf(runs) * stepMs, vector: await speechOf(runs) })
  const groups = joinAlike(
    spoken.map((part) => ({ members: [part], sum: weighedSum([part], ({ soloMs }) => soloMs) })),
    { sameAbove: onePersonAbove },
  )
  return groups
    .map(({ members, sum }) => {
      const norm = Math.hypot(...sum) || 1
      return {
        runs: members.flatMap(({ runs }) => runs),
        soloMs: members.reduce((total, { soloMs }) => total + soloMs, 0),
        vector: sum.map((value) => value / norm),
      }
    })
    .filter(({ soloMs }) => soloMs >= leastOfTwoMs)
}

/** For each step, whose speech lies nearest. */
const nearestOf = (people: readonly Person[], steps: number): Uint8Array => {
  const distance = (step: number, [from, to]: Run): number => (step < from ? from - step : Math.max(0, step - to + 1))
  return Uint8Array.from({ length: steps }, (_, step) => {
    const distances = people.map(({ runs }) => Math.min(...runs.map((run) => distance(step, run))))
    return distances.indexOf(Math.min(...distances))
  })
}
