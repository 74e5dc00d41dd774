/** What comes back of a sound through a loudspeaker, a small room, a microphone and perhaps a telephone. */
import { mulawToSamples, samplesToMulaw } from '../../src/audio/g711.ts'

export interface Way {
  readonly delayMs: number
  /** How much of it comes back, such as −12. */
  readonly gainDb: number
  /** How long the room rings, until it is 60 dB down. */
  readonly roomMs?: number
  /** What telephones do to it. */
  readonly g711?: boolean
}

/** The same numbers each time, −1…1. */
export const numbers = (seed = 1): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

/** As many samples as came in, with a little noise of the microphone's own. */
export const echoOf = (samples: Float32Array, sampleRate: number, way: Way, beside?: Float32Array): Float32Array => {
  const { delayMs, gainDb, roomMs = 0, g711 } = way
  const next = numbers()
  const perMs = sampleRate / 1000
  const room = new Float32Array(Math.max(1, Math.round(roomMs * perMs)))
  for (let i = 0; i < room.length; i += 1) room[i] = 0.12 * next() * 10 ** ((-3 * i) / room.length)
  room[0] = 1
  const out = samples.map((_, at) => 0.0005 * next() + (beside?.[at] ?? 0))
  const gain = 10 ** (gainDb / 20)
  const delay = Math.round(delayMs * perMs)
  for (let i = 0; i < room.length; i += 1) {
    const tap = gain * room[i]!
    for (let at = delay + i; at < out.length; at += 1) out[at]! += tap * samples[at - delay - i]!
  }
  return g711 ? mulawToSamples(samplesToMulaw(out)) : out
}
