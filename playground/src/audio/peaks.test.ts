import { expect, it } from 'vitest'
import { Peaks, peakMs } from './peaks.ts'

/** Ten milliseconds at 16 kHz. */
const tenMs = 160

it('an outline holds the least and the greatest sample of any stretch, however the sound was cut', () => {
  const samples = Float32Array.from({ length: 3000 * tenMs }, (_, at) => Math.sin(at / 50) * (at / (3000 * tenMs)))
  const [whole, cut] = [new Peaks(16_000), new Peaks(16_000)]
  whole.push(samples)
  for (let at = 0; at < samples.length; at += 777) cut.push(samples.subarray(at, at + 777))
  expect(cut.lengthMs).toBe(3000 * peakMs)
  const [least, most] = cut.between(20_000, 20_500)
  const part = samples.subarray(2000 * tenMs, 2050 * tenMs)
  expect([least, most]).toEqual([Math.min(...part), Math.max(...part)])
  expect(whole.between(20_000, 20_500)).toEqual([least, most])
  expect(cut.between(40_000, 41_000)).toEqual([0, 0])
})
