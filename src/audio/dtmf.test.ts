import { expect, it } from 'vitest'
import { keysIn, keyTones } from './dtmf.ts'

/** How loud one frequency is (Goertzel). */
const loudness = (samples: Float32Array, frequency: number, sampleRate: number): number => {
  const step = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate)
  let [before, last] = [0, 0]
  for (const sample of samples) [before, last] = [last, sample + step * last - before]
  return Math.sqrt(before * before + last * last - step * before * last) / samples.length
}

it('knows the keys in a text', () => {
  expect(keysIn('tel. 1-800 #*d, x9')).toBe('1800#*D9')
  expect(keysIn('')).toBe('')
})

it('sounds each key as its two tones, one key after another, and never clips', () => {
  const tones = keyTones('5#', 8000)
  expect(tones).toHaveLength(2 * 1280)
  const [five, hash] = [tones.subarray(0, 800), tones.subarray(1280, 2080)]
  for (const [samples, there, absent] of [
    [five, [770, 1336], [697, 852, 941, 1209, 1477]],
    [hash, [941, 1477], [697, 770, 852, 1209, 1336]],
  ] as const) {
    for (const frequency of there) expect(loudness(samples, frequency, 8000)).toBeGreaterThan(0.1)
    for (const frequency of absent) expect(loudness(samples, frequency, 8000)).toBeLessThan(0.05)
  }
  expect(Math.max(...tones)).toBeLessThan(1)
  expect(tones.subarray(800, 1280).every((sample) => sample === 0)).toBe(true)
})
