/** Whether pitch is where it is, and only where it is. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PitchPoint, PitchTracker, pitchSampleRate } from './pitch.ts'

/** A buzz of ten harmonics that fall by 6 dB an octave, as a voice has them. */
const buzz = (hz: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => {
    let x = 0
    for (let k = 1; k <= 10 && k * hz < 3800; k++) x += Math.sin((2 * Math.PI * k * hz * i) / pitchSampleRate) / k
    return x * 0.2
  })

/** The same noise at every run. */
const noise = (length: number, level: number): Float32Array => {
  let state = 1
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state / 2 ** 31) * level
  })
}

const track = (samples: Float32Array): PitchPoint[] => new PitchTracker().push(samples)

describe('PitchTracker', () => {
  it.each([70, 85, 110, 147.5, 200, 261.6, 330, 440, 490])('finds a voice of %d Hz within half a percent', (hz) => {
    const points = track(buzz(hz, 8000))
    expect(points.length).toBeGreaterThan(45)
    for (const point of points) {
      expect(Math.abs(point.hz / hz - 1)).toBeLessThan(0.005)
      expect(point.periodicity).toBeGreaterThan(0.9)
      expect(point.tilt).toBeLessThan(0.6)
    }
  })

  it('finds it under noise of a tenth of its level', () => {
    const hiss = noise(8000, 0.05)
    const points = track(buzz(120, 8000).map((x, i) => x + hiss[i]!))
    const right = points.filter(({ hz }) => Math.abs(hz / 120 - 1) < 0.03)
    expect(right.length / points.length).toBeGreaterThan(0.95)
  })

  it('finds none in noise, which hisses', () => {
    const points = track(noise(16_000, 0.3))
    expect(points.filter(({ hz }) => hz > 0)).toHaveLength(0)
    for (const { tilt } of points) expect(tilt).toBeGreaterThan(1.2)
  })

  it('finds none in silence, nor in a constant', () => {
    for (const level of [0, 0.2])
      for (const point of track(new Float32Array(4000).fill(level)))
        expect(point).toMatchObject({ hz: 0, periodicity: 0, tilt: 0 })
  })

  it('gives the same however the stream is cut', () => {
    const samples = buzz(180, 3000)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 800 }), { maxLength: 8 }), (cuts) => {
        const tracker = new PitchTracker()
        const points: PitchPoint[] = []
        let at = 0
        for (const length of [...cuts, samples.length]) {
          points.push(...tracker.push(samples.subarray(at, at + length)))
          at += length
        }
        expect(points).toEqual(track(samples))
      }),
      { numRuns: 40 },
    )
  })

  it('takes any numbers', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 400, maxLength: 900, noNaN: true, min: -1, max: 1 }), (samples) => {
        for (const { hz, periodicity, tilt } of track(samples)) {
          expect(hz === 0 || (hz > 60 && hz < 520)).toBe(true)
          expect(periodicity >= 0 && periodicity <= 1 && tilt >= 0).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })
})
