/** What every speaker encoder keeps to. */
import { expect, it } from 'vitest'
import type { SpeakerEncoder } from '../../src/engines/speaker-encoder.ts'
import { silentLog } from '../../src/log.ts'
import { noise, silence } from './voice-activity.ts'

/** How alike two stretches of speech are, −1 to 1. */
export const likeness = async (engine: SpeakerEncoder, a: Float32Array, b: Float32Array): Promise<number> => {
  const [one, other] = await Promise.all([a, b].map((samples) => encode(engine, samples)))
  return one!.reduce((sum, value, index) => sum + value * other![index]!, 0)
}

const encode = (engine: SpeakerEncoder, samples: Float32Array): Promise<Float32Array> =>
  engine.encode(
    { samples, sampleRate: engine.sampleRate, startMs: 0 },
    { signal: new AbortController().signal, log: silentLog },
  )

/** Declares the tests. `voices` gives two stretches of one voice at the engine's rate, and one of another. */
export const checkSpeakerEncoder = (
  engine: () => SpeakerEncoder,
  voices: () => Promise<{
    readonly one: Float32Array
    readonly oneAgain: Float32Array
    readonly other: Float32Array
  }>,
): void => {
  it('finds one voice more alike than two', async () => {
    const { one, oneAgain, other } = await voices()
    const same = await likeness(engine(), one, oneAgain)
    expect(same).toBeGreaterThan(engine().sameAbove)
    expect(await likeness(engine(), one, other)).toBeLessThan(same - 0.2)
  })

  it('gives a vector of length 1 for any sound, of one size', async () => {
    const { sampleRate } = engine()
    const sizes = new Set<number>()
    for (const samples of [silence(0), silence(1), noise(300, 1), silence(sampleRate), noise(3 * sampleRate, 0.1)]) {
      const print = await encode(engine(), samples)
      sizes.add(print.length)
      expect(Math.hypot(...print)).toBeCloseTo(1)
    }
    expect(sizes.size).toBe(1)
  })

  it('gives the same answer to the same question, however many ask', async () => {
    const { one, other } = await voices()
    const alone = await encode(engine(), one)
    const all = await Promise.all([other, one, other, one].map((samples) => encode(engine(), samples)))
    expect(all[1]).toEqual(alone)
    expect(all[3]).toEqual(alone)
  })
}
