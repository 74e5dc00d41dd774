/** What resampling keeps, what it takes away, and that the lengths of the pushes do not matter. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Resampler } from './resample.ts'

const rates = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000]
const pairs = rates.flatMap((from) => rates.filter((to) => to !== from).map((to) => [from, to] as const))

const tone = (hz: number, sampleRate: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * hz * i) / sampleRate))

const whole = (from: number, to: number, samples: Float32Array): number[] => {
  const resampler = new Resampler(from, to)
  return [...resampler.push(samples), ...resampler.flush()]
}

const decibels = (samples: readonly number[]): number =>
  10 * Math.log10(samples.reduce((sum, x) => sum + x * x, 0) / samples.length + 1e-20)

describe('Resampler', () => {
  it.each(pairs)('keeps a tone in its place from %i to %i Hz', (from, to) => {
    const hz = 0.3 * Math.min(from, to)
    const output = whole(from, to, tone(hz, from, Math.floor(from / 2)))
    const ideal = tone(hz, to, output.length)
    const edge = Math.ceil((to / Math.min(from, to)) * 16)
    const error = output.map((x, i) => x - ideal[i]!).slice(edge, -edge)
    expect(decibels(error)).toBeLessThan(-55)
  })

  it.each(pairs.filter(([from, to]) => from > to * 1.2))('lets nothing alias from %i to %i Hz', (from, to) => {
    const hz = Math.min(0.56 * to, 0.49 * from)
    const output = whole(from, to, tone(hz, from, from / 5)).slice(50, -50)
    expect(decibels(output)).toBeLessThan(-55)
  })

  it('gives the same samples however the stream is cut', () => {
    const rate = fc.oneof(fc.constantFrom(...rates), fc.integer({ min: 4000, max: 192_000 }))
    fc.assert(
      fc.property(rate, rate, fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 8 }), (from, to, lengths) => {
        const total = lengths.reduce((sum, n) => sum + n, 0)
        const samples = Float32Array.from({ length: total }, (_, i) => Math.sin(i * i * 0.001))
        const resampler = new Resampler(from, to)
        const output: number[] = []
        let at = 0
        for (const n of lengths) {
          output.push(...resampler.push(samples.slice(at, at + n)))
          at += n
        }
        output.push(...resampler.flush())
        expect(output.length).toBe(Math.round((total * to) / from))
        expect(output).toEqual(whole(from, to, samples))
      }),
      { numRuns: 150 },
    )
  })

  it('keeps a constant, and begins anew after a flush', () => {
    const resampler = new Resampler(48_000, 16_000)
    const ones = new Float32Array(4800).fill(0.5)
    const once = [...resampler.push(ones), ...resampler.flush()]
    for (const x of once.slice(20, -20)) expect(x).toBeCloseTo(0.5, 5)
    expect([...resampler.push(ones), ...resampler.flush()]).toEqual(once)
  })

  it('passes samples through when the rates are equal', () => {
    const samples = tone(440, 16_000, 320)
    const resampler = new Resampler(16_000, 16_000)
    expect(resampler.push(samples)).toBe(samples)
    expect(resampler.flush()).toHaveLength(0)
  })

  it('refuses rates that are no rates', () => {
    for (const rate of [0, 3999, 192_001, 16_000.5, Number.NaN])
      expect(() => new Resampler(rate, 16_000)).toThrow(RangeError)
  })
})
