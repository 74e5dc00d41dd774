import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkVoiceActivity, likelihoods, noise, silence } from '../../test/contracts/voice-activity.ts'
import { levelVoiceActivity } from '../../test/support/engines.ts'
import type { VoiceActivity } from '../engines/voice-activity.ts'
import { withEnergyGate } from './energy-gate.ts'

/** The same engine, with the number of windows that it was given. */
const counted = (engine: VoiceActivity): VoiceActivity & { windows: number } => {
  const counting = {
    ...engine,
    windows: 0,
    detect(audio: Parameters<VoiceActivity['detect']>[0], options: Parameters<VoiceActivity['detect']>[1]) {
      const tap = async function* () {
        for await (const frame of audio) {
          counting.windows += frame.samples.length / engine.windowSamples
          yield frame
        }
      }
      return engine.detect(tap(), options)
    },
  }
  return counting
}

const second = 16_000
const joined = (...parts: readonly Float32Array[]): Float32Array => {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.reduce((at, part) => {
    all.set(part, at)
    return at + part.length
  }, 0)
  return all
}

describe('an energy gate', () => {
  checkVoiceActivity(() => withEnergyGate(levelVoiceActivity({ gain: 1 })), {
    speech: joined(new Float32Array(second / 2), new Float32Array(second).fill(0.9)),
    likeliest: 0.1,
  })

  it('lets no digital silence through', async () => {
    const engine = counted(levelVoiceActivity())
    expect(await likelihoods(withEnergyGate(engine), silence(10 * second))).toEqual(new Array(312).fill(0))
    expect(engine.windows).toBe(0)
  })

  it('lets little steady noise through once the model has called it silence', async () => {
    const engine = counted(levelVoiceActivity({ gain: 1 }))
    await likelihoods(withEnergyGate(engine), noise(20 * second, 0.01))
    expect(engine.windows).toBeLessThan(40)
    expect(engine.windows).toBeGreaterThan(15)
  })

  it('lets noise through that the model does not call silence', async () => {
    const engine = counted(levelVoiceActivity({ gain: 30 }))
    await likelihoods(withEnergyGate(engine), noise(4 * second, 0.01))
    expect(engine.windows).toBe(125)
  })

  it('lets everything through that rises from the noise, with a little of what was before', async () => {
    const engine = counted(levelVoiceActivity({ gain: 4 }))
    const audio = joined(noise(4 * second, 0.01), noise(second, 0.2, 7))
    const judged = await likelihoods(withEnergyGate(engine), audio)
    const { windows } = engine
    expect(judged).toEqual([...new Array(125).fill(expect.any(Number)), ...new Array(31).fill(expect.closeTo(0.8, 0))])
    expect(judged.slice(125)).toEqual((await likelihoods(engine, audio)).slice(125))
    expect(judged.filter((likelihood) => likelihood === 0).length).toBeGreaterThan(80)
    expect(windows).toBeGreaterThan(judged.filter((likelihood) => likelihood !== 0).length)
  })

  it('sees what rises from low rumble, however loud that is', async () => {
    const rumble = (length: number): Float32Array => Float32Array.from({ length }, (_, at) => 0.3 * Math.sin(at / 100))
    const bright = rumble(second).map((sample, at) => sample + 0.03 * (at % 2 ? 1 : -1))
    const engine = counted(levelVoiceActivity({ gain: 0.1 }))
    await likelihoods(withEnergyGate(engine), joined(rumble(4 * second)))
    const alone = engine.windows
    await likelihoods(withEnergyGate(engine), joined(rumble(4 * second), bright))
    expect(engine.windows - 2 * alone).toBeGreaterThanOrEqual(31)
  })

  it('gives what the model gives or 0, and 0 only where the model gives less than 0.1, however the audio is cut', async () => {
    const part = fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom(0, 0.001, 0.01, 0.09, 0.3, 0.9))
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), fc.integer({ min: 100, max: 5000 }), async (parts, cut) => {
        const audio = joined(...parts.map(([length, level]) => new Float32Array(length).fill(level)))
        const plain = await likelihoods(levelVoiceActivity({ gain: 1 }), audio)
        const gated = await likelihoods(withEnergyGate(levelVoiceActivity({ gain: 1 })), audio, cut)
        expect(gated).toHaveLength(plain.length)
        for (const [index, likelihood] of gated.entries())
          if (likelihood !== plain[index]) expect([likelihood, plain[index]! < 0.1]).toEqual([0, true])
      }),
    )
  })
})
